/**
 * The only way to a server: a request gets its URL, waits for the limiter, is authorized, sent, retried where that is
 * safe, and its answer is read.
 *
 * This file alone decides what may be sent again. Reads and other idempotent requests: after network errors, 408, 429
 * and 5xx. Writes: only if the server certainly did not carry them out. A write whose answer was lost is left to the
 * caller: it gets a {@linkcode TransportError} with `sent: "unknown"`.
 *
 * @module
 */
import type { Clock } from "../engine/time/clock.ts";
import { proxyFor } from "../platform/proxy.ts";
import type { ApiRequest, ApiResponse, SendOptions } from "../engine/resource/endpoint.ts";
import { type Lease, type Limiter, RateClosedError, type RateOutcome } from "../engine/rate/limiter.ts";
import { believedPause } from "../engine/rate/server_numbers.ts";
import { encodeBody, readBody } from "./read_body.ts";
import { type Answer, attempt, type Draft, type Received } from "./attempt.ts";
import {
  type ApiAnswers,
  describeAnswer,
  expectedOf,
  headFits,
  isOwnError,
  misfit,
  redirectedTo,
} from "./is_api_answer.ts";
import { httpClient } from "./client.ts";
import { debugLine } from "./debug_line.ts";
import { unverifiedFetch } from "./unverified_tls.ts";
import { answered, awayFor, endTry, hopeless, isAway, PATIENCE, sayFailing } from "./outage.ts";
import { serverAt, type ServerHealth, unreached, waitOut } from "./outage.ts";
import { apiError, closedUntil, type Explained, lost, rateClosed } from "./request_errors.ts";
import { foreign, type Refused, stillClosed, stillThrottled, unclear } from "./request_errors.ts";
import { secretsIn, withoutSecrets } from "../engine/text/sent_secrets.ts";
import { backoff, retryAfter } from "./retry_after.ts";
import { originOf, type RequestTarget, targetOf } from "./request_target.ts";

export type { Draft } from "./attempt.ts";
export type { Explained } from "./request_errors.ts";

/** An answer, for the cloud's own functions. */
export interface RawResponse {
  /** The HTTP status. */
  status: number;
  /** All headers. */
  headers: Headers;
  /** Parsed JSON, text, or undefined if it was empty or invalid. */
  body: unknown;
}

/** How to send requests to a cloud's server. */
export interface SendConfig {
  /** The URL before every path. A function is called before each request. */
  baseUrl: string | (() => Promise<string>);
  /** The clock for time limits and pauses. */
  clock: Clock;
  /** The limiter of a request's rate-limit group. */
  limiter(group: string): Limiter;
  /** Replaces the platform's fetch, for reads and writes. */
  fetch?: typeof fetch | undefined;
  /** Returns a number between 0 and 1, for jitter. */
  random: () => number;
  /** The time limit of one attempt, in milliseconds. Default 30,000. */
  timeout?: number | undefined;
  /**
   * How often a request is sent again after a failure. Refusals because of the rate, and a server that is away, do not
   * count. Default 4.
   */
  retries?: number | undefined;
  /**
   * How long a server that has answered before may be away (no connection, or its gateway says 502, 503 or 504) before
   * requests fail, in milliseconds. Default 60,000.
   */
  outagePatience?: number | undefined;
  /**
   * How long a request may be refused because of the rate or maintenance before it fails, in milliseconds. Default
   * 120,000.
   */
  maxThrottleWait?: number | undefined;
  /** The `User-Agent` header. */
  userAgent: string;
  /** Headers of every request, with names in lower case. */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Adds the authorization to a request. Called for each attempt. The request holds its place in the limiter meanwhile,
   * so this must not send through the same limiter.
   */
  authorize?: ((draft: Draft) => void | Promise<void>) | undefined;
  /**
   * Called for each answer of 400 and above. `"resend"` means that the request was not carried out and would succeed
   * now, because a token was renewed or the server's time adopted. It counts once for each request.
   */
  refused?: ((response: RawResponse, draft: Draft) => Promise<"resend" | undefined>) | undefined;
  /** The cloud's reading of an error answer. */
  explain(response: RawResponse): Explained;
  /** The answers of this API. Any other answer is not believed. */
  answers?: ApiAnswers | undefined;
  /** The header with the server's id of a request. */
  requestIdHeader: string;
  /** Called with a line about each attempt. */
  debug?: ((line: string) => void) | undefined;
  /** Trusts any certificate. Warns on stderr once for each host. */
  insecure?: boolean | undefined;
  /** Certificates of further authorities to trust, as PEM. */
  caCerts?: readonly string[] | undefined;
  /** Reads JSON text. Default `JSON.parse`. */
  parse?: ((text: string) => unknown) | undefined;
  /** Aborting stops everything that is sent. */
  signal?: AbortSignal | undefined;
}

