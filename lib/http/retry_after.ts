/**
 * How long to wait before the next attempt: what the server said, or a growing random time.
 *
 * @module
 */
import { believedPause, httpDate, plainNumber, serverTime } from "../engine/rate/server_numbers.ts";

/** First and longest mean delay of {@linkcode backoff}, in milliseconds. */
const BASE = 200;
const CAP = 10_000;

/** The delay before attempt `attempt + 1`: a random time, whose limit doubles each time, so that clients spread out. */
export function backoff(attempt: number, random: () => number): number {
  return Math.round(random() * Math.min(CAP, BASE * 2 ** (attempt - 1)));
}

/**
 * The time in a `Retry-After` header, in milliseconds: from seconds or an HTTP date, at most a day. Undefined without a
 * valid header. A date is compared with the server's own `Date` if there is one, because its clock may differ from
 * ours.
 */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after") ?? "";
  const seconds = plainNumber(text);
  if (seconds !== undefined) return believedPause(seconds * 1000);
  const until = httpDate(text);
  if (until === undefined) return undefined;
  return believedPause(Math.max(0, until - (serverTime(headers, now) ?? now)));
}
