/**
 * Scheduled changes in the simulated cloud. Nothing here sleeps: before a request is handled, all changes that are due
 * happen. So an idle simulator holds no timer and does not move a virtual clock.
 *
 * @module
 */
import { type Sleeper, TimerHeap } from "../timer_heap.ts";

/** Scheduled changes, each for one thing (an instance, a backup) whose changes can be cancelled together. */
export class CloudEvents {
  readonly #heap = new TimerHeap();
  readonly #of = new Map<string, Set<Sleeper>>();

  /** Schedules `change` for the thing `key` at the time `at`. It receives that time. */
  add(key: string, at: number, change: (at: number) => void): void {
    const pending = this.#of.get(key) ?? new Set();
    this.#of.set(key, pending);
    const sleeper = this.#heap.add(at, () => {
      pending.delete(sleeper);
      if (pending.size === 0) this.#of.delete(key);
      change(at);
    });
    pending.add(sleeper);
  }

  /** Cancels all changes of the thing. */
  cancel(key: string): void {
    for (const sleeper of this.#of.get(key) ?? []) this.#heap.remove(sleeper);
    this.#of.delete(key);
  }

  /** Whether the thing has scheduled changes. */
  has(key: string): boolean {
    return this.#of.has(key);
  }

  /** Lets all due changes happen, in order, and those that they cause in turn. */
  settle(now: number): void {
    for (let at = this.#heap.earliest; at !== undefined && at <= now; at = this.#heap.earliest) {
      for (const happen of this.#heap.take(at)) happen();
    }
  }
}
