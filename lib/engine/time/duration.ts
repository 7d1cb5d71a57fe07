/**
 * Durations as people write them.
 *
 * @module
 */
import { MusterError } from "../errors.ts";

/**
 * A duration: milliseconds as a number, or a string with units: `"250ms"`, `"90s"`, `"5m"`, `"1h30m"`, `"2d"`.
 *
 * @example
 * ```ts
 * import { dc, type Duration } from "@muster/muster";
 *
 * const limit: Duration = "1h30m"; // or 5_400_000
 * console.log(dc("sim").machines({ type: "db" }).reboot().waitUntil("running", { timeout: limit, every: "5s" }));
 * ```
 */
export type Duration = number | string;

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A duration in milliseconds.
 *
 * @param value The duration.
 * @param what Its name in the error: `timeout`.
 * @throws {MusterError} when it is not a finite, positive time.
 */
export function milliseconds(value: Duration, what: string): number {
  const refuse = (why: string): never => {
    throw new MusterError(
      `Cannot use ${
        typeof value === "number" ? value : JSON.stringify(value)
      } as ${what}: ${why}. Give milliseconds, or a string such as "90s" or "5m".`,
    );
  };
  if (typeof value === "number") {
    return Number.isFinite(value) && value > 0 ? value : refuse("it is not a positive, finite number");
  }
  if (typeof value !== "string") return refuse("it is neither a number nor a string");
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*/gy)];
  const read = parts.reduce((length, part) => length + part[0].length, 0);
  if (parts.length === 0 || read !== value.trimStart().length || value !== value.trimStart()) {
    return refuse("it does not have a number with a unit");
  }
  const total = parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!, 0);
  return total > 0 ? total : refuse("it is not above zero");
}

/** A duration for people: `850 ms`, `4.2 s`, `3 m 19 s`, `2 h 5 m`. */
export function showDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} m ${seconds % 60} s` : `${minutes} m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} m` : `${hours} h`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
