/**
 * How fast a run goes, and how long it may still take.
 *
 * @module
 */
import type { RunCounts } from "./run_counts.ts";

/** The pace is measured over this time, in milliseconds of the run's clock. */
const WINDOW = 5000;

/** How fast a count has grown recently. */
class Pace {
  readonly #samples: { at: number; count: number }[] = [];

  /** Takes a reading. Returns the growth per second, once there is a second to measure. */
  read(at: number, count: number): number | undefined {
    const samples = this.#samples;
    const last = samples.at(-1);
    if (!last || at - last.at >= 500) samples.push({ at, count });
    while (samples.length > 2 && at - samples[1]!.at >= WINDOW) samples.shift();
    const first = samples[0]!;
    const passed = at - first.at;
    return passed >= 1000 ? (count - first.count) * 1000 / passed : undefined;
  }
}

/** How long a run may still take. */
export interface TimeLeft {
  readonly ms: number;
  /** Some members have been waited for longer than any that has ended, so their end cannot be estimated. */
  readonly forMost: boolean;
}

/** A run's pace, read whenever it is shown. */
export class Speed {
  readonly #requests = new Pace();
  readonly #members = new Pace();

  /** The recent requests per second, and the remaining time in milliseconds, if they are known. */
  read(tally: RunCounts, now: number): { requests: number | undefined; left: TimeLeft | undefined } {
    const requests = this.#requests.read(now, tally.requests);
    const members = this.#members.read(now, tally.done);
    return { requests, left: timeLeft(tally, now, members) };
  }
}

/**
 * The remaining time, from the pace at which members have ended recently.
 *
 * Undefined if it would be a guess: when too few members have ended; when too few are left, because then their own time
 * counts and not the pace; or when members now end much more slowly, so that the rest differs from those before. For
 * the last twentieth, it is also undefined when a member takes longer than any before.
 */
function timeLeft(tally: RunCounts, now: number, late: number | undefined): TimeLeft | undefined {
  const { done, total, firstDoneAt } = tally;
  const left = total - done;
  const spent = now - firstDoneAt;
  if (left < 5 || done < Math.max(5, total * 0.05) || spent < WINDOW || late === undefined) return undefined;
  const whole = (done - 1) * 1000 / spent;
  if (late < whole / 3) return undefined;
  const [first] = tally.busy;
  const forMost = first !== undefined && now - first.since > tally.longestWait * 1.25;
  if (forMost && left < total * 0.05) return undefined;
  return { ms: left * 1000 / late, forMost };
}
