/**
 * One limiter for all requests that draw on one rate limit of a server: how many may be under way at once, how
 * many a second, and who comes first.
 *
 * @module
 */
import type { Clock } from "./clock.ts";
import type { RateFacts } from "./endpoint.ts";
import { MusterError } from "./errors.ts";
import { Pace, type RateHint, type Refusal } from "./pace.ts";
import { Queue } from "./queue.ts";

/** How a request ended, as far as the rate is concerned. `"ok"` is any answer but a refusal for its number. */
export type Outcome = "ok" | "failed" | { throttled: Refusal };

/** The right to send one request, once. */
export interface Lease {
  /** Gives the place back and says how it went. Must be called; a second call does nothing. */
  release(outcome: Outcome): void;
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

/** Options of {@linkcode createLimiter}. */
export interface LimiterOptions {
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

/** Makes a limiter for one rate limit of one server and account. */
export function createLimiter(options: LimiterOptions): Limiter {
  return new SharedLimiter(options);
}

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

class SharedLimiter implements Limiter {
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #hint: RateHint;
  readonly #patience: number;
  readonly #pace: Pace;
  /** For each priority: refused ones that come first, then the others. */
  readonly #queues = {
    action: [new Queue<Waiter>(), new Queue<Waiter>()],
    poll: [new Queue<Waiter>(), new Queue<Waiter>()],
  } as const;
  readonly #bySignal = new Map<AbortSignal, { waiters: Set<Waiter>; stop: () => void }>();
  #inFlight = 0;
  /** Grows with each refusal that teaches something; a lease of an earlier age teaches nothing new. */
  #age = 0;
  #ok = 0;
  /** How full the server's bucket would be of us if its documentation is right. */
  #level = 0;
  #levelAt = 0;
  #okAtBrink = 0;
  #proven = false;
  #sincePoll = 0;
  #lastPoll: number;
  #refusedSince: number | undefined;
  #closedUntil = -Infinity;
  #timer: { at: number; stop: AbortController } | undefined;

  constructor(options: LimiterOptions) {
    this.#clock = options.clock;
    this.#concurrency = Math.max(1, Math.floor(options.concurrency ?? 32));
    this.#hint = options.hint ?? { burst: 30, perSecond: 10 };
    this.#patience = options.patience ?? 120_000;
    this.#pace = new Pace({ hint: this.#hint, random: options.random, perSecond: options.perSecond });
    this.#lastPoll = options.clock.now();
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#waiting("action") + this.#waiting("poll");
  }

  facts(): RateFacts {
    return this.#pace.facts();
  }

