/**
 * Checked writes of what is no member's action and no creation of the engine: an account's key, a user inside a database.
 * The provider says how the write shows, and whether a second time does harm; the rest is in `checked_write.ts`.
 *
 * @module
 */
import type { Clock } from "../../time/clock.ts";
import type { ApiRequest, ApiResponse, SendOptions } from "../../resource/endpoint.ts";
import { ApiError } from "../../errors.ts";
import { checkedWrite, DoubtfulError, isLost } from "./checked_write.ts";
import { pollUntil } from "../../time/poll_until.ts";

/** What is sent with: an endpoint, or what a step is given of one. */
export interface Sending {
  /** Sends a request, once. */
  send(request: ApiRequest, options?: SendOptions): Promise<ApiResponse>;
  /** What its looks go by. */
  readonly clock: Clock;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** How a write shows, and what may be done about one that does not. */
export interface Showing<T> {
  /** What it does, for errors: `delete key laptop`. */
  readonly what: string;
  /**
   * Looks once for what the write did: what that gives is the result; undefined where it does not show. May throw a
   * {@linkcode DoubtfulError}, which ends it. Any other error makes it look again later.
   */
  took(): Promise<T | undefined>;
  /**
   * Whether it does no harm to send it a second time, as the API refuses that or it changes nothing. Where it does harm,
   * what was not seen is not sent again.
   */
  readonly repeatable: boolean;
  /** For so long it is looked for, ms. Default 5 s where it is repeatable, else 2 minutes. */
  readonly patience?: number;
}

/** Patience where a second time does no harm, and where it does, ms. */
const SHORTLY = 5_000, LONG = 120_000;

/** What came of it: the answer, or what was found where that was lost or cut off. */
export type Sent<T> = { readonly answer: ApiResponse } | { readonly found: T };

/**
 * Sends a write once. Where its answer was lost, what it did is looked for before anything else.
 *
 * @throws {DoubtfulError} where nobody can tell whether it was carried out.
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
      // It was carried out, and what it says of that did not arrive.
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
