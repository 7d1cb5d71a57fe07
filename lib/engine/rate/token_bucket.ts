/**
 * How fast requests may be sent: a token bucket whose rate is learned from the server's refusals.
 *
 * Our bucket is kept a little emptier than the server's. It is emptied when the server says that its own is empty, and
 * filled slightly slower. So the first refusal is the only one, unless somebody else uses the same account, or the
 * server did not name its rate and it had to be guessed.
 *
 * @module
 */
import type { RateFacts } from "../resource/endpoint.ts";
import { believedPause, believedRate, LOWEST_RATE } from "./server_numbers.ts";

/** The facts of a refusal for too many requests. */
export interface RateRefusal {
  /** The rate that the server allows, in requests per second. */
  perSecond?: number | undefined;
  /** How long the server wants us to wait, in milliseconds. */
  retryAfter?: number | undefined;
}

/** The limit that a server's documentation names. It only guides the first requests. */
export interface RateHint {
  /** Requests accepted at once. */
  burst: number;
  /** Requests per second after that. */
  perSecond: number;
}

/** Our share of the server's rate. It is below 1, so that the server's bucket fills faster than ours. */
const SHARE = 0.99;
/** The share of the observed burst that may be used again after a pause. */
const BURST_SHARE = 0.8;
/** After such a gap (in milliseconds) requests are counted anew, because the server's bucket has filled meanwhile. */
const IDLE = 10_000;
/** The slowest rate that a guess may reach: one request in twenty seconds. */
const SLOWEST = 0.05;
/** However low the estimated rate is, a request is tried this long (in milliseconds) after the last. */
const TRY_AFTER = 20_000;
/**
 * The lowest first guess, in requests per second, if there were too few requests before the refusal to estimate the
 * rate.
 */
const FIRST_GUESS = 1;
/** This many requests are enough for an estimate. */
const TELLING = 3;

/** Learns a rate, and says when the next request may be sent. */
export interface Pace {
  /** Whether any limit is known. */
  readonly known: boolean;
  /** Milliseconds until a request may be sent; 0 means now. */
  wait(now: number): number;
  /** Call it when a request is sent. */
  take(now: number): void;
  /** Call it when a request was accepted. */
  accepted(now: number): void;
  /**
   * Call it when a request was refused.
   *
   * @param others Requests in flight, each of which may still take a token.
   * @param fresh Whether the request was sent after the last refusal was known. Otherwise it teaches nothing new.
   */
  refused(now: number, refusal: RateRefusal, others: number, fresh: boolean): void;
  facts(): RateFacts;
}

/** What {@linkcode createPace} needs. */
export interface PaceOptions {
  hint: RateHint;
  random: () => number;
  /** The highest rate that the user wants. */
  perSecond?: number | undefined;
  /** The longest pause of a server that we wait for, in milliseconds. */
  patience: number;
}

/** Makes a {@linkcode Pace} that has not learned anything yet. */
export function createPace({ hint, random, perSecond: most, patience }: PaceOptions): Pace {
  let rate = most;
  let source: RateFacts["source"] = most === undefined ? "unknown" : "set";
  /** Whether the server named the rate. */
  let isNamed = false;
  /**
   * Whether a rate that the server did not name was measured between two refusals. Until then it is a guess, and is
   * corrected soon.
   */
  let isMeasured = false;
  let share = most === undefined ? SHARE : 1;
  // A tenth of a second's requests, so that late timers cost nothing at high rates.
  let capacity = most === undefined ? 1 : Math.max(1, most / 10);
  let tokens = capacity;
  let filledAt = 0;
  let pausedUntil = -Infinity;
  /** When the last request was sent or refused. */
  let lastSign = -Infinity;
  /** Requests accepted since `markAt`, which is the last refusal or the start of a busy period. */
  let passed = 0;
  let markAt = 0;
  let lastTake = -Infinity;
  let changedAt = 0;
  let probeAfter = IDLE;

  const wait = (now: number): number => {
    const pause = pausedUntil - now;
    if (rate === undefined) return Math.max(0, pause);
    fill(now);
    // Sums of fractions may be slightly below a whole token. Without this tolerance the timer would fire again and
    // again.
    const missing = 1 - 1e-6 - tokens;
    if (missing <= 0) return Math.max(0, pause);
    const filled = (missing / paceNow()) * 1000;
    // What was learned may be entirely wrong, and only a request shows it.
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
      share = Math.min(SHARE, share + 0.02); // other users of the account may have gone
    } else {
      // Learn only while the rate is what delays us; otherwise nothing is known about it.
      if (quiet < probeAfter || tokens > capacity / 2) return;
      rate = Math.min(rate * (isMeasured ? 1.03 : 1.25), most ?? Infinity);
    }
    changedAt = now;
  };

  const refused = (now: number, refusal: RateRefusal, others: number, fresh: boolean): void => {
    const pause = believedPause(refusal.retryAfter);
    if (fresh) learn(now, believedRate(refusal.perSecond), pause || undefined);
    // The server has less than one token now. We leave it one more, because requests may overtake each other on the
    // way. The random part keeps several processes from sending at the same moments.
    const spread = 0.25 * random();
    tokens = -others - 1 - spread;
    filledAt = lastSign = now;
    if (!pause) return;
    pausedUntil = Math.max(pausedUntil, now + Math.min(pause, patience));
    // After that pause the server accepts one request, as it said.
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
      // The server may name another rate each time. What matters is whether we kept the last one.
      if (isNamed && before !== undefined && paceNow() <= named) giveWay(now);
      rate = named;
      isNamed = true;
    } else if (isNamed && before !== undefined) {
      giveWay(now);
    } else if (before === undefined) {
      rate = guess(seconds, retryAfter);
    } else {
      // The server's bucket was empty at the last refusal and is empty now. So what it accepted in between is what it
      // filled: that is its rate, measured.
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
   * We kept the server's own rate and were refused. Either somebody shares the account, or the server named a wrong
   * rate; then far fewer requests were accepted.
   */
  const giveWay = (now: number): void => {
    const seconds = Math.max(now - Math.max(markAt, Math.min(pausedUntil, now)), 1) / 1000;
    const isFarOff = passed / seconds < paceNow() / 2;
    share = Math.max(Math.min(0.1, 1 / rate!), share * (isFarOff ? 0.5 : 0.9));
  };

  /** The first guess when the server did not name its rate. */
  const guess = (seconds: number, retryAfter: number | undefined): number => {
    const least = passed < TELLING ? FIRST_GUESS : 0;
    // Assumes that the server accepted these requests within a window that ends with the Retry-After, and accepts at
    // least one after it.
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
