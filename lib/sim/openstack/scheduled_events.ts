/**
 * What will happen in the simulated cloud, and when. Nothing here sleeps: a request first lets everything happen
 * that is due by now, so an idle simulator neither holds a timer nor moves a virtual clock.
 *
 * @module
 */
import { type Sleeper, TimerHeap } from "../timer_heap.ts";

/** Changes to come, each for one thing (an instance, a backup) whose changes can be taken back together. */
export class CloudEvents {
  readonly #heap = new TimerHeap();
  readonly #of = new Map<string, Set<Sleeper>>();

  /** Has `change` happen at the instant `at` to the thing `key`. It is told that instant. */
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

  /** Takes back whatever was to happen to the thing. */
  cancel(key: string): void {
    for (const sleeper of this.#of.get(key) ?? []) this.#heap.remove(sleeper);
    this.#of.delete(key);
  }

  /** Whether anything is still to happen to the thing. */
  has(key: string): boolean {
    return this.#of.has(key);
  }

  /** Lets everything happen that is due, in order; also what those changes bring about in turn. */
  settle(now: number): void {
    for (let at = this.#heap.earliest; at !== undefined && at <= now; at = this.#heap.earliest) {
      for (const happen of this.#heap.take(at)) happen();
    }
  }
}
