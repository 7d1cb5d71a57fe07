/**
 * How often a watcher polls: as often as it pays, and rarely where changes are pushed.
 *
 * @module
 */

/** Shortest and longest time between two polls, in milliseconds. */
export const SOONEST = 200, LATEST = 15_000;
/** Time between two polls while a feed pushes changes, in milliseconds. They find what the feed missed. */
const NET = 20_000;
/**
 * Before the first wait has ended, the next poll comes after a sixth of the time waited so far. Afterwards the part is
 * smaller the more members share the poll: from an eighth, for a few, to a twenty-fourth.
 */
const BEFORE = 6;
const after = (members: number) => Math.min(24, 8 + members / 12);
/** Each polling request should end this many waits. With two writes per member, polling is then 2 % of all requests. */
const WORTH = 25;

/** What the time to the next poll depends on. */
export interface PollLoad {
  /** How long the open waits have lasted so far, on average, in milliseconds. */
  lasted: number;
  /** The shortest time between polls that one of them asked for, in milliseconds. */
  asked: number | undefined;
  /** Requests that one poll takes. */
  pages: number;
  /** Whether a feed reports everything that is waited for. */
  told: boolean;
}

/** The times between the polls of one watcher. */
export class PollInterval {
  #jitter = 0;
  /** How many waits the last poll ended, and the time since the poll before it (in milliseconds). */
  #found = 0;
  #gap = 0;
  #foundAny = false;
  /** The most members waited for at once. */
  #peak = 0;
  #lastLook: number | undefined;

  /** Records how many members are waited for now. */
  grow(members: number): void {
    this.#peak = Math.max(this.#peak, members);
  }

  /** Records that a poll which began at that time ended this many waits. */
  looked(began: number, found: number): void {
    this.#found = Math.max(0, found);
    this.#foundAny ||= this.#found > 0;
    this.#gap = began - (this.#lastLook ?? began);
    this.#lastLook = began;
  }

  /** The time until the first poll of a wait, in milliseconds. */
  first(told: boolean): number {
    return told ? NET : this.#soonest(1);
  }

  /**
   * The time to the next poll, in milliseconds. Long waits are polled less often, in proportion. Many waits that end
   * quickly are polled as often as it pays: a poll costs as many requests as the list has pages.
   */
  next({ lasted, asked = Infinity, pages, told }: PollLoad): number {
    const soonest = this.#soonest(pages);
    const paying = this.#found > 0 ? WORTH * pages * this.#gap / this.#found : Infinity;
    const fair = lasted / (this.#foundAny ? after(this.#peak) : BEFORE);
    // Spread evenly over ±10 %, so that processes that started together do not poll together.
    this.#jitter = (this.#jitter + 0.618) % 1;
    const spread = 0.9 + 0.2 * this.#jitter;
    if (told) return Math.min(asked, NET * spread);
    return Math.min(asked, LATEST, Math.max(soonest, Math.min(paying, fair)) * spread);
  }

  #soonest(pages: number): number {
    return 4 * SOONEST * Math.min(1, Math.max(0.25, 12 * pages / Math.max(1, this.#peak)));
  }
}
