/**
 * Limits for numbers in a server's answer: a pause, a rate, a count, a time. A broken or hostile server may send any
 * number. None may stop this process for years, or make it send requests without end.
 *
 * @module
 */

/** The longest pause that is accepted: a day, in milliseconds. */
export const LONGEST_PAUSE = 86_400_000;
/** The lowest rate that is accepted, in requests per second: one in a minute. */
export const LOWEST_RATE = 1 / 60;
const HIGHEST_RATE = 1000;
/** The largest accepted difference between the server's clock and ours: a hundred years, in milliseconds. */
const FURTHEST = 100 * 365.25 * 86_400_000;

/** A pause in milliseconds, at most a day; undefined if the value is not a pause. */
export function believedPause(ms: number | undefined): number | undefined {
  return ms !== undefined && ms >= 0 ? Math.min(ms, LONGEST_PAUSE) : undefined;
}

/** A rate in requests per second if it is plausible; otherwise undefined, and the rate has to be measured. */
export function believedRate(perSecond: number | undefined): number | undefined {
  return perSecond !== undefined && perSecond >= LOWEST_RATE && perSecond <= HIGHEST_RATE
    ? perSecond
    : undefined;
}

/** A number in plain decimal digits, as text or as a number. Undefined for anything else: hex, `1e20`, a sign. */
export function plainNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value : undefined;
  return typeof value === "string" && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}

/**
 * An HTTP date (with the names of the day and the month), in milliseconds since 1970. Undefined for anything else,
 * because the platform would turn texts such as `-5` or `1.5` into some date.
 */
export function httpDate(text: string | null | undefined): number | undefined {
  if (!/^\s*[a-z]{3,9},? .*\d\d:\d\d:\d\d/i.test(text ?? "")) return undefined;
  const time = Date.parse(text!);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * The server's time from its `Date` header, in milliseconds since 1970; undefined if it is missing or not plausible.
 */
export function serverTime(headers: Headers, now: number): number | undefined {
  const time = httpDate(headers.get("date"));
  return time !== undefined && Math.abs(time - now) <= FURTHEST ? time : undefined;
}
