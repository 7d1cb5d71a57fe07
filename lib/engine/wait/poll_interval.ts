/**
 * How often a watcher looks: as often as pays, and rarely where changes are told of anyway.
 *
 * @module
 */

/** Shortest and longest time between two looks, ms. */
export const SOONEST = 200, LATEST = 15_000;
/** Time between two looks while a feed tells what changes, ms: they find what it did not tell. */
const NET = 20_000;
/**
 * Before the first wait is over, a look follows after a sixth of the time waited so far; afterwards after a part that
 * is the smaller the more members share the look: from an eighth, for a few, to a twenty-fourth.
 */
const BEFORE = 6;
const after = (members: number) => Math.min(24, 8 + members / 12);
/** So many waits should end with each request spent on looking: at two writes a member that is 2 % of all requests. */
const WORTH = 25;

/** What the time to the next look depends on. */
export interface PollLoad {
  /** How long the waits under way have lasted so far, on average, ms. */
  lasted: number;
  /** The shortest time between looks that one of them asked for, ms. */
  asked: number | undefined;
  /** Requests that a look takes. */
  pages: number;
  /** Whether all that is waited for is told of by a feed. */
  told: boolean;
}

/** The times between the looks of one watcher. */
export class PollInterval {
  #jitter = 0;
  /** Waits that the last look ended, and the time since the one before it, ms. */
  #found = 0;
  #gap = 0;
  #foundAny = false;
  /** The most members waited for at once. */
  #peak = 0;
  #lastLook: number | undefined;

  /** So many members are waited for now. */
  grow(members: number): void {
    this.#peak = Math.max(this.#peak, members);
  }

  /** A look that began then ended so many waits. */
  looked(began: number, found: number): void {
    this.#found = Math.max(0, found);
    this.#foundAny ||= this.#found > 0;
    this.#gap = began - (this.#lastLook ?? began);
    this.#lastLook = began;
  }

  /** How soon a wait's first look comes, ms. */
  first(told: boolean): number {
    return told ? NET : this.#soonest(1);
  }

  /**
   * Time to the next look, ms. Long waits are looked at more rarely, in proportion; many waits that end quickly, as
   * often as pays: a look costs as many requests as the list has pages.
   */
  next({ lasted, asked = Infinity, pages, told }: PollLoad): number {
    const soonest = this.#soonest(pages);
    const paying = this.#found > 0 ? WORTH * pages * this.#gap / this.#found : Infinity;
    const fair = lasted / (this.#foundAny ? after(this.#peak) : BEFORE);
    // Evenly spread over ±10 %, so that processes started together do not stay together.
    this.#jitter = (this.#jitter + 0.618) % 1;
    const spread = 0.9 + 0.2 * this.#jitter;
    if (told) return Math.min(asked, NET * spread);
    return Math.min(asked, LATEST, Math.max(soonest, Math.min(paying, fair)) * spread);
  }

  #soonest(pages: number): number {
    return 4 * SOONEST * Math.min(1, Math.max(0.25, 12 * pages / Math.max(1, this.#peak)));
  }
}
