/**
 * A queue that a waiting item may leave from any place. The cost is small and does not grow with the length.
 *
 * @module
 */

/** First in, first out. An item that left early is skipped when its turn comes. */
export class Queue<T extends { live: boolean }> {
  #items: (T | undefined)[] = [];
  #head = 0;
  #live = 0;

  /** How many items still wait. */
  get live(): number {
    return this.#live;
  }

  push(item: T): void {
    this.#items.push(item);
    this.#live++;
  }

  /** Removes an item, wherever it is. */
  drop(item: T): void {
    item.live = false;
    this.#live--;
  }

  /** The next item. It stays until it is dropped. */
  first(): T | undefined {
    if (this.#live === 0) {
      this.#items = [];
      this.#head = 0;
      return undefined;
    }
    while (!this.#items[this.#head]!.live) this.#items[this.#head++] = undefined;
    // The front is cut off only when it is the larger half, so the cost of an item is constant.
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return this.#items[this.#head];
  }
}
