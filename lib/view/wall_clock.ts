/**
 * The person's time: what somebody in front of the screen lives through, whatever clock a run has. A view that
 * appears after a second appears after a second of this.
 *
 * @module
 */

/** The time of whoever is watching. */
export interface Wall {
  /** Milliseconds since some instant; only differences mean anything. */
  now(): number;
  /** Calls `then` after `ms` milliseconds, unless what it returns is called before. Keeps no process alive. */
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
