/**
 * How long to wait before the next attempt: what the server said, or a growing random time.
 *
 * @module
 */

/** First and longest mean delay of {@linkcode backoff} (ms). */
const BASE = 200;
const CAP = 10_000;

/** The delay before attempt `attempt + 1`: anything up to twice as long each time, so that clients spread out. */
export function backoff(attempt: number, random: () => number): number {
  return Math.round(random() * Math.min(CAP, BASE * 2 ** (attempt - 1)));
}

/**
 * Milliseconds a `Retry-After` header asks for, be it seconds or an HTTP date; undefined without a usable one. A date
 * is measured from the server's own `Date` where it sent one, as its clock may differ from ours.
 */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (text === undefined || text === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const until = Date.parse(text);
  if (Number.isNaN(until)) return undefined;
  const date = Date.parse(headers.get("date") ?? "");
  return Math.max(0, until - (Number.isNaN(date) ? now : date));
}
