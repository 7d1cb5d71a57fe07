/**
 * Sleepers and their times, earliest first: a binary heap from which a sleeper can also be removed.
 *
 * @module
 */

/** One sleeper. Only the heap uses its fields. */
export interface Sleeper {
  at: number;
  order: number;
  /** Undefined once it was woken or removed. */
  wake: (() => void) | undefined;
}

const before = (a: Sleeper, b: Sleeper) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A min-heap by time, then by order of arrival. Adding and taking cost O(log n), removing O(1). */
export class TimerHeap {
  #heap: Sleeper[] = [];
  #order = 0;
  #live = 0;

  /** The number of sleepers. */
  get size(): number {
    return this.#live;
  }

  /** The earliest time of a sleeper. */
  get earliest(): number | undefined {
    this.#dropDead();
    return this.#heap[0]?.at;
  }

  add(at: number, wake: () => void): Sleeper {
    const sleeper: Sleeper = { at, order: this.#order++, wake };
    this.#live++;
    const heap = this.#heap;
    let i = heap.push(sleeper) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(sleeper, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = sleeper;
    return sleeper;
  }

  /** Removes a sleeper. It stays in the heap as an empty entry, until its turn comes or most entries are empty. */
  remove(sleeper: Sleeper): void {
    if (sleeper.wake === undefined) return;
    sleeper.wake = undefined;
    this.#live--;
    if (this.#heap.length > 64 && this.#live < this.#heap.length / 2) {
      // A sorted array is a heap.
      this.#heap = this.#heap.filter((s) => s.wake !== undefined).sort((a, b) => before(a, b) ? -1 : 1);
    }
  }

  /** Removes all sleepers with the time `at` or earlier. Returns their wake functions, in order. */
  take(at: number): (() => void)[] {
    const due: (() => void)[] = [];
    for (let top = this.#heap[0]; top !== undefined && top.at <= at; top = this.#heap[0]) {
      this.#pop();
      if (top.wake === undefined) continue;
      due.push(top.wake);
      top.wake = undefined;
      this.#live--;
    }
    return due;
  }

  #dropDead(): void {
    while (this.#heap.length > 0 && this.#heap[0]!.wake === undefined) this.#pop();
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}
