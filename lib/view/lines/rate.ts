/**
 * How fast a run goes, and how long it may still take.
 *
 * @module
 */
import type { RunCounts } from "./run_counts.ts";

/** The pace is that of the last so many ms of the run's clock. */
const WINDOW = 5000;

/** How fast a count has grown of late. */
class Pace {
  readonly #samples: { at: number; count: number }[] = [];

  /** Takes a reading; gives the growth per second once there is a second to tell it from. */
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
  /** Some have been waited for longer than any that came to its end: when they will is not known. */
  readonly forMost: boolean;
}

/** A run's pace, read whenever it is shown. */
export class Speed {
  readonly #requests = new Pace();
  readonly #members = new Pace();

  /** Requests per second of late, and the time left, ms, where each can be told. */
  read(tally: RunCounts, now: number): { requests: number | undefined; left: TimeLeft | undefined } {
    const requests = this.#requests.read(now, tally.requests);
    const members = this.#members.read(now, tally.done);
    return { requests, left: timeLeft(tally, now, members) };
  }
}

/**
 * The time left, from the pace at which members have come to their end of late.
 *
 * Undefined while it would be a guess: when too few have come to their end, or too few are left, whose own time then
 * counts and not the pace; or when of late they come so much more slowly that the rest is unlike those before.
 * In the same way the last twentieth is not guessed at when a member takes longer than any before.
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
