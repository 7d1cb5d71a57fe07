/**
 * Checked writes that are neither a member's action nor one of the engine's creations: an account's key, a user inside
 * a database. The cloud says how the write shows, and whether a second time does harm. The rest is in
 * `checked_write.ts`.
 *
 * @module
 */
import type { Clock } from "../../time/clock.ts";
import type { ApiRequest, ApiResponse, SendOptions } from "../../resource/endpoint.ts";
import { ApiError } from "../../errors.ts";
import { checkedWrite, DoubtfulError, isLost } from "./checked_write.ts";
import { pollUntil } from "../../time/poll_until.ts";

/** What sends the requests: an endpoint, or what a step has of one. */
export interface Sending {
  /** Sends a request, once. */
  send(request: ApiRequest, options?: SendOptions): Promise<ApiResponse>;
  /** The clock for the polls. */
  readonly clock: Clock;
  /** Aborting ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** How a write shows, and what to do if it does not. */
export interface Showing<T> {
  /** What it does, for errors: `delete key laptop`. */
  readonly what: string;
  /**
   * Checks once for the effect of the write. Returns the result, or undefined if it does not show. It may throw a
   * {@linkcode DoubtfulError}, which ends the write. After any other error it is called again later.
   */
  took(): Promise<T | undefined>;
  /**
   * Whether sending it twice does no harm, because the API refuses the second time or it changes nothing. If it does
   * harm, a write that was not seen is not sent again.
   */
  readonly repeatable: boolean;
  /** How long to look for it, in milliseconds. Default 5 s if it is repeatable, else 2 minutes. */
  readonly patience?: number;
}

/** The default patience if a second time does no harm, and if it does, in milliseconds. */
const SHORTLY = 5_000, LONG = 120_000;

/** The result: the answer or, if that was lost or cut off, what was found. */
export type Sent<T> = { readonly answer: ApiResponse } | { readonly found: T };

/**
 * Sends a write once. If its answer was lost, its effect is looked for before anything else.
 *
 * @throws {DoubtfulError} when nobody knows whether it was carried out.
 */
export async function sendChecked<T>(
  sending: Sending,
  request: ApiRequest,
  { what, took, repeatable, patience = repeatable ? SHORTLY : LONG }: Showing<T>,
): Promise<Sent<T>> {
  const { clock, signal } = sending;
  let failed: Error | undefined;
  const found = (within: number) =>
    pollUntil({ clock, signal, within }, async () => {
      failed = undefined;
      try {
        return await took();
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof DoubtfulError) throw error;
        failed = error as Error;
        return undefined;
      }
    });
  const { result } = await checkedWrite<Sent<T>>({
    says: { what, whether: `"${what}" was carried out` },
    async send() {
      const answer = await sending.send(request);
      // It was carried out, but the body of the answer did not arrive.
      const made = answer.note === undefined ? undefined : await found(patience);
      return made === undefined ? { answer } : { found: made };
    },
    async look(_attempt, lost) {
      const made = await found(patience);
      if (made !== undefined) return { is: "done", result: { found: made } };
      if (failed) {
        throw new DoubtfulError(
          `Cannot tell whether "${what}" was carried out: its answer was lost, and it could not be looked for: ` +
            `${failed.message} Look at it, and repeat it by hand if it was not.`,
          lost,
        );
      }
      return { is: repeatable ? "not seen" : "unknown" };
    },
    async refused(error, wondering) {
      if (!wondering || !(error instanceof ApiError) || isLost(error)) return undefined;
      const made = await found(0);
      return made === undefined ? undefined : { result: { found: made } };
    },
  });
  return result;
}
