/**
 * The endpoint maker: from a server's address and the way it is spoken to, to what chains send their requests with. Every
 * provider's endpoint is made here.
 *
 * @module
 */
import { MusterError } from "../engine/errors.ts";
import { checkSending, sessionRules, underWay } from "../engine/process/session_rules.ts";
import { CONCURRENCY, createLimiter, type Limiter, limiterFor } from "../engine/rate/limiter.ts";
import type { RateHint } from "../engine/rate/token_bucket.ts";
import type { ApiRequest, Endpoint, Follow } from "../engine/resource/endpoint.ts";
import { type Clock, systemClock } from "../engine/time/clock.ts";
import { createSend, type SendConfig } from "./send.ts";

/** What an endpoint is made of, besides how its server is spoken to. */
export interface EndpointConfig extends Omit<SendConfig, "clock" | "limiter" | "random" | "signal"> {
  /** Tells this server and account from others: those do not share looks or a rate limit. */
  readonly key: string;
  /** How it is named to people. */
  readonly name: string;
  /** What waits and time limits go by. Default: the system's clock. */
  readonly clock?: Clock | undefined;
  /** Aborts whatever runs on it. */
  readonly signal?: AbortSignal | undefined;
  /** Requests under way at most. Default 32. */
  readonly concurrency?: number | undefined;
  /** Requests per second to keep to. Default: as the server's refusals show. */
  readonly rate?: number | undefined;
  /** The limit that the server's documentation names. */
  readonly hint?: RateHint | undefined;
  /** The rate-limit bucket of a request. Default: one bucket for all. */
  groupOf?(request: Pick<ApiRequest, "method" | "path">): string;
  /** The bucket that a plan asks about, for a path. Default: that of a GET of it. */
  plannedGroup?(path: string): string;
  /** Changes a request before it is sent, such as by a parameter that every request has. */
  prepared?(request: ApiRequest): ApiRequest;
  /** How changes of the members of a kind are pushed; see {@linkcode Endpoint.changes}. */
  changes?(kind: string): Follow | undefined;
}

/** An endpoint, and the limiters of its buckets for what does not go through its `send`. */
export interface MadeEndpoint {
  /** What chains send their requests with. */
  readonly endpoint: Endpoint;
  /** The limiter of a rate-limit bucket. */
  limiter(group: string): Limiter;
}

/**
 * Makes an endpoint. Nothing is opened or read before its first request.
 *
 * @throws {MusterError} when `concurrency` is not a whole number above zero, or `rate` not a number above zero.
 */
export function makeEndpoint(config: EndpointConfig): MadeEndpoint {
  const { key, name, rate, hint, signal, clock = systemClock, groupOf, plannedGroup, prepared, changes } =
    config;
  const concurrency = sessionRules()?.concurrency ?? config.concurrency ?? CONCURRENCY;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new MusterError(`Cannot use ${concurrency} as concurrency: it is not a whole number above zero.`);
  }
  if (rate !== undefined && !(rate > 0 && Number.isFinite(rate))) {
    throw new MusterError(
      `Cannot use ${rate} as rate: it is not a number of requests per second above zero.`,
    );
  }
  // Jitter only: nothing depends on these numbers being hard to guess.
  const random = () => Math.random();
  const limiter = (group: string): Limiter =>
    limiterFor(
      `${key} ${group} ${concurrency} ${rate ?? ""}`,
      () => createLimiter({ clock, concurrency, random, hint, perSecond: rate }),
    );
  // Its signal goes with each request: one of its own that a run has counts instead.
  const send = createSend({ ...config, signal: undefined, clock, random, limiter });
  const endpoint: Endpoint = {
    key,
    name,
    clock,
    signal,
    concurrency,
    announcesLeaving: true,
    rate: ({ path, group }) =>
      limiter(group ?? plannedGroup?.(path) ?? groupOf?.({ method: "GET", path }) ?? "").facts(),
    changes: (kind) => changes?.(kind),
    async send(request, sending) {
      checkSending(request);
      const sent = { ...request, group: request.group ?? groupOf?.(request) ?? "" };
      return await underWay(
        send(prepared ? prepared(sent) : sent, { ...sending, signal: sending?.signal ?? signal }),
      );
    },
  };
  return { endpoint, limiter };
}

const numbers = new WeakMap<object, number>();
let counted = 0;

/** Tells injected fetches and clocks apart: two simulators are two servers, whatever their address. 0 for none. */
export function numberOf(given: object | undefined): number {
  if (!given) return 0;
  let number = numbers.get(given);
  if (number === undefined) numbers.set(given, number = ++counted);
  return number;
}
