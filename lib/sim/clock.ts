/**
 * Clocks for the simulator: one that jumps from sleeper to sleeper, and one that runs faster than real time.
 *
 * @module
 */
import type { Clock } from "../engine/time/clock.ts";
import { TimerHeap } from "./timer_heap.ts";

/** When a {@linkcode VirtualClock} starts, and when it jumps. */
export interface VirtualClockOptions {
  /** The start time, in milliseconds since 1970. Default 2026-01-15T12:00:00Z. */
  start?: number;
  /** How many quiet turns of the event loop must pass before time jumps. Default 5. */
  quietTurns?: number;
}

/** The default start time of a virtual clock. */
export const VIRTUAL_START: number = Date.UTC(2026, 0, 15, 12);

/**
 * A clock on which waiting takes no time.
 *
 * Time stands still while anything happens. It jumps to the earliest sleeper's time when nothing does: when for several
 * turns of the event loop nobody began to sleep and no {@linkcode VirtualClock.hold} was in progress. Sleepers of the
 * same time wake together, in the order in which they fell asleep. Without sleepers nothing is scheduled, so an idle
 * clock does not keep the process alive, and does not count as a leak. Held work must not sleep on the clock itself,
 * which stands still until the work has ended. Real work that is not held (timers, sockets, cryptography) is not seen,
 * and time may jump meanwhile.
 *
 * ```ts
 * import { VirtualClock } from "./clock.ts";
 *
 * const clock = new VirtualClock({ start: 0 });
 * await clock.sleep(40 * 60_000);
 * if (clock.now() !== 2_400_000) throw new Error("forty minutes have passed");
 * ```
 */
export class VirtualClock implements Clock {
  readonly #sleepers = new TimerHeap();
  readonly #quietTurns: number;
  #now: number;
  #holds = 0;
  #activity = 0;
  #ticking = false;

  constructor(options: VirtualClockOptions = {}) {
    this.#now = options.start ?? VIRTUAL_START;
    this.#quietTurns = options.quietTurns ?? 5;
  }

  now(): number {
    return this.#now;
  }

  /** The number of current sleepers. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      this.#activity++;
      const delay = ms > 0 ? ms : 0; // NaN too: every sleeper must wake at some time
      if (delay === 0 && signal === undefined) return void setImmediate(resolve);
      if (delay === Infinity) return reject(new RangeError("Cannot sleep: the time has no end: Infinity"));
      const stop = () => {
        this.#sleepers.remove(sleeper);
        reject(signal!.reason);
      };
      const sleeper = this.#sleepers.add(this.#now + delay, () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      });
      signal?.addEventListener("abort", stop, { once: true });
      this.#tick();
    });
  }

  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#holds++;
    try {
      return await work();
    } finally {
      this.#holds--;
      this.#activity++;
      this.#tick();
    }
  }

  /** Moves time forward, and wakes the sleepers on the way. For tests of what happens without a sleeper. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let at = this.#sleepers.earliest; at !== undefined && at <= until; at = this.#sleepers.earliest) {
      this.#wake(at);
    }
    this.#now = until;
    this.#activity++;
  }

  #wake(at: number): void {
    this.#now = Math.max(this.#now, at);
    for (const wake of this.#sleepers.take(at)) wake();
  }

  #tick(): void {
    if (this.#ticking || this.#holds > 0 || this.#sleepers.size === 0) return;
    this.#ticking = true;
    let seen = this.#activity;
    let quiet = 0;
    const turn = () => {
      if (this.#holds > 0 || this.#sleepers.size === 0) {
        this.#ticking = false; // the end of the hold, or the next sleeper, starts it again
        return;
      }
      if (this.#activity !== seen) {
        seen = this.#activity;
        quiet = 0;
      } else if (++quiet >= this.#quietTurns) {
        this.#wake(this.#sleepers.earliest!);
        quiet = 0;
      }
      setImmediate(turn);
    };
    setImmediate(turn);
  }
}

/**
 * Multiplies real time: with a speed of 20, a minute passes in three seconds. For a simulator that people use over real
 * HTTP.
 */
export class ScaledClock implements Clock {
  readonly #speed: number;
  readonly #began = Date.now();

  /** @param speed Simulated seconds per real second; above zero. */
  constructor(speed: number) {
    if (!(speed > 0)) throw new RangeError(`Cannot make a clock: its speed is not above zero: ${speed}`);
    this.#speed = speed;
  }

  now(): number {
    return this.#began + (Date.now() - this.#began) * this.#speed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal!.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, Math.min(Math.max(ms, 0) / this.#speed, 2 ** 31 - 1));
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  hold<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
}
