/**
 * What is going to happen in the datacenter, and when. Nothing runs by itself: whoever looks at the world first
 * lets everything happen that is due, each at its own instant, so the world needs no timers of its own.
 *
 * @module
 */
import type { Clock } from "../../engine/time/clock.ts";
import { type Sleeper, TimerHeap } from "../timer_heap.ts";

/** A handle of something planned, with which it can be taken back. */
export type Planned = Sleeper;

/** A text: making an error looks up its stack, which takes longer than everything else here. */
const WOKEN = "there is something to do earlier";

/** Planned events in order of time. */
export class DatacenterEvents {
  readonly #events = new TimerHeap();
  readonly #clock: Clock;
  #happening: number | undefined;
  #watchers = 0;
  #nap: { until: number; stop: AbortController } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The instant that counts as now: that of the event under way, else the clock's. */
  get now(): number {
    return this.#happening ?? this.#clock.now();
  }

  /** Plans something for `delay` milliseconds from now. */
  after(delay: number, event: () => void): Planned {
    const at = this.now + Math.max(0, delay);
    const planned = this.#events.add(at, event);
    if (this.#nap && at < this.#nap.until) this.#nap.stop.abort(WOKEN); // the watchman has to get up earlier
    return planned;
  }

  cancel(planned: Planned): void {
    this.#events.remove(planned);
  }

  /** Lets everything happen that is due. */
  settle(): void {
    if (this.#happening !== undefined) return;
    const now = this.#clock.now();
    for (let at = this.#events.earliest; at !== undefined && at <= now; at = this.#events.earliest) {
      this.#happening = at;
      try {
        for (const event of this.#events.take(at)) event();
      } finally {
        this.#happening = undefined;
      }
    }
  }

  /** Makes events happen on time, rather than when somebody looks, until the answer is called. */
  watch(): () => void {
    if (this.#watchers++ === 0) void this.#keepWatch();
    let over = false;
    return () => {
      if (over) return;
      over = true;
      if (--this.#watchers === 0) this.#nap?.stop.abort(WOKEN);
    };
  }

  async #keepWatch(): Promise<void> {
    while (this.#watchers > 0) {
      const due = this.#events.earliest;
      const { stop } = this.#nap = { until: due ?? Infinity, stop: new AbortController() };
      try {
        if (due === undefined) await aborted(stop.signal);
        else await this.#clock.sleep(due - this.#clock.now(), stop.signal);
      } catch {
        continue; // woken: something changed
      }
      this.settle();
    }
    this.#nap = undefined;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
