/**
 * How fast a run goes, and how long it may still take.
 *
 * @module
 */
import type { Tally } from "./tally.ts";

/** The rate is that of the last so many ms of the run's clock. */
const WINDOW = 5000;

/** Requests per second of late. */
export class RateMeter {
  readonly #samples: { at: number; requests: number }[] = [];

  /** Takes a reading; gives the rate once there is a second to tell it from. */
  read(at: number, requests: number): number | undefined {
    const samples = this.#samples;
    const last = samples.at(-1);
    if (!last || at - last.at >= 500) samples.push({ at, requests });
    while (samples.length > 2 && at - samples[1]!.at >= WINDOW) samples.shift();
    const first = samples[0]!;
    const passed = at - first.at;
    return passed >= 1000 ? (requests - first.requests) * 1000 / passed : undefined;
  }
}

/**
 * The time left, ms, from the pace at which members have come to their end; undefined while that tells nothing: too few
 * have, or none has for long.
 */
export function timeLeft(tally: Tally, now: number): number | undefined {
  const { done, total } = tally;
  const spent = now - tally.firstDoneAt;
  if (done >= total || done < Math.max(5, total * 0.05) || spent < 2000) return undefined;
  // By now at least: members that should have come and have not are part of the pace.
  const gap = spent / (done - 1);
  if (now - tally.lastDoneAt > Math.max(5000, gap * 10)) return undefined;
  return gap * (total - done);
}