/** Sends a request and returns its answer; see {@linkcode Endpoint.send} for its errors. */
export type Send = (request: ApiRequest, options?: SendOptions) => Promise<ApiResponse>;

/** Makes a {@linkcode Send}. It opens and reads nothing before the first request. */
export function createSend(config: SendConfig): Send {
  return (request, options = {}) => run(begin(config, request, options));
}

/** What to do after an attempt. */
type Verdict =
  | { done: ApiResponse }
  | { fail: Error }
  | { again: string; delay: number; front?: boolean; throttled?: boolean };

/**
 * One request with all its attempts. Functions and not a class, because V8 caches their compiled code, and a script
 * does this before anything else.
 */
interface Exchange {
  readonly config: SendConfig;
  readonly request: ApiRequest;
  readonly on: NonNullable<SendOptions["on"]>;
  readonly leaving: SendOptions["leaving"];
  readonly signal: AbortSignal | undefined;
  readonly write: boolean;
  readonly idempotent: boolean;
  readonly maxWait: number;
  readonly patience: number;
  attempts: number;
  retries: number;
  refusals: number;
  refusedAt: number | undefined;
  resent: boolean;
  found: RequestTarget | undefined;
  server: ServerHealth | undefined;
  /** Whether this request tries whether the server is back. */
  isTry: boolean;
  /** When a gateway first reported that the server is away. */
  failedAt: number | undefined;
}

function begin(config: SendConfig, request: ApiRequest, options: SendOptions): Exchange {
  const signals = [config.signal, options.signal].filter((signal) => signal !== undefined);
  const write = request.method !== "GET" && request.method !== "HEAD";
  return {
    config,
    request,
    on: options.on ?? (() => {}),
    leaving: options.leaving,
    signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0],
    write,
    idempotent: request.idempotent ?? !write,
    maxWait: config.maxThrottleWait ?? 120_000,
    patience: config.outagePatience ?? PATIENCE,
    attempts: 0,
    retries: 0,
    refusals: 0,
    refusedAt: undefined,
    resent: false,
    found: undefined,
    server: undefined,
    isTry: false,
    failedAt: undefined,
  };
}

async function run(x: Exchange): Promise<ApiResponse> {
  const { clock } = x.config;
  const { method, path, group = "" } = x.request;
  x.signal?.throwIfAborted();
  const limiter = x.config.limiter(group);
  let front = false;
  for (;;) {
    const server = serverOf(x);
    if (server?.down !== undefined) await standBy(x, server);
    let verdict: Verdict;
    try {
      const lease = await acquire(x, limiter, front || x.isTry);
      if (server?.down !== undefined && !x.isTry) { // it went away meanwhile
        lease.release("failed");
        front = true;
        continue;
      }
      verdict = await attemptOnce(x, lease);
    } finally {
      if (x.isTry) {
        x.isTry = false;
        endTry(server!, waitingOf(x));
      }
    }
    if ("done" in verdict) return verdict.done;
    if ("fail" in verdict) throw verdict.fail;
    const { again, delay } = verdict;
    front = verdict.front ?? false;
    if (verdict.throttled) {
      x.on({ type: "throttled", group, rate: limiter.facts().perSecond, at: clock.now() });
    }
    x.on({ type: "retry", method, path, reason: again, delay, at: clock.now() });
    if (delay > 0) await clock.sleep(delay, x.signal);
  }
}

