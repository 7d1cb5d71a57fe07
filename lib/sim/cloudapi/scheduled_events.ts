/**
 * Scheduled events in the datacenter. Nothing runs by itself: before anybody reads the world, all events that are due
 * happen, each at its own time. So the world needs no timers.
 *
 * @module
 */
import type { Clock } from "../../engine/time/clock.ts";
import { type Sleeper, TimerHeap } from "../timer_heap.ts";

/** A scheduled event, with which it can be cancelled. */
export type Planned = Sleeper;

/** A text, because making an error looks up its stack, which takes longer than everything else here. */
const WOKEN = "there is something to do earlier";

/** Scheduled events in order of time. */
export class DatacenterEvents {
  readonly #events = new TimerHeap();
  readonly #clock: Clock;
  #happening: number | undefined;
  #watchers = 0;
  #nap: { until: number; stop: AbortController } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The current time: that of the current event, else the clock's. */
  get now(): number {
    return this.#happening ?? this.#clock.now();
  }

  /** Schedules an event in `delay` milliseconds. */
  after(delay: number, event: () => void): Planned {
    const at = this.now + Math.max(0, delay);
    const planned = this.#events.add(at, event);
    if (this.#nap && at < this.#nap.until) this.#nap.stop.abort(WOKEN); // wake earlier for this event
    return planned;
  }

  cancel(planned: Planned): void {
    this.#events.remove(planned);
  }

  /** Lets all due events happen. */
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

  /** Makes events happen on time, and not only when somebody reads the world, until the returned function is called. */
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
        continue; // woken because something has changed
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
