/**
 * Waits for a server that is away for a moment, for example while it restarts.
 *
 * If no connection was made, nothing was sent, so reads and writes may both be sent again. All requests of this process
 * to one server share what is known about it: while it is away, one request at a time tries, and the others wait for
 * its result. A server that has answered before gets a minute. A server that never has gets a few seconds, because its
 * URL may be misspelt.
 *
 * @module
 */
import { onAbort } from "../engine/time/cancel.ts";
import type { Clock } from "../engine/time/clock.ts";
import { output } from "../engine/process/output.ts";
import type { FetchFailure } from "./fetch_failure.ts";

/** How long a server that has answered before may be away, in milliseconds. */
export const PATIENCE = 60_000;
/** The same for a server that has never answered. */
const FIRST_PATIENCE = 5_000;
/** After this time the person is notified, in milliseconds. */
const SAY_AFTER = 1000;
/**
 * The pauses between two tries, in milliseconds. They grow from the first to the longest. After a long outage there is
 * a longer limit.
 */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 1000;
const LATER = 15_000;
const LATER_PAUSE = 2000;

/** What this process knows about a server. */
export interface ServerHealth {
  host: string;
  /** Whether it has answered at all in this process. */
  isKnown: boolean;
  /** Whether it has answered anything except its own failures. */
  hasServed: boolean;
  /** Set while no connection to it can be made. */
  down: Down | undefined;
  /** When the person was last notified that it fails. */
  saidAt: number;
}

/** An outage. */
interface Down {
  readonly since: number;
  failure: FetchFailure;
  cause: unknown;
  tries: number;
  lastTry: number;
  nextTry: number;
  /** Whether a request is in flight that will show whether it is back. */
  isTrying: boolean;
  isSaid: boolean;
  readonly waiters: Set<() => void>;
  timer: AbortController | undefined;
}

/** Options for waiting out an outage. */
export interface OutagePatience {
  clock: Clock;
  signal: AbortSignal | undefined;
  patience: number;
}

/** Why a request is no longer tried. */
export interface GivenUp {
  failure: FetchFailure;
  cause: unknown;
  /** How long the server has been away, in milliseconds. */
  waited: number;
}

const servers = new Map<string, ServerHealth>();
/** The servers behind an injected fetch: two simulators are two servers even with the same URL. */
const injected = new WeakMap<typeof fetch, Map<string, ServerHealth>>();

