/**
 * Polls with growing pauses until there is an answer or the time has passed.
 *
 * Every loop that polls for the effect of one write, or for one event, is this one. Two others are separate on purpose:
 * the watcher of `engine/wait` polls for many waits at once, and `readOrGone` only makes sure that a member is gone.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/** How long and how often to poll. */
export interface Polling {
  /** The clock for the pauses. */
  readonly clock: Clock;
  /** Aborting ends the polling. */
  readonly signal?: AbortSignal | undefined;
  /** When the polling ends, in milliseconds. The last poll is at that time; with 0 there is only one. */
  readonly within: number;
  /** The first pause between two polls, in milliseconds. Each further one is twice as long. Default 500. */
  readonly first?: number;
  /** The longest pause, in milliseconds. Default 10,000. */
  readonly longest?: number;
}

/**
 * Returns the first result of `look` that is not undefined, or undefined when the time has passed. Rejects as `look`
 * does.
 */
export async function pollUntil<T>(
  { clock, signal, within, first = 500, longest = 10_000 }: Polling,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = clock.now() + within;
  for (let pause = first;; pause = Math.min(longest, pause * 2)) {
    const found = await look();
    if (found !== undefined) return found;
    const left = deadline - clock.now();
    if (left <= 0) return undefined;
    await clock.sleep(Math.min(pause, left), signal);
  }
}