/** The server of a request; undefined until its URL is known. */
function serverOf(x: Exchange): ServerHealth | undefined {
  const { baseUrl, fetch } = x.config;
  if (x.server === undefined && typeof baseUrl === "string") {
    x.server = serverAt(originOf(baseUrl), fetch);
  }
  return x.server;
}

function waitingOf(x: Exchange) {
  return { clock: x.config.clock, signal: x.signal, patience: x.patience };
}

/** Waits while the server is away, or for this request's turn to try. */
async function standBy(x: Exchange, server: ServerHealth): Promise<void> {
  const turn = await waitOut(server, waitingOf(x));
  if (typeof turn === "object") {
    throw lost({ ...x.request, write: x.write }, turn.failure, { ms: turn.waited }, turn.cause);
  }
  x.isTry = turn === "try";
}

async function acquire(x: Exchange, limiter: Limiter, front: boolean): Promise<Lease> {
  try {
    const { priority = "action" } = x.request;
    return await limiter.acquire(priority, x.signal, front ? "front" : "back");
  } catch (error) {
    if (error instanceof RateClosedError) throw rateClosed(x.request, error.until, error);
    throw error;
  }
}

/** One attempt, with its lease. */
async function attemptOnce(x: Exchange, lease: Lease): Promise<Verdict> {
  const { clock, debug } = x.config;
  const { method, path } = x.request;
  let outcome: RateOutcome = "failed";
  try {
    // Before the signature, which takes a while, so that requests that leave together are recorded together.
    await x.leaving?.();
    // Encoded only now: of a thousand waiting requests, the first should not wait until all are encoded.
    const body = encodeBody(x.request);
    const draft = await drafted(x, await targetFor(x), body);
    x.signal?.throwIfAborted(); // the last moment at which it can be cancelled
    x.attempts++;
    const start = clock.now();
    x.on({ type: "send", method, path, attempt: x.attempts, at: start });
    const received = await attempt(draft, body, {
      fetch: fetchFor(x),
      proxy: x.config.fetch === undefined ? proxyFor : undefined,
      clock,
      timeout: x.request.timeout ?? x.config.timeout ?? 30_000,
      cut: x.write ? undefined : x.signal,
    });
    const at = clock.now();
    const answer = "answer" in received ? received.answer : undefined;
    if (answer) answered(x.server!, answer.status, at);
    if (answer) x.on({ type: "answer", method, path, status: answer.status, ms: at - start, at });
    const judged = await judge(x, received, draft);
    outcome = judged.outcome;
    debug?.(debugLine({
      method,
      url: new URL(draft.href),
      ms: at - start,
      status: answer?.status,
      requestId: answer?.headers.get(x.config.requestIdHeader) ?? undefined,
      remark: remarkOn(judged.verdict, received),
    }));
    return judged.verdict;
  } finally {
    lease.release(outcome);
  }
}

async function targetFor(x: Exchange): Promise<RequestTarget> {
  const { baseUrl } = x.config;
  if (x.found !== undefined) return x.found;
  const base = typeof baseUrl === "string" ? baseUrl : await baseUrl();
  x.server ??= serverAt(originOf(base), x.config.fetch);
  return x.found = targetOf(base, x.request);
}

async function drafted(x: Exchange, target: RequestTarget, body: string | undefined): Promise<Draft> {
  const headers: Draft["headers"] = {
    "accept": "application/json",
    "user-agent": x.config.userAgent,
    ...x.config.headers,
  };
  if (body !== undefined) headers["content-type"] = "application/json";
  for (const [name, value] of Object.entries(x.request.headers ?? {})) {
    headers[name.toLowerCase()] = value;
  }
  const draft: Draft = { method: x.request.method, ...target, headers, write: x.write };
  const authorizing = x.config.authorize?.(draft);
  if (authorizing) await authorizing;
  return draft;
}

