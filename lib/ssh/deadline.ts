/**
 * Limits for work that may never end.
 *
 * @module
 */
import type { Clock } from "../engine/time/clock.ts";

/** A time limit combined with a caller's signal. */
export interface Deadline {
  /** Resolves with the reason for its end: the time has passed, or the signal was aborted. Never rejects. */
  readonly over: Promise<"timeout" | "aborted">;
  /** Removes the timer and the listener. Call it in any case. */
  clear(): void;
}

/** Starts a {@linkcode Deadline} of `ms` milliseconds. */
export function deadline(clock: Clock, ms: number, signal?: AbortSignal): Deadline {
  const stop = new AbortController();
  let aborted = () => {};
  const over = new Promise<"timeout" | "aborted">((resolve) => {
    aborted = () => resolve("aborted");
    if (signal?.aborted) return aborted();
    signal?.addEventListener("abort", aborted, { once: true });
    clock.sleep(ms, stop.signal).then(() => resolve("timeout"), () => {});
  });
  return {
    over,
    clear() {
      signal?.removeEventListener("abort", aborted);
      stop.abort();
    },
  };
}

/** A {@linkcode Deadline} without a time: it ends when the signal is aborted. */
export function cancelled(signal?: AbortSignal): Deadline {
  let aborted = () => {};
  const over = new Promise<"aborted">((resolve) => {
    aborted = () => resolve("aborted");
    if (signal?.aborted) aborted();
    else signal?.addEventListener("abort", aborted, { once: true });
  });
  return { over, clear: () => signal?.removeEventListener("abort", aborted) };
}

/**
 * Ends when nothing has moved for a while, however long the whole may take.
 *
 * @param moved Returns a counter that grows whenever something has moved.
 */
export function stalled(clock: Clock, ms: number, moved: () => number): Deadline {
  const stop = new AbortController();
  const over = new Promise<"timeout" | "aborted">((resolve) => {
    const watch = async () => {
      for (let still = 0, last = moved(); still < 4;) {
        await clock.sleep(ms / 4, stop.signal);
        still = moved() === last ? still + 1 : 0;
        last = moved();
      }
      resolve("timeout");
    };
    watch().catch(() => {});
  });
  return { over, clear: () => stop.abort() };
}

/** `15 s`, `5 min`, `250 ms`. */
export function showTime(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}
