/**
 * A queue that people may leave from anywhere in it, at the same small cost however long it is.
 *
 * @module
 */

/** First in, first out; who left early is passed over when his turn comes. */
export class Queue<T extends { live: boolean }> {
  #items: (T | undefined)[] = [];
  #head = 0;
  #live = 0;

  /** How many still wait. */
  get live(): number {
    return this.#live;
  }

  push(item: T): void {
    this.#items.push(item);
    this.#live++;
  }

  /** Takes one out, wherever it stands. */
  drop(item: T): void {
    item.live = false;
    this.#live--;
  }

  /** The one whose turn it is; it stays until dropped. */
  first(): T | undefined {
    if (this.#live === 0) {
      this.#items = [];
      this.#head = 0;
      return undefined;
    }
    while (!this.#items[this.#head]!.live) this.#items[this.#head++] = undefined;
    // Cutting off the front only when it is the larger half keeps the cost of a request constant.
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return this.#items[this.#head];
  }
}