function fetchFor(x: Exchange): (url: string, init: RequestInit) => Promise<Response> {
  const { fetch: injected, insecure, caCerts } = x.config;
  if (injected !== undefined) return injected;
  if (insecure) return unverifiedFetch;
  // A read that must not be repeated needs its own connection too, because the platform would repeat it on a reused
  // one.
  const client = httpClient(x.write || !x.idempotent ? "write" : "read", { caCerts });
  if (!client) return fetch;
  // A variable, because the browser's types of `fetch` do not have `client`.
  return (url, init) => {
    const through = { ...init, client };
    return fetch(url, through);
  };
}

async function judge(
  x: Exchange,
  received: Received,
  draft: Draft,
): Promise<{ verdict: Verdict; outcome: RateOutcome }> {
  if ("lost" in received) {
    const { lost: failure, cause } = received;
    return { outcome: "failed", verdict: afterLoss(x, failure, cause) };
  }
  const { answer } = received;
  const { status, headers, text } = answer;
  const { body, cut, garbled = false, cause } = readBody(answer, x.config.parse ?? JSON.parse);
  const raw: RawResponse = { status, headers, body };
  if (status >= 400 && !x.resent && await x.config.refused?.(raw, draft) === "resend") {
    x.resent = true;
    return {
      outcome: "ok",
      verdict: { again: `refused with ${status}, and corrected`, delay: 0, front: true },
    };
  }
  if (status < 200 || status >= 300) return afterRefusal(x, draft, answer, raw);
  const expected = expectedOf(x.request, x.config.answers);
  if (cut !== undefined) {
    // The API accepted it, so the write has happened. Repeating it to get the answer would do it twice.
    if (!x.idempotent && x.write && headFits(expected, raw)) {
      const note = `The request was carried out, but ${cut}`;
      return { outcome: "ok", verdict: { done: { status, headers, body: undefined, note } } };
    }
    const failure = { sent: "unknown", again: true, reason: cut, advice: "" } as const;
    return { outcome: "failed", verdict: afterLoss(x, failure, cause) };
  }
  const instead = misfit(expected, x.request.method, { status, headers, text, body, garbled });
  if (instead === undefined) return { outcome: "ok", verdict: { done: { status, headers, body } } };
  return { outcome: "failed", verdict: afterForeign(x, draft, instead, cause) };
}

/** Something else than the API answered: nothing is known about the request. */
function afterForeign(x: Exchange, draft: Draft, instead: string, cause?: unknown): Verdict {
  const host = draft.host.replace(/:\d+$/, "");
  const reason = `${host} does not answer as ${x.config.answers?.api ?? "its API"} does: ${instead}`;
  if (x.idempotent && x.retries < retriesOf(x)) return again(x, reason);
  return { fail: foreign({ ...x.request, write: x.write }, reason, x.attempts, cause) };
}

function afterLoss(x: Exchange, failure: Parameters<typeof lost>[1], cause: unknown): Verdict {
  if (isAway(failure)) {
    const { clock, random } = x.config;
    const now = clock.now();
    const delay = unreached(x.server!, now, failure, cause, random);
    if (!hopeless(x.server!, now, x.patience)) return { again: failure.reason, delay, front: true };
    const tried = { ms: awayFor(x.server!, now) };
    return { fail: lost({ ...x.request, write: x.write }, failure, tried, cause) };
  }
  if (x.idempotent && failure.again && x.retries < retriesOf(x)) return again(x, failure.reason);
  return { fail: lost({ ...x.request, write: x.write }, failure, { times: x.attempts }, cause) };
}