  acquire(
    priority: "action" | "poll",
    signal?: AbortSignal,
    position: "front" | "back" = "back",
  ): Promise<Lease> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const now = this.#clock.now();
      // Who was refused is not let wait on and on while nobody gets through.
      const hopeless = position === "front" && this.#refusedSince !== undefined &&
        now - this.#refusedSince > this.#patience;
      if (now < this.#closedUntil || hopeless) return reject(this.#closed());
      const queue = this.#queues[priority][position === "front" ? 0 : 1];
      const waiter: Waiter = { priority, queue, since: now, live: true, signal, resolve, reject };
      queue.push(waiter);
      if (signal) this.#watch(signal, waiter);
      this.#pump();
    });
  }

  /** Sends on their way all who may go, and sets the timer for the next. */
  #pump(): void {
    for (;;) {
      const now = this.#clock.now();
      const waiter = this.#next(now);
      if (waiter === undefined) return this.#disarm();
      if (this.#inFlight >= this.#bound(now)) return; // the next release pumps again
      const wait = this.#pace.wait(now);
      if (wait > 0) return this.#arm(now, wait);
      this.#grant(waiter, now);
    }
  }

  #next(now: number): Waiter | undefined {
    const action = this.#first("action");
    const poll = this.#first("poll");
    if (action === undefined || poll === undefined) return action ?? poll;
    const due = (this.#sincePoll >= POLL_EVERY && now - this.#lastPoll >= POLL_AFTER) ||
      now - Math.max(poll.since, this.#lastPoll) >= POLL_LATEST;
    return due ? poll : action;
  }

  #first(priority: "action" | "poll"): Waiter | undefined {
    return this.#queues[priority][0].first() ?? this.#queues[priority][1].first();
  }

  #waiting(priority: "action" | "poll"): number {
    return this.#queues[priority][0].live + this.#queues[priority][1].live;
  }

  #grant(waiter: Waiter, now: number): void {
    this.#drop(waiter);
    this.#inFlight++;
    this.#pace.take(now);
    this.#leak(now);
    this.#level++;
    if (waiter.priority === "poll") {
      this.#sincePoll = 0;
      this.#lastPoll = now;
    } else this.#sincePoll++;
    const age = this.#age;
    let open = true;
    waiter.resolve({
      release: (outcome) => {
        if (!open) return;
        open = false;
        this.#inFlight--;
        this.#settle(outcome, age);
        this.#pump();
      },
    });
  }

  #settle(outcome: Outcome, age: number): void {
    const now = this.#clock.now();
    if (outcome === "failed") return;
    if (outcome === "ok") {
      this.#leak(now);
      if (this.#brink()) this.#okAtBrink++;
      this.#ok++;
      this.#refusedSince = undefined;
      if (this.#level - this.#inFlight > this.#hint.burst + 8) this.#proven = true;
      return this.#pace.accepted(now);
    }
    const bound = this.#bound(now);
    const fresh = age === this.#age;
    this.#pace.refused(now, outcome.throttled, this.#inFlight, fresh);
    if (fresh) {
      this.#age++;
      this.#ok = PROVEN + 8 * Math.max(0, Math.floor(bound / 2) - START);
    }
    this.#refusedSince ??= now;
    const pause = outcome.throttled.retryAfter ?? 0;
    if (pause > this.#patience) this.#closedUntil = Math.max(this.#closedUntil, now + pause);
    if (pause > this.#patience || now - this.#refusedSince > this.#patience) this.#giveUp();
  }

  /** How many may be under way now. */
  #bound(now: number): number {
    const grown = START + Math.max(0, Math.floor((this.#ok - PROVEN) / 8));
    if (!this.#pace.known && !this.#proven) {
      this.#leak(now);
      // Each step up is paid for by 25 answers, so that one refused batch stays about one in a hundred.
      if (this.#brink()) return Math.min(this.#concurrency, CAREFUL + Math.floor(this.#okAtBrink / 25));
    }
    return Math.min(this.#concurrency, grown);
  }

  #brink(): boolean {
    return !this.#proven && this.#level >= this.#hint.burst - CAREFUL;
  }

  #leak(now: number): void {
    const leaked = (Math.max(0, now - this.#levelAt) / 1000) * this.#hint.perSecond;
    this.#level = Math.max(0, this.#level - leaked);
    this.#levelAt = now;
  }

  #closed(): RateClosedError {
    const until = this.#closedUntil > this.#clock.now() ? this.#closedUntil : undefined;
    return new RateClosedError(
      until === undefined
        ? `Cannot send the request as the server has refused all others for too long: ${
          Math.round(this.#patience / 1000)
        } s`
        : `Cannot send the request as the server takes none before: ${new Date(until).toISOString()}`,
      until,
    );
  }

  #giveUp(): void {
    for (const queue of [...this.#queues.action, ...this.#queues.poll]) {
      for (let waiter = queue.first(); waiter !== undefined; waiter = queue.first()) {
        this.#drop(waiter);
        waiter.reject(this.#closed());
      }
    }
  }

  #arm(now: number, wait: number): void {
    const at = now + Math.ceil(wait);
    if (this.#timer !== undefined) {
      if (this.#timer.at <= at) return; // it looks again when it fires
      this.#disarm();
    }
    const timer = this.#timer = { at, stop: new AbortController() };
    this.#clock.sleep(at - now, timer.stop.signal).then(() => {
      if (this.#timer !== timer) return;
      this.#timer = undefined;
      this.#pump();
    }, () => {});
  }

  #disarm(): void {
    const timer = this.#timer;
    this.#timer = undefined;
    timer?.stop.abort("it is no longer waited for"); // a text: making an error looks up its stack
  }

  /** One listener for each signal, however many wait with it: adding the ten-thousandth to one is slow. */
  #watch(signal: AbortSignal, waiter: Waiter): void {
    const entry = this.#bySignal.get(signal);
    if (entry !== undefined) return void entry.waiters.add(waiter);
    const waiters = new Set([waiter]);
    const stop = () => {
      this.#bySignal.delete(signal);
      for (const one of waiters) {
        this.#drop(one);
        one.reject(signal.reason);
      }
      this.#pump();
    };
    this.#bySignal.set(signal, { waiters, stop });
    signal.addEventListener("abort", stop, { once: true });
  }

  #drop(waiter: Waiter): void {
    waiter.queue.drop(waiter);
    if (waiter.signal === undefined) return;
    const entry = this.#bySignal.get(waiter.signal);
    if (entry === undefined || !entry.waiters.delete(waiter) || entry.waiters.size > 0) return;
    waiter.signal.removeEventListener("abort", entry.stop);
    this.#bySignal.delete(waiter.signal);
  }
}