/** The server at an origin. All callers get the same one. */
export function serverAt(origin: string, given: typeof fetch | undefined): ServerHealth {
  let all = given === undefined ? servers : injected.get(given);
  if (all === undefined) injected.set(given!, all = new Map());
  let server = all.get(origin);
  if (server === undefined) {
    const host = origin.replace(/^\w+:\/\//, "");
    all.set(
      origin,
      server = { host, isKnown: false, hasServed: false, down: undefined, saidAt: -Infinity },
    );
  }
  return server;
}

/** Whether a failure may pass with time, and nothing was sent. */
export function isAway(failure: FetchFailure): boolean {
  return failure.sent === "no" && failure.again;
}

/**
 * Waits until a request may be sent: at once while the server is there, when it is this request's turn to try, or when
 * the server is back.
 *
 * @returns `"try"` for the request that tries, which must call {@linkcode endTry}; or the reason to fail, if the server
 * is away too long.
 */
export async function waitOut(
  server: ServerHealth,
  waiting: OutagePatience,
): Promise<"go" | "try" | GivenUp> {
  const { clock, signal, patience } = waiting;
  for (;;) {
    const { down } = server;
    if (down === undefined) return "go";
    const now = clock.now();
    if (now - down.lastTry > PATIENCE && !down.isTrying && down.waiters.size === 0) {
      // Nobody has tried for a long time: that was another outage.
      server.down = undefined;
      return "go";
    }
    const isHopeless = hopeless(server, now, patience);
    if (!isHopeless) say(server, down, now, patience);
    if (!down.isTrying && now >= down.nextTry) {
      down.isTrying = true;
      return "try";
    }
    if (isHopeless) return { failure: down.failure, cause: down.cause, waited: now - down.since };
    await change(down, clock, signal);
  }
}

/** Whether a server has been away for longer than anybody waits. */
export function hopeless(server: ServerHealth, now: number, patience: number): boolean {
  const { down } = server;
  return down !== undefined && now - down.since >= mostOf(server, down, patience);
}

/** How long a server has been away, in milliseconds. */
export function awayFor(server: ServerHealth, now: number): number {
  return server.down === undefined ? 0 : now - server.down.since;
}

/** Call it when no connection was made. Returns the time until the next try, in milliseconds. */
export function unreached(
  server: ServerHealth,
  now: number,
  failure: FetchFailure,
  cause: unknown,
  random: () => number,
): number {
  const down = server.down ??= {
    since: now,
    failure,
    cause,
    tries: 0,
    lastTry: now,
    nextTry: now,
    isTrying: false,
    isSaid: false,
    waiters: new Set(),
    timer: undefined,
  };
  down.failure = failure;
  down.cause = cause;
  down.lastTry = now;
  // Of the requests in flight when the outage began, the first has set the time.
  if (down.tries > 0 && now < down.nextTry) return down.nextTry - now;
  const longest = now - down.since < LATER ? LONGEST_PAUSE : LATER_PAUSE;
  const pause = Math.min(longest, FIRST_PAUSE * 2 ** Math.min(down.tries++, 8));
  // Random, so that many processes do not return at the same moment.
  down.nextTry = now + Math.round(pause * (0.5 + random() / 2));
  return down.nextTry - now;
}

/** Call it when the server has answered. */
export function answered(server: ServerHealth, status: number, now: number): void {
  server.isKnown = true;
  if (status < 500) server.hasServed = true;
  const { down } = server;
  if (down === undefined) return;
  server.down = undefined;
  down.timer?.abort("it is back");
  if (down.isSaid) output.notice(`${server.host} answers again, after ${seconds(now - down.since)}`);
  for (const wake of [...down.waiters]) wake();
}

/** Call it when the request that tries has its answer, or has given up. */
export function endTry(server: ServerHealth, { clock, patience }: OutagePatience): void {
  const { down } = server;
  if (down === undefined) return;
  down.isTrying = false;
  const now = clock.now();
  if (hopeless(server, now, patience)) { for (const wake of [...down.waiters]) wake(); }
  else arm(down, clock);
}

/** Notifies the person that a server fails, and how long it will be tried. Not more than once in that time. */
export function sayFailing(
  server: ServerHealth,
  reason: string,
  since: number,
  now: number,
  patience: number,
): void {
  if (now - since < SAY_AFTER || now - server.saidAt < patience) return;
  server.saidAt = now;
  output.notice(`${server.host}: ${reason}; trying again for up to ${seconds(patience)}`);
}

function say(server: ServerHealth, down: Down, now: number, patience: number): void {
  if (down.isSaid || now - down.since < SAY_AFTER) return;
  down.isSaid = true;
  output.notice(
    `${down.failure.reason}; trying again for up to ${seconds(mostOf(server, down, patience))}`,
  );
}

function mostOf(server: ServerHealth, { failure }: Down, patience: number): number {
  return server.isKnown ? patience : Math.min(patience, failure.firstPatience ?? FIRST_PATIENCE);
}

/** Waits until the current try has ended, or it is time for the next. */
function change(down: Down, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      down.waiters.delete(wake);
      if (down.waiters.size === 0) {
        down.timer?.abort("nobody waits for it");
        down.timer = undefined;
      }
    };
    const wake = () => {
      forget();
      leave();
      resolve();
    };
    down.waiters.add(wake);
    const forget = signal === undefined ? () => {} : onAbort(signal, () => {
      leave();
      reject(signal.reason);
    });
    arm(down, clock);
  });
}

/** Makes one of the waiting requests try when it is time. */
function arm(down: Down, clock: Clock): void {
  if (down.timer !== undefined || down.isTrying || down.waiters.size === 0) return;
  const timer = down.timer = new AbortController();
  clock.sleep(down.nextTry - clock.now(), timer.signal).then(() => {
    if (down.timer !== timer) return;
    down.timer = undefined;
    const [first] = down.waiters;
    first?.();
  }, () => {});
}

function seconds(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1000))} s`;
}
