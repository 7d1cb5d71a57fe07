/**
 * One limiter for all requests that share a rate limit of a server. It decides how many may be in flight, how many are
 * sent per second, and in which order.
 *
 * @module
 */
import type { Clock } from "../time/clock.ts";
import type { RateFacts } from "../resource/endpoint.ts";
import { MusterError } from "../errors.ts";
import { createPace, type RateHint, type RateRefusal } from "./token_bucket.ts";
import { Queue } from "./queue.ts";
import { believedPause } from "./server_numbers.ts";

/**
 * How a request ended, as far as the rate is concerned. `"ok"` is any answer except a refusal for too many requests.
 */
export type RateOutcome = "ok" | "failed" | { throttled: RateRefusal };

/** The right to send one request, once. */
export interface Lease {
  /** Gives the lease back, with how the request ended. Must be called; a second call does nothing. */
  release(outcome: RateOutcome): void;
}

/** Gives out leases. */
export interface Limiter {
  /**
   * Waits for the right to send one request. Within a priority the order is first come, first served. While actions
   * wait, `"poll"` lets `"action"` pass, but about one in forty requests is a poll where both wait.
   *
   * @param signal Rejects with its reason when aborted while waiting.
   * @param position `"front"` for a request that was refused before.
   * @throws {RateClosedError} when the server refuses all requests for longer than we may wait.
   */
  acquire(priority: "action" | "poll", signal?: AbortSignal, position?: "front" | "back"): Promise<Lease>;
  /** What is known about the server's limit. */
  facts(): RateFacts;
  /** Leases that were not yet returned. */
  readonly inFlight: number;
  /** Requests waiting for a lease. */
  readonly waiting: number;
}

/** The most requests in flight by default. */
export const CONCURRENCY = 32;

/** Options of {@linkcode createLimiter}. */
export interface LimiterOptions {
  /** The clock for the pace. */
  clock: Clock;
  /** The most requests in flight. Default 32. */
  concurrency?: number | undefined;
  /** Returns a number between 0 and 1, for jitter. */
  random: () => number;
  /** The limit in the server's documentation. Default that of CloudAPI: 30 at once, then 10 per second. */
  hint?: RateHint | undefined;
  /** The highest rate that the user wants, in requests per second. */
  perSecond?: number | undefined;
  /** If every request is refused for this long (in milliseconds), the waiting requests fail. Default 120,000. */
  patience?: number | undefined;
}

/** The server refuses every request. `until` is when it will accept them again (ms since 1970), if it said so. */
export class RateClosedError extends MusterError {
  override readonly name = "RateClosedError";
  readonly until: number | undefined;
  constructor(message: string, until: number | undefined) {
    super(message);
    this.until = until;
  }
}

/** Requests in flight while nothing is known about the server. */
const START = 4;
/** Requests in flight close to the documented limit, so that few are refused. */
const CAREFUL = 2;
/** This many requests must succeed before more are sent at once: twice CloudAPI's burst. */
const PROVEN = 60;
/**
 * A poll may pass waiting actions after this many requests and this time (in milliseconds); after `POLL_LATEST` in any
 * case.
 */
const POLL_EVERY = 40;
const POLL_AFTER = 5_000;
const POLL_LATEST = 30_000;

const limiters = new Map<string, Limiter>();

/**
 * The only limiter of this process for `key`, which names server, account and route group. `make` is called if none
 * exists yet. Later callers share the limiter, with the options of the first.
 */
export function limiterFor(key: string, make: () => Limiter): Limiter {
  let limiter = limiters.get(key);
  if (limiter === undefined) limiters.set(key, limiter = make());
  return limiter;
}

interface Waiter {
  priority: "action" | "poll";
  queue: Queue<Waiter>;
  since: number;
  live: boolean;
  signal: AbortSignal | undefined;
  resolve(lease: Lease): void;
  reject(reason: unknown): void;
}

