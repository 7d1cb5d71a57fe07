/**
 * Waiting out a server that is away for a moment, as while it restarts.
 *
 * Where no connection came about nothing was sent, so reads and writes alike may be sent again. All requests of this
 * process to one server share what is known of it: while it is away, one of them at a time tries, and the others wait for
 * how that ends. A server that has answered before is given a minute; one that never has, a few seconds, as its address may
 * be misspelt.
 *
 * @module
 */
import { onAbort } from "../engine/time/cancel.ts";
import type { Clock } from "../engine/time/clock.ts";
import { output } from "../engine/process/output.ts";
import type { FetchFailure } from "./fetch_failure.ts";

/** How long a server that has answered before may be away, ms. */
export const PATIENCE = 60_000;
/** The same for one that never answered. */
const FIRST_PATIENCE = 5_000;
/** After so long the person is told. */
const SAY_AFTER = 1000;
/** The pauses between two tries, ms: they grow from the first to the longest, and to the later longest after a while. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 1000;
const LATER = 15_000;
const LATER_PAUSE = 2000;

/** What this process knows of a server. */
export interface ServerHealth {
  host: string;
  /** Whether it has answered anything in this process. */
  isKnown: boolean;
  /** Whether it has answered anything but failures of its own. */
  hasServed: boolean;
  /** Set while no connection to it comes about. */
  down: Down | undefined;
  /** When the person was last told that it fails. */
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
  /** Whether a request is under way that will tell. */
  isTrying: boolean;
  isSaid: boolean;
  readonly waiters: Set<() => void>;
  timer: AbortController | undefined;
}

/** How an outage is waited out. */
export interface OutagePatience {
  clock: Clock;
  signal: AbortSignal | undefined;
  patience: number;
}

/** Why a request is not tried any more. */
export interface GivenUp {
  failure: FetchFailure;
  cause: unknown;
  /** How long the server has been away, ms. */
  waited: number;
}

const servers = new Map<string, ServerHealth>();
/** Those behind a fetch of the caller's own: two simulators are two servers, whatever their address. */
const injected = new WeakMap<typeof fetch, Map<string, ServerHealth>>();

/** The server at an origin, the same for all who ask. */
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

/** Whether a failure is one that passes with time, and in which nothing was sent. */
export function isAway(failure: FetchFailure): boolean {
  return failure.sent === "no" && failure.again;
}

/**
 * Waits until a request may be sent: at once while the server is there, as the one that tries, or when it is back.
 *
 * @returns `"try"` for the one that tries, who must call {@linkcode endTry}; what to fail with when it is away too long.
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
      // Nobody has looked for long: that was another outage.
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

/** Whether a server that is away has been so for longer than anybody waits. */
export function hopeless(server: ServerHealth, now: number, patience: number): boolean {
  const { down } = server;
  return down !== undefined && now - down.since >= mostOf(server, down, patience);
}

/** How long a server has been away, ms. */
export function awayFor(server: ServerHealth, now: number): number {
  return server.down === undefined ? 0 : now - server.down.since;
}

/** No connection came about. Gives the time until the next try, ms. */
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
  // Of those that were under way when it began, the first has set the time.
  if (down.tries > 0 && now < down.nextTry) return down.nextTry - now;
  const longest = now - down.since < LATER ? LONGEST_PAUSE : LATER_PAUSE;
  const pause = Math.min(longest, FIRST_PAUSE * 2 ** Math.min(down.tries++, 8));
  // Spread, so that many processes do not come back in step.
  down.nextTry = now + Math.round(pause * (0.5 + random() / 2));
  return down.nextTry - now;
}

/** It answered. */
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

/** The one that tried has its answer, or gave up. */
export function endTry(server: ServerHealth, { clock, patience }: OutagePatience): void {
  const { down } = server;
  if (down === undefined) return;
  down.isTrying = false;
  const now = clock.now();
  if (hopeless(server, now, patience)) { for (const wake of [...down.waiters]) wake(); }
  else arm(down, clock);
}

/** Tells the person that a server fails, and until when it is asked again; not more than once in that time. */
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

/** Waits until somebody's try has ended, or it is time for the next. */
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

/** Sees to it that one of the waiting tries when it is time. */
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
