/**
 * The one source of time. Nothing in muster reads the system's clock or starts a timer but through a
 * {@linkcode Clock}, so the simulator can let forty minutes of waiting pass in milliseconds.
 *
 * @module
 */

import { onAbort } from "./cancel.ts";
import { limitTime } from "./time_limits.ts";

/**
 * A source of time: the machine's own, or a simulated one.
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
   * Calls `over` after `ms` milliseconds unless what it returns is called before. It guards something that is under
   * way, and so holds up no process. Default: made of `sleep`.
   *
   * @param ms How long, in milliseconds.
   * @param over Called when the time is up.
   */
  guard?(ms: number, over: () => void): () => void;
  /**
   * Runs work that takes real time (a signature, a file). A virtual clock stands still until it has ended;
   * the system's clock just runs it.
   *
   * @param work The work. Its result, or its error, is that of the call.
   */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      // 2^31 - 1 ms is the longest a timer can be; a longer one would fire at once.
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

/** {@linkcode Clock.guard} of any clock. */
export function guard(clock: Clock, ms: number, over: () => void): () => void {
  if (clock.guard) return clock.guard(ms, over);
  const stop = new AbortController();
  // What it says when it is stopped interests nobody.
  clock.sleep(ms, stop.signal).then(over, () => {});
  return () => stop.abort(STOPPED);
}

/** A text, as an error is dear: its stack is looked up in the source, and that of a large file takes milliseconds. */
const STOPPED = "the time limit is no longer needed";
