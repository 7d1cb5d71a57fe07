/**
 * How fast a server may be asked: a token bucket whose rate is learned from the server's refusals.
 *
 * The bucket here is kept a little emptier than the server's: emptied when the server says it is empty, and
 * filled slightly slower. So after the first refusal there is no second one, unless somebody else draws on
 * the same account, or the server did not say its rate and it had to be guessed.
 *
 * @module
 */
import type { RateFacts } from "./endpoint.ts";

/** What a refusal for too many requests said. */
export interface Refusal {
  /** The requests per second the server says it allows. */
  perSecond?: number | undefined;
  /** Milliseconds after which it wants to be asked again. */
  retryAfter?: number | undefined;
}

/** What a server's documentation says of its limit. Never kept to blindly; it only guides the first requests. */
export interface RateHint {
  /** Requests accepted at once. */
  burst: number;
  /** Requests per second after that. */
  perSecond: number;
}

/** Kept below the server's rate by this, so that its bucket fills faster than ours. */
const SHARE = 0.99;
/** Part of the seen burst that may be used again after a pause. */
const BURST_SHARE = 0.8;
/** A gap after which requests are counted anew, as the server's bucket has filled meanwhile (ms). */
const IDLE = 10_000;
/** The slowest rate a guess may come down to: one request in twenty seconds. */
const SLOWEST = 0.05;

/** Learns a rate and says when the next request may be sent. */
export class Pace {
  #rate: number | undefined;
  #source: RateFacts["source"] = "unknown";
  readonly #set: number | undefined;
  readonly #hint: RateHint;
  readonly #random: () => number;
  /** Whether the server itself said the rate. */
  #named = false;
  /** Whether an unnamed rate was measured between two refusals; until then it is a guess, to be corrected soon. */
  #measured = false;
  #share = SHARE;
  #capacity = 1;
  #tokens = 1;
  #filledAt = 0;
  #pausedUntil = -Infinity;
  /** Requests accepted since {@linkcode #markAt}: the last refusal, or the start of a busy time. */
  #accepted = 0;
  #markAt = 0;
  #lastTake = -Infinity;
  #changedAt = 0;
  #probeAfter = IDLE;

  constructor(options: { hint: RateHint; random: () => number; perSecond?: number | undefined }) {
    this.#hint = options.hint;
    this.#random = options.random;
    this.#set = options.perSecond;
    if (options.perSecond !== undefined) {
      this.#rate = options.perSecond;
      this.#source = "set";
      this.#share = 1;
      // A tenth of a second's worth, so that late timers cost nothing at high rates.
      this.#capacity = this.#tokens = Math.max(1, options.perSecond / 10);
    }
  }

  /** Whether any limit is known. */
  get known(): boolean {
    return this.#rate !== undefined;
  }

  /** Milliseconds until a request may be sent; 0 for now. */
  wait(now: number): number {
    const pause = this.#pausedUntil - now;
    if (this.#rate === undefined) return Math.max(0, pause);
    this.#fill(now);
    // Sums of fractions may miss a whole token by a hair; without slack the timer would spin on it.
    const missing = 1 - 1e-6 - this.#tokens;
    return Math.max(0, pause, missing > 0 ? (missing / this.#pace()) * 1000 : 0);
  }

  /** A request is being sent. */
  take(now: number): void {
    if (now - this.#lastTake > IDLE) {
      this.#accepted = 0;
      this.#markAt = now;
    }
    this.#lastTake = now;
    if (this.#rate === undefined) return;
    this.#fill(now);
    this.#tokens -= 1;
  }

  /** A request was let through. */
  accepted(now: number): void {
    this.#accepted++;
    if (this.#rate === undefined || this.#source === "set") return;
    const quiet = now - this.#changedAt;
    if (this.#named) {
      if (this.#share >= SHARE || quiet < IDLE) return;
      this.#share = Math.min(SHARE, this.#share + 0.02); // others who drew on the account may have gone
    } else {
      // Only while the rate is what holds us up: otherwise nothing is learned about it.
      if (quiet < this.#probeAfter || this.#tokens > this.#capacity / 2) return;
      this.#rate = Math.min(this.#rate * (this.#measured ? 1.03 : 1.25), this.#set ?? Infinity);
    }
    this.#changedAt = now;
  }

  /**
   * A request was refused.
   *
   * @param others Requests under way, each of which may take a token yet.
   * @param fresh Whether it was sent after the last refusal was known; else it teaches nothing new.
   */
  refused(now: number, refusal: Refusal, others: number, fresh: boolean): void {
    if (fresh) this.#learn(now, refusal);
    // The server has less than one token now. One more is left to it, as a cushion for requests that overtake
    // each other on the way; the random part keeps several processes from marching in step.
    this.#tokens = -others - 1 - 0.25 * this.#random();
    this.#filledAt = now;
    const pause = positive(refusal.retryAfter);
    if (pause !== undefined) this.#pausedUntil = Math.max(this.#pausedUntil, now + pause);
  }

  facts(): RateFacts {
    if (this.#rate === undefined) return { perSecond: undefined, source: "unknown" };
    return { perSecond: Math.round(this.#pace() * 100) / 100, source: this.#source };
  }

  #pace(): number {
    return this.#rate! * this.#share;
  }

  #fill(now: number): void {
    const seconds = Math.max(0, now - this.#filledAt) / 1000;
    this.#tokens = Math.min(this.#capacity, this.#tokens + seconds * this.#pace());
    this.#filledAt = now;
  }

  #learn(now: number, refusal: Refusal): void {
    const seconds = Math.max(now - this.#markAt, 1) / 1000;
    const before = this.#source === "learned" ? this.#rate : undefined;
    const named = positive(refusal.perSecond);
    if (named !== undefined) {
      // Refused although its own rate was kept: somebody shares the account.
      if (this.#named && named === before) this.#share = Math.max(0.1, this.#share * 0.9);
      else this.#rate = named;
      this.#named = true;
    } else if (this.#named && before !== undefined) {
      this.#share = Math.max(0.1, this.#share * 0.9);
    } else if (before === undefined) {
      this.#rate = this.#guess(seconds, positive(refusal.retryAfter));
    } else {
      // The server's bucket was empty at the last refusal and is empty now, so what it let through between is
      // what it filled: that is its rate, measured.
      const measured = this.#accepted >= 3 ? this.#accepted / seconds : 0;
      this.#measured = this.#measured || measured > 0;
      this.#rate = Math.min(before * 0.97, Math.max(measured, before / 2));
    }
    this.#rate = Math.max(SLOWEST, Math.min(this.#rate!, this.#set ?? Infinity));
    const burst = this.#accepted - this.#rate * seconds;
    const documented = this.#rate === this.#hint.perSecond ? this.#hint.burst : burst;
    this.#capacity = before === undefined
      ? Math.max(1, Math.floor(BURST_SHARE * documented))
      : Math.max(1, this.#capacity / 2);
    if (this.#source !== "learned") this.#share = SHARE;
    this.#source = "learned";
    this.#probeAfter = this.#measured ? Math.min(600_000, Math.max(IDLE, seconds * 10_000)) : 1000;
    this.#accepted = 0;
    this.#markAt = this.#changedAt = now;
  }

  /** The first guess where the server did not name its rate. */
  #guess(seconds: number, retryAfter: number | undefined): number {
    // So many requests in a window that ends with the Retry-After.
    if (retryAfter !== undefined) return this.#accepted / (seconds + retryAfter / 1000);
    return Math.min(this.#accepted / Math.max(1, seconds) / 2, this.#hint.perSecond);
  }
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;
}
