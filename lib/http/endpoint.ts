/**
 * Makes an endpoint from a server's URL and the way to send requests to it. Every cloud's endpoint is made here.
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

/** The options of an endpoint, besides those for sending. */
export interface EndpointConfig extends Omit<SendConfig, "clock" | "limiter" | "random" | "signal"> {
  /** Identifies this server and account. Others do not share polls or a rate limit with it. */
  readonly key: string;
  /** The name for people. */
  readonly name: string;
  /** The clock for waits and time limits. Default: the system's clock. */
  readonly clock?: Clock | undefined;
  /** Aborting stops everything on it. */
  readonly signal?: AbortSignal | undefined;
  /** The most requests in flight. Default 32. */
  readonly concurrency?: number | undefined;
  /** The highest rate, in requests per second. Default: learned from the server's refusals. */
  readonly rate?: number | undefined;
  /** The limit in the server's documentation. */
  readonly hint?: RateHint | undefined;
  /** The rate-limit bucket of a request. Default: one bucket for all. */
  groupOf?(request: Pick<ApiRequest, "method" | "path">): string;
  /** The bucket for a path, as the plan shows it. Default: that of a GET. */
  plannedGroup?(path: string): string;
  /** Changes a request before it is sent, for example by adding a parameter that every request has. */
  prepared?(request: ApiRequest): ApiRequest;
  /** How changes of the members of a kind are pushed; see {@linkcode Endpoint.changes}. */
  changes?(kind: string): Follow | undefined;
}

/** An endpoint, and the limiters of its buckets, for requests that do not go through its `send`. */
export interface MadeEndpoint {
  /** The endpoint for chains. */
  readonly endpoint: Endpoint;
  /** The limiter of a rate-limit bucket. */
  limiter(group: string): Limiter;
}

/**
 * Makes an endpoint. It opens and reads nothing before the first request.
 *
 * @throws {MusterError} when `concurrency` is not a whole number above zero, or `rate` is not a number above zero.
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
  // Only for jitter: these numbers need not be hard to guess.
  const random = () => Math.random();
  const limiter = (group: string): Limiter =>
    limiterFor(
      `${key} ${group} ${concurrency} ${rate ?? ""}`,
      () => createLimiter({ clock, concurrency, random, hint, perSecond: rate }),
    );
  // The endpoint's signal is passed with each request, so that a run's own signal can replace it.
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

/**
 * A number for an injected fetch or clock, because two simulators are two servers even with the same URL. 0 if there is
 * none.
 */
export function numberOf(given: object | undefined): number {
  if (!given) return 0;
  let number = numbers.get(given);
  if (number === undefined) numbers.set(given, number = ++counted);
  return number;
}