/**
 * Makes a limiter for one rate limit of one server and account. It consists of functions, not of a class, because V8
 * caches their compiled code, and a script's first request needs them.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  const { clock, hint = { burst: 30, perSecond: 10 }, patience = 120_000 } = options;
  const concurrency = Math.max(1, Math.floor(options.concurrency ?? CONCURRENCY));
  const pace = createPace({ hint, random: options.random, perSecond: options.perSecond, patience });
  /** For each priority two queues: refused requests, which come first, and the others. */
  const queues = {
    action: [new Queue<Waiter>(), new Queue<Waiter>()],
    poll: [new Queue<Waiter>(), new Queue<Waiter>()],
  } as const;
  const bySignal = new Map<AbortSignal, { waiters: Set<Waiter>; stop: () => void }>();
  let inFlight = 0;
  /** Grows with each refusal that teaches something. A lease from before that teaches nothing new. */
  let age = 0;
  let ok = 0;
  /** How much of the server's bucket we have used, if its documentation is right. */
  let level = 0;
  let levelAt = 0;
  let okAtBrink = 0;
  let proven = false;
  let sincePoll = 0;
  let lastPoll = clock.now();
  let refusedSince: number | undefined;
  let lastRefusal = -Infinity;
  /** Until this time no request is sent. */
  let closedUntil = -Infinity;
  /** When the server said it accepts requests again; may be long after `closedUntil`. */
  let saidUntil = -Infinity;
  /** The server refused everything, and no request has succeeded since: requests go one at a time. */
  let isDoubtful = false;
  let timer: { at: number; stop: AbortController } | undefined;

  const acquire: Limiter["acquire"] = (priority, signal, position = "back") =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const now = clock.now();
      // A refused request does not wait forever while no request succeeds.
      const hopeless = position === "front" && refusedSince !== undefined &&
        now - refusedSince > patience;
      if (now < closedUntil || hopeless) return reject(closed());
      const queue = queues[priority][position === "front" ? 0 : 1];
      const waiter: Waiter = { priority, queue, since: now, live: true, signal, resolve, reject };
      queue.push(waiter);
      if (signal) watch(signal, waiter);
      pump();
    });

  /** Sends all requests that may go, and sets the timer for the next. */
  const pump = (): void => {
    for (;;) {
      const now = clock.now();
      const waiter = next(now);
      if (waiter === undefined) return disarm();
      if (inFlight >= bound(now)) return; // the next release pumps again
      const wait = pace.wait(now);
      if (wait > 0) return arm(now, wait);
      grant(waiter, now);
    }
  };

  const next = (now: number): Waiter | undefined => {
    const action = first("action");
    const poll = first("poll");
    if (action === undefined || poll === undefined) return action ?? poll;
    const due = (sincePoll >= POLL_EVERY && now - lastPoll >= POLL_AFTER) ||
      now - Math.max(poll.since, lastPoll) >= POLL_LATEST;
    return due ? poll : action;
  };

  const first = (priority: "action" | "poll"): Waiter | undefined =>
    queues[priority][0].first() ?? queues[priority][1].first();

  const waiting = (priority: "action" | "poll"): number =>
    queues[priority][0].live + queues[priority][1].live;

  const grant = (waiter: Waiter, now: number): void => {
    drop(waiter);
    inFlight++;
    pace.take(now);
    leak(now);
    level++;
    if (waiter.priority === "poll") {
      sincePoll = 0;
      lastPoll = now;
    } else sincePoll++;
    const since = age;
    let open = true;
    waiter.resolve({
      release: (outcome) => {
        if (!open) return;
        open = false;
        inFlight--;
        settle(outcome, since);
        pump();
      },
    });
  };

  const settle = (outcome: RateOutcome, since: number): void => {
    const now = clock.now();
    if (outcome === "failed") return;
    if (outcome === "ok") {
      leak(now);
      if (brink()) okAtBrink++;
      ok++;
      refusedSince = undefined;
      isDoubtful = false;
      if (level - inFlight > hint.burst + 8) proven = true;
      return pace.accepted(now);
    }
    const most = bound(now);
    const fresh = since === age;
    pace.refused(now, outcome.throttled, inFlight, fresh);
    if (fresh) {
      age++;
      ok = PROVEN + 8 * Math.max(0, Math.floor(most / 2) - START);
    }
    // If two refusals are far apart, the server need not have refused everything between them.
    if (refusedSince === undefined || now - lastRefusal > patience) refusedSince = now;
    lastRefusal = now;
    const pause = believedPause(outcome.throttled.retryAfter) ?? 0;
    if (pause > patience) {
      // If the server asks for a longer pause than anybody waits for, one request is sent earlier to test it.
      closedUntil = now + patience;
      saidUntil = now + pause;
      isDoubtful = true;
    }
    if (pause > patience || now - refusedSince > patience) giveUp();
  };

  /** How many requests may be in flight now. */
  const bound = (now: number): number => {
    if (isDoubtful) return 1;
    const grown = START + Math.max(0, Math.floor((ok - PROVEN) / 8));
    if (!pace.known && !proven) {
      leak(now);
      // Each further step needs 25 answers, so that refused requests stay at about one in a hundred.
      if (brink()) return Math.min(concurrency, CAREFUL + Math.floor(okAtBrink / 25));
    }
    return Math.min(concurrency, grown);
  };

  const brink = (): boolean => !proven && level >= hint.burst - CAREFUL;

  const leak = (now: number): void => {
    const leaked = (Math.max(0, now - levelAt) / 1000) * hint.perSecond;
    level = Math.max(0, level - leaked);
    levelAt = now;
  };

  const closed = (): RateClosedError => {
    const until = closedUntil > clock.now() ? saidUntil : undefined;
    return new RateClosedError(
      until === undefined
        ? `Cannot send the request: the server has refused all others for ${Math.round(patience / 1000)} s`
        : `Cannot send the request: the server accepts none before ${new Date(until).toISOString()}.`,
      until,
    );
  };

  const giveUp = (): void => {
    for (const queue of [...queues.action, ...queues.poll]) {
      for (let waiter = queue.first(); waiter !== undefined; waiter = queue.first()) {
        drop(waiter);
        waiter.reject(closed());
      }
    }
  };

  const arm = (now: number, wait: number): void => {
    const at = now + Math.ceil(wait);
    if (timer !== undefined) {
      if (timer.at <= at) return; // it checks again when it fires
      disarm();
    }
    const mine = timer = { at, stop: new AbortController() };
    clock.sleep(at - now, mine.stop.signal).then(() => {
      if (timer !== mine) return;
      timer = undefined;
      pump();
    }, () => {});
  };

  const disarm = (): void => {
    const last = timer;
    timer = undefined;
    last?.stop.abort("it is no longer waited for"); // a text, because making an error looks up its stack
  };

  /**
   * One listener for each signal, however many requests wait with it: adding the ten-thousandth listener to a signal is
   * slow.
   */
  const watch = (signal: AbortSignal, waiter: Waiter): void => {
    const entry = bySignal.get(signal);
    if (entry !== undefined) return void entry.waiters.add(waiter);
    const waiters = new Set([waiter]);
    const stop = () => {
      bySignal.delete(signal);
      for (const one of waiters) {
        drop(one);
        one.reject(signal.reason);
      }
      pump();
    };
    bySignal.set(signal, { waiters, stop });
    signal.addEventListener("abort", stop, { once: true });
  };

  const drop = (waiter: Waiter): void => {
    waiter.queue.drop(waiter);
    if (waiter.signal === undefined) return;
    const entry = bySignal.get(waiter.signal);
    if (entry === undefined || !entry.waiters.delete(waiter) || entry.waiters.size > 0) return;
    waiter.signal.removeEventListener("abort", entry.stop);
    bySignal.delete(waiter.signal);
  };

  return {
    acquire,
    facts: pace.facts,
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return waiting("action") + waiting("poll");
    },
  };
}
