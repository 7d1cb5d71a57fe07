/**
 * One limiter for all requests that draw on one rate limit of a server: how many may be under way at once, how
 * many a second, and who comes first.
 *
 * @module
 */
import type { Clock } from "../time/clock.ts";
import type { RateFacts } from "../resource/endpoint.ts";
import { MusterError } from "../errors.ts";
import { createPace, type RateHint, type RateRefusal } from "./token_bucket.ts";
import { Queue } from "./queue.ts";
import { believedPause } from "./server_numbers.ts";

/** How a request ended, as far as the rate is concerned. `"ok"` is any answer but a refusal for its number. */
export type RateOutcome = "ok" | "failed" | { throttled: RateRefusal };

/** The right to send one request, once. */
export interface Lease {
  /** Gives the place back and says how it went. Must be called; a second call does nothing. */
  release(outcome: RateOutcome): void;
}

/** Hands out leases. */
export interface Limiter {
  /**
   * Waits for the right to send one request. First come, first served within a priority; `"poll"` gives way to
   * `"action"` while actions wait, but one in some forty requests is a poll where both want.
   *
   * @param signal Rejects with its reason when aborted while waiting.
   * @param position `"front"` for a request that was sent before and refused.
   * @throws {RateClosedError} when the server lets nothing through for longer than one may wait.
   */
  acquire(priority: "action" | "poll", signal?: AbortSignal, position?: "front" | "back"): Promise<Lease>;
  /** What is known of the server's limit. */
  facts(): RateFacts;
  /** Leases not yet given back. */
  readonly inFlight: number;
  /** Requests waiting for a lease. */
  readonly waiting: number;
}

/** Requests under way at most, where nothing is said. */
export const CONCURRENCY = 32;

/** Options of {@linkcode createLimiter}. */
export interface LimiterOptions {
  /** What its pace goes by. */
  clock: Clock;
  /** Requests under way at most. Default 32. */
  concurrency?: number | undefined;
  /** Between 0 and 1, for jitter. */
  random: () => number;
  /** The limit the server's documentation names. Default that of CloudAPI: 30 at once, then 10 a second. */
  hint?: RateHint | undefined;
  /** Requests per second the user wants to keep to. */
  perSecond?: number | undefined;
  /** Milliseconds of nothing but refusals after which the waiting requests are given up. Default 120,000. */
  patience?: number | undefined;
}

/** The server lets no request through. `until` is when it said it would again (ms since 1970), if it did. */
export class RateClosedError extends MusterError {
  override readonly name = "RateClosedError";
  readonly until: number | undefined;
  constructor(message: string, until: number | undefined) {
    super(message);
    this.until = until;
  }
}

/** Requests under way while nothing is known of the server. */
const START = 4;
/** Requests under way where the documented limit is about to be met, so that few are refused. */
const CAREFUL = 2;
/** Requests that must have gone well before more are sent at once: twice CloudAPI's burst. */
const PROVEN = 60;
/** A poll may pass waiting actions after so many requests and so long (ms); at the latest after `POLL_LATEST`. */
const POLL_EVERY = 40;
const POLL_AFTER = 5_000;
const POLL_LATEST = 30_000;

const limiters = new Map<string, Limiter>();

/**
 * The one limiter of this process for `key`, which names server, account and route group. `make` is called when
 * there is none yet; later callers share it with whatever options the first had.
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
 * Makes a limiter for one rate limit of one server and account. Functions and not a class, as those are kept compiled with
 * their file: a script's first request needs them.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  const { clock, hint = { burst: 30, perSecond: 10 }, patience = 120_000 } = options;
  const concurrency = Math.max(1, Math.floor(options.concurrency ?? CONCURRENCY));
  const pace = createPace({ hint, random: options.random, perSecond: options.perSecond, patience });
  /** For each priority: refused ones that come first, then the others. */
  const queues = {
    action: [new Queue<Waiter>(), new Queue<Waiter>()],
    poll: [new Queue<Waiter>(), new Queue<Waiter>()],
  } as const;
  const bySignal = new Map<AbortSignal, { waiters: Set<Waiter>; stop: () => void }>();
  let inFlight = 0;
  /** Grows with each refusal that teaches something; a lease of an earlier age teaches nothing new. */
  let age = 0;
  let ok = 0;
  /** How full the server's bucket would be of us if its documentation is right. */
  let level = 0;
  let levelAt = 0;
  let okAtBrink = 0;
  let proven = false;
  let sincePoll = 0;
  let lastPoll = clock.now();
  let refusedSince: number | undefined;
  let lastRefusal = -Infinity;
  /** Until then no request is let through. */
  let closedUntil = -Infinity;
  /** When the server said that it takes requests again; may be long after `closedUntil`. */
  let saidUntil = -Infinity;
  /** It was closed, and no request has gone through since: they go one at a time. */
  let isDoubtful = false;
  let timer: { at: number; stop: AbortController } | undefined;

  const acquire: Limiter["acquire"] = (priority, signal, position = "back") =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const now = clock.now();
      // Who was refused is not let wait on and on while nobody gets through.
      const hopeless = position === "front" && refusedSince !== undefined &&
        now - refusedSince > patience;
      if (now < closedUntil || hopeless) return reject(closed());
      const queue = queues[priority][position === "front" ? 0 : 1];
      const waiter: Waiter = { priority, queue, since: now, live: true, signal, resolve, reject };
      queue.push(waiter);
      if (signal) watch(signal, waiter);
      pump();
    });

  /** Sends on their way all who may go, and sets the timer for the next. */
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
    // Refusals far apart do not tell of a server that refuses all the time between.
    if (refusedSince === undefined || now - lastRefusal > patience) refusedSince = now;
    lastRefusal = now;
    const pause = believedPause(outcome.throttled.retryAfter) ?? 0;
    if (pause > patience) {
      // It is not taken at its word for longer than anybody waits: then one request is let through, to see.
      closedUntil = now + patience;
      saidUntil = now + pause;
      isDoubtful = true;
    }
    if (pause > patience || now - refusedSince > patience) giveUp();
  };

  /** How many may be under way now. */
  const bound = (now: number): number => {
    if (isDoubtful) return 1;
    const grown = START + Math.max(0, Math.floor((ok - PROVEN) / 8));
    if (!pace.known && !proven) {
      leak(now);
      // Each step up is paid for by 25 answers, so that one refused batch stays about one in a hundred.
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
      if (timer.at <= at) return; // it looks again when it fires
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
    last?.stop.abort("it is no longer waited for"); // a text: making an error looks up its stack
  };

  /** One listener for each signal, however many wait with it: adding the ten-thousandth to one is slow. */
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
