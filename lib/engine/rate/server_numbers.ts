/**
 * How far numbers in a server's answer are believed: a pause, a rate, a count, a time. A broken or hostile server may send
 * anything there, and none of it may stop this process for years, or make it ask without end.
 *
 * @module
 */

/** The longest pause that is believed: a day, in milliseconds. */
export const LONGEST_PAUSE = 86_400_000;
/** The lowest and highest rate that is believed, in requests per second. */
export const LOWEST_RATE = 1 / 60;
const HIGHEST_RATE = 1000;
/** A server's clock is not further than this from ours: a hundred years, in milliseconds. */
const FURTHEST = 100 * 365.25 * 86_400_000;

/** A pause in milliseconds, a day at most; undefined for what is not a pause. */
export function believedPause(ms: number | undefined): number | undefined {
  return ms !== undefined && ms >= 0 ? Math.min(ms, LONGEST_PAUSE) : undefined;
}

/** A rate in requests per second, if a server can mean it; else it has to be measured. */
export function believedRate(perSecond: number | undefined): number | undefined {
  return perSecond !== undefined && perSecond >= LOWEST_RATE && perSecond <= HIGHEST_RATE
    ? perSecond
    : undefined;
}

/** A number in plain decimal digits, as text or as a number; undefined for anything else: hex, `1e20`, a sign. */
export function plainNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value : undefined;
  return typeof value === "string" && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}

/**
 * A date as HTTP writes it (with the day's and the month's name), in ms since 1970; undefined for anything else, of which
 * the platform would make some date: `-5`, `1.5`.
 */
export function httpDate(text: string | null | undefined): number | undefined {
  if (!/^\s*[a-z]{3,9},? .*\d\d:\d\d:\d\d/i.test(text ?? "")) return undefined;
  const time = Date.parse(text!);
  return Number.isNaN(time) ? undefined : time;
}

/** What time the server has, by its `Date`, in ms since 1970; undefined where it did not say, or cannot mean it. */
export function serverTime(headers: Headers, now: number): number | undefined {
  const time = httpDate(headers.get("date"));
  return time !== undefined && Math.abs(time - now) <= FURTHEST ? time : undefined;
}
