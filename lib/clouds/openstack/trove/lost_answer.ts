/**
 * Writes that are no actions of a described resource: sent once, and looked for before they are sent again.
 *
 * @module
 */
import { type ApiRequest, type ApiResponse, type Clock, TransportError } from "../../../engine/mod.ts";
import type { Sender } from "./list_pages.ts";

/** A write is sent at most so often, each repeat only after it showed that the one before did not take. */
const ATTEMPTS = 3;
/** For so long it is looked for, ms: a guest does some of its work after the answer. */
const PATIENCE = 30_000;

/** With what something is sent and looked for. */
export interface Sending extends Sender {
  clock: Clock;
  signal?: AbortSignal | undefined;
}

/**
 * Sends a write. When its answer is lost, `took` looks whether it was done: what that gives is the result, and only
 * where it gives nothing for half a minute is the write sent again.
 *
 * @throws {TransportError} when the answer was lost three times and nothing was done.
 */
export async function sendOnce<T>(
  sending: Sending,
  request: ApiRequest,
  took: () => Promise<T | undefined>,
): Promise<{ answer: ApiResponse } | { found: T }> {
  for (let attempt = 1;; attempt++) {
    try {
      const answer = await sending.send(request);
      // It was carried out, and what it says of that did not arrive.
      const made = answer.note === undefined ? undefined : await lookFor(sending, took);
      return made === undefined ? { answer } : { found: made };
    } catch (error) {
      if (!(error instanceof TransportError) || error.sent !== "unknown") throw error;
      const found = await lookFor(sending, took);
      if (found !== undefined) return { found };
      if (attempt >= ATTEMPTS) throw error;
    }
  }
}

async function lookFor<T>({ clock, signal }: Sending, look: () => Promise<T | undefined>) {
  const until = clock.now() + PATIENCE;
  for (let pause = 500;; pause *= 2) {
    const found = await look();
    if (found !== undefined || clock.now() + pause > until) return found;
    await clock.sleep(pause, signal);
  }
}
