/**
 * How fast a server may be asked: a token bucket whose rate is learned from the server's refusals.
 *
 * The bucket here is kept a little emptier than the server's: emptied when the server says it is empty, and
 * filled slightly slower. So after the first refusal there is no second one, unless somebody else draws on
 * the same account, or the server did not say its rate and it had to be guessed.
 *
 * @module
 */
import type { RateFacts } from "../resource/endpoint.ts";
import { believedPause, believedRate, LOWEST_RATE } from "./server_numbers.ts";

/** What a refusal for too many requests said. */
export interface RateRefusal {
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
/** However little is thought of the server's rate, a request is tried so long (ms) after the last. */
const TRY_AFTER = 20_000;
/** What a first guess is not below where too few requests went before the refusal to tell anything (requests/s). */
const FIRST_GUESS = 1;
/** So many requests tell something. */
const TELLING = 3;

/** Learns a rate and says when the next request may be sent. */
export interface Pace {
  /** Whether any limit is known. */
  readonly known: boolean;
  /** Milliseconds until a request may be sent; 0 for now. */
  wait(now: number): number;
  /** A request is being sent. */
  take(now: number): void;
  /** A request was let through. */
  accepted(now: number): void;
  /**
   * A request was refused.
   *
   * @param others Requests under way, each of which may take a token yet.
   * @param fresh Whether it was sent after the last refusal was known; else it teaches nothing new.
   */
  refused(now: number, refusal: RateRefusal, others: number, fresh: boolean): void;
  facts(): RateFacts;
}

/** What {@linkcode createPace} needs. */
export interface PaceOptions {
  hint: RateHint;
  random: () => number;
  /** The rate the user wants to keep to. */
  perSecond?: number | undefined;
  /** The longest pause that is kept, in ms. */
  patience: number;
}

/** Makes a {@linkcode Pace} that knows nothing yet. */
export function createPace({ hint, random, perSecond: most, patience }: PaceOptions): Pace {
  let rate = most;
  let source: RateFacts["source"] = most === undefined ? "unknown" : "set";
  /** Whether the server itself said the rate. */
  let isNamed = false;
  /** Whether an unnamed rate was measured between two refusals; until then it is a guess, to be corrected soon. */
  let isMeasured = false;
  let share = most === undefined ? SHARE : 1;
  // A tenth of a second's worth, so that late timers cost nothing at high rates.
  let capacity = most === undefined ? 1 : Math.max(1, most / 10);
  let tokens = capacity;
  let filledAt = 0;
  let pausedUntil = -Infinity;
  /** When the last request was sent or refused. */
  let lastSign = -Infinity;
  /** Requests accepted since `markAt`: the last refusal, or the start of a busy time. */
  let passed = 0;
  let markAt = 0;
  let lastTake = -Infinity;
  let changedAt = 0;
  let probeAfter = IDLE;

  const wait = (now: number): number => {
    const pause = pausedUntil - now;
    if (rate === undefined) return Math.max(0, pause);
    fill(now);
    // Sums of fractions may miss a whole token by a hair; without slack the timer would spin on it.
    const missing = 1 - 1e-6 - tokens;
    if (missing <= 0) return Math.max(0, pause);
    const filled = (missing / paceNow()) * 1000;
    // What was learned may be wrong by any amount, and only asking shows it.
    const tried = lastSign + Math.max(TRY_AFTER, isNamed ? 1000 / rate : 0) - now;
    return Math.max(0, pause, source === "learned" ? Math.min(filled, tried) : filled);
  };

  const take = (now: number): void => {
    if (now - lastTake > IDLE) {
      passed = 0;
      markAt = now;
    }
    lastTake = lastSign = now;
    if (rate === undefined) return;
    fill(now);
    tokens -= 1;
  };

  const accepted = (now: number): void => {
    passed++;
    if (rate === undefined || source === "set") return;
    const quiet = now - changedAt;
    if (isNamed) {
      if (share >= SHARE || quiet < IDLE) return;
      share = Math.min(SHARE, share + 0.02); // others who drew on the account may have gone
    } else {
      // Only while the rate is what holds us up: otherwise nothing is learned about it.
      if (quiet < probeAfter || tokens > capacity / 2) return;
      rate = Math.min(rate * (isMeasured ? 1.03 : 1.25), most ?? Infinity);
    }
    changedAt = now;
  };

  const refused = (now: number, refusal: RateRefusal, others: number, fresh: boolean): void => {
    const pause = believedPause(refusal.retryAfter);
    if (fresh) learn(now, believedRate(refusal.perSecond), pause || undefined);
    // The server has less than one token now. One more is left to it, as a cushion for requests that overtake
    // each other on the way; the random part keeps several processes from marching in step.
    const spread = 0.25 * random();
    tokens = -others - 1 - spread;
    filledAt = lastSign = now;
    if (!pause) return;
    pausedUntil = Math.max(pausedUntil, now + Math.min(pause, patience));
    // Then it takes one, as it says.
    tokens = Math.max(tokens, 1 - spread - (pause / 1000) * (rate === undefined ? 0 : paceNow()));
  };

  const facts = (): RateFacts => {
    if (rate === undefined) return { perSecond: undefined, source: "unknown" };
    return { perSecond: Math.round(paceNow() * 100) / 100, source };
  };

  const paceNow = (): number => rate! * share;

  const fill = (now: number): void => {
    const seconds = Math.max(0, now - filledAt) / 1000;
    tokens = Math.min(capacity, tokens + seconds * paceNow());
    filledAt = now;
  };

  const learn = (now: number, named: number | undefined, retryAfter: number | undefined): void => {
    const seconds = Math.max(now - markAt, 1) / 1000;
    const before = source === "learned" ? rate : undefined;
    if (named !== undefined) {
      // Never mind that it names another each time: what counts is whether it was kept.
      if (isNamed && before !== undefined && paceNow() <= named) giveWay(now);
      rate = named;
      isNamed = true;
    } else if (isNamed && before !== undefined) {
      giveWay(now);
    } else if (before === undefined) {
      rate = guess(seconds, retryAfter);
    } else {
      // The server's bucket was empty at the last refusal and is empty now, so what it let through between is
      // what it filled: that is its rate, measured.
      const measured = passed >= TELLING ? passed / seconds : 0;
      isMeasured = isMeasured || measured > 0;
      rate = Math.min(before * 0.97, Math.max(measured, before / 2));
    }
    rate = Math.min(Math.max(rate!, isNamed ? LOWEST_RATE : SLOWEST), most ?? Infinity);
    const burst = passed - rate * seconds;
    const documented = rate === hint.perSecond ? hint.burst : burst;
    capacity = before === undefined
      ? Math.max(1, Math.floor(BURST_SHARE * documented))
      : Math.max(1, capacity / 2);
    if (source !== "learned") share = SHARE;
    source = "learned";
    probeAfter = isMeasured ? Math.min(600_000, Math.max(IDLE, seconds * 10_000)) : 1000;
    passed = 0;
    markAt = changedAt = now;
  };

  /**
   * Refused although its own rate was kept: somebody shares the account. Or it is not its rate at all; then much less
   * than that got through.
   */
  const giveWay = (now: number): void => {
    const seconds = Math.max(now - Math.max(markAt, Math.min(pausedUntil, now)), 1) / 1000;
    const isFarOff = passed / seconds < paceNow() / 2;
    share = Math.max(Math.min(0.1, 1 / rate!), share * (isFarOff ? 0.5 : 0.9));
  };

  /** The first guess where the server did not name its rate. */
  const guess = (seconds: number, retryAfter: number | undefined): number => {
    const least = passed < TELLING ? FIRST_GUESS : 0;
    // So many requests in a window that ends with the Retry-After, and one after it in any case.
    if (retryAfter !== undefined) {
      const pause = retryAfter / 1000;
      return Math.max(least, passed / (seconds + pause), Math.min(1 / pause, hint.perSecond));
    }
    return Math.min(Math.max(FIRST_GUESS, passed / Math.max(1, seconds) / 2), hint.perSecond);
  };

  return {
    get known() {
      return rate !== undefined;
    },
    wait,
    take,
    accepted,
    refused,
    facts,
  };
}
