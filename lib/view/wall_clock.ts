/**
 * Real time for the person at the screen, whatever clock a run has. A view that appears after a second appears after a
 * second of this time.
 *
 * @module
 */

/** A source of real time. */
export interface Wall {
  /** Milliseconds since some moment; only differences have a meaning. */
  now(): number;
  /**
   * Calls `then` after `ms` milliseconds, unless the returned function is called first. Does not keep the process
   * alive.
   */
  after(ms: number, then: () => void): () => void;
}

/** Real time. The only timer of the views. */
export const realWall: Wall = {
  now: () => performance.now(),
  after(ms, then) {
    const timer = setTimeout(then, ms);
    Deno.unrefTimer(timer);
    return () => clearTimeout(timer);
  },
};