function afterRefusal(
  x: Exchange,
  draft: Draft,
  answer: Answer,
  said: RawResponse,
): { verdict: Verdict; outcome: RateOutcome } {
  const { status, headers } = answer;
  // A server quotes what it refuses, a password too.
  const secrets = secretsIn(x.request.body);
  const raw = secrets.length === 0 ? said : { ...said, body: withoutSecrets(said.body, secrets) };
  const now = x.config.clock.now();
  const accepted = x.request.accept?.includes(status) ?? false;
  const explained = x.config.explain(raw);
  const refused: Refused = {
    method: x.request.method,
    path: x.request.path,
    status,
    requestId: headers.get(x.config.requestIdHeader) ?? undefined,
    explained,
    redirect: redirectedTo(headers),
  };
  const after = believedPause(explained.throttle?.retryAfter) ?? retryAfter(headers, now);
  const throttle = explained.throttle ?? (status === 429 || status === 420 ? {} : undefined);
  if (throttle !== undefined) {
    const outcome: RateOutcome = { throttled: { perSecond: throttle.perSecond, retryAfter: after } };
    if (accepted && status !== 429 && status !== 420) return { outcome, verdict: { done: raw } };
    return { outcome, verdict: afterThrottle(x, refused, now, after) };
  }
  const outcome: RateOutcome = status >= 500 ? "failed" : "ok";
  const own = x.request.expect === "anything" || isOwnError(raw, x.config.answers);
  if (accepted && (own || status < 400)) {
    return { outcome, verdict: { done: explained.code === "" ? raw : { ...raw, code: explained.code } } };
  }
  // A failing server's answer is not believed anyway.
  if (!own && status < 500 && status !== 408) {
    const instead = withoutSecrets(describeAnswer(answer), secrets);
    return { outcome: "failed", verdict: afterForeign(x, draft, instead, apiError(refused)) };
  }
  return { outcome, verdict: afterFailure(x, refused, now, after) };
}

/** Refused because there were too many requests: it goes to the front of the queue, and the limiter decides when. */
function afterThrottle(x: Exchange, refused: Refused, now: number, after: number | undefined): Verdict {
  x.refusedAt ??= now;
  const waited = now - x.refusedAt;
  if (waited + (after ?? 0) > x.maxWait) {
    return { fail: after ? closedUntil(refused, now + after) : stillThrottled(refused, waited) };
  }
  // The limiter's pace is enough of a pause, unless a server keeps refusing without a reason.
  x.refusals++;
  const delay = x.refusals < 3 ? 0 : backoff(x.refusals - 2, x.config.random);
  return { again: `too many requests: ${refused.status}`, delay, front: true, throttled: true };
}

function afterFailure(x: Exchange, refused: Refused, now: number, after: number | undefined): Verdict {
  const { status, explained } = refused;
  x.failedAt ??= now;
  const passing = status === 408 || (status >= 500 && status !== 501 && status !== 505);
  if (!passing) return { fail: apiError(refused) };
  const untouched = explained.executed === false;
  if (!x.idempotent && !untouched) return { fail: unclear(refused) };
  if (after !== undefined) {
    x.refusedAt ??= now;
    if (now - x.refusedAt + after > x.maxWait) return { fail: closedUntil(refused, now + after) };
  }
  const reason = `the server failed: ${status}`;
  if (x.retries < retriesOf(x)) return again(x, reason, after);
  if (x.idempotent && isRestarting(x, status, now)) {
    sayFailing(x.server!, reason, x.failedAt!, now, x.patience);
    return again(x, reason, after ?? GATEWAY_PAUSE);
  }
  return { fail: untouched && status === 503 ? stillClosed(refused, x.attempts) : apiError(refused) };
}

/** The pause between two tries while a gateway reports that the server is away, in milliseconds. */
const GATEWAY_PAUSE = 1000;

/** Whether a server that has served before may be restarting, according to its gateway. */
function isRestarting(x: Exchange, status: number, now: number): boolean {
  if (status < 502 || status > 504 || !x.server!.hasServed) return false;
  return now - (x.failedAt ?? now) < x.patience;
}

function retriesOf(x: Exchange): number {
  return x.config.retries ?? 4;
}

function again(x: Exchange, reason: string, after?: number): Verdict {
  x.retries++;
  const pause = backoff(x.retries, x.config.random);
  // A little is added to a time that the server named, so that not all clients return at once.
  return { again: reason, delay: after === undefined ? pause : after + Math.min(pause, 1000) };
}

function remarkOn(verdict: Verdict, received: Received): string | undefined {
  if ("again" in verdict) {
    return `${verdict.again}; again ${verdict.delay > 0 ? `in ${verdict.delay} ms` : "at once"}`;
  }
  if ("lost" in received) return received.lost.reason;
  return "done" in verdict ? verdict.done.note : undefined;
}
