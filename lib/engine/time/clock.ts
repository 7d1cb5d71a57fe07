/**
 * The only source of time. Everything in muster reads the time and starts timers through a {@linkcode Clock}, so that
 * the simulator can let forty minutes of waiting pass in milliseconds.
 *
 * @module
 */

import { onAbort } from "./cancel.ts";
import { limitTime } from "./time_limits.ts";

/**
 * A source of time: the system's clock, or a simulated one.
 *
 * @example
 * ```ts
 * import type { Clock } from "@muster/muster";
 *
 * // A test's clock: waiting takes no time.
 * let now = Date.parse("2026-01-01T00:00:00Z");
 * const clock: Clock = {
 *   now: () => now,
 *   sleep: (ms) => Promise.resolve(void (now += ms)),
 *   hold: (work) => work(),
 * };
 * await clock.sleep(3_600_000);
 * console.log(new Date(clock.now()).toISOString());
 * ```
 */
export interface Clock {
  /** The time now, in milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /**
   * Resolves after `ms` milliseconds of this clock.
   *
   * @param ms How long; zero or less resolves in the next turn of the event loop.
   * @param signal Rejects with its reason, and forgets the timer, when aborted.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls `over` after `ms` milliseconds, unless the returned function is called first. It guards work in flight, and
   * does not keep the process alive. Default: made from `sleep`.
   *
   * @param ms How long, in milliseconds.
   * @param over Called when the time has passed.
   */
  guard?(ms: number, over: () => void): () => void;
  /**
   * Runs work that takes real time (a signature, a file). A virtual clock stands still until the work has ended; the
   * system's clock just runs it.
   *
   * @param work The work. The call returns its result, or rejects with its error.
   */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

/** The system's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      // A timer can be at most 2^31 - 1 ms long; a longer one would fire at once.
      const timer = setTimeout(() => {
        forget?.();
        resolve();
      }, Math.min(Math.max(ms, 0), 2 ** 31 - 1));
      const forget = signal && onAbort(signal, () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });
  },
  guard: limitTime,
  hold: (work) => work(),
};

/** {@linkcode Clock.guard} for any clock. */
export function guard(clock: Clock, ms: number, over: () => void): () => void {
  if (clock.guard) return clock.guard(ms, over);
  const stop = new AbortController();
  // The rejection of a stopped sleep is expected.
  clock.sleep(ms, stop.signal).then(over, () => {});
  return () => stop.abort(STOPPED);
}

/**
 * A text, not an error, because an error is expensive: its stack is mapped to the source, which takes milliseconds for
 * a large file.
 */
const STOPPED = "the time limit is no longer needed";
