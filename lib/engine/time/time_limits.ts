/**
 * Time limits on the system's clock. Limits of the same length end in the order in which they began, so one timer
 * serves them all. Each request has a limit, and hardly any reaches it.
 *
 * @module
 */

/** Work in flight, and when its time is up (in milliseconds of `performance.now()`). */
interface Limited {
  readonly until: number;
  /** Undefined once the work has ended by itself. */
  over: (() => void) | undefined;
}

/** The limits of one length. */
class Limits {
  readonly #ms: number;
  #waiting: Limited[] = [];
  /** How many limits are active. */
  #live = 0;
  #timer: AbortSignal | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  add(over: () => void): () => void {
    const one: Limited = { until: performance.now() + this.#ms, over };
    this.#waiting.push(one);
    if (this.#live++ === 0) this.#listen(this.#ms);
    return () => {
      if (one.over === undefined) return;
      one.over = undefined;
      // A timer with a listener keeps the process alive.
      if (--this.#live === 0) this.#timer!.removeEventListener("abort", this.#fire);
      // Most have ended long before their limit, and are removed before it.
      if (this.#waiting.length > 1000 + 2 * this.#live) this.#clear();
    };
  }

  #clear(): void {
    this.#waiting = this.#waiting.filter((one) => one.over !== undefined);
  }

  /** Listens to the running timer, or starts one. A timer that fires too early finds nothing to do. */
  #listen(ms: number): void {
    // Not setTimeout: its first use loads 8 ms of platform code.
    if (this.#timer === undefined || this.#timer.aborted) {
      this.#timer = AbortSignal.timeout(Math.ceil(Math.max(0, ms)));
    }
    this.#timer.addEventListener("abort", this.#fire, { once: true });
  }

  readonly #fire = (): void => {
    this.#clear();
    const now = performance.now();
    const due = this.#waiting.findIndex((one) => one.until > now);
    const ended = this.#waiting.splice(0, due < 0 ? this.#waiting.length : due);
    this.#live -= ended.length;
    if (this.#live > 0) this.#listen(this.#waiting[0]!.until - now);
    for (const one of ended) {
      const { over } = one;
      one.over = undefined; // work that ends from now on is too late
      over?.();
    }
  };
}

const byLength = new Map<number, Limits>();

/**
 * Calls `over` after `ms` milliseconds, unless the returned function is called first. Does not keep the process alive.
 */
export function limitTime(ms: number, over: () => void): () => void {
  const length = Math.min(ms, 2 ** 31 - 1); // a longer timer would fire at once
  let limits = byLength.get(length);
  if (limits === undefined) {
    // If every limit had its own length, sharing would be useless.
    if (byLength.size >= 100) byLength.clear();
    byLength.set(length, limits = new Limits(length));
  }
  return limits.add(over);
}
