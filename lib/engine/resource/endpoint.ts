/**
 * What the engine needs from a cloud: an endpoint that sends requests, and a clock.
 *
 * @module
 */
import type { Clock } from "../time/clock.ts";
import type { AnswerShape } from "./answer_shape.ts";

/**
 * One request to an API, before signing.
 *
 * @example
 * ```ts
 * import { type ApiRequest, dc } from "@muster/muster";
 *
 * const request: Pick<ApiRequest, "method" | "path" | "query"> = {
 *   method: "GET",
 *   path: "/machines",
 *   query: { limit: 2, state: "running" },
 * };
 * const { body } = await dc("sim").request(request.method, request.path, { query: request.query! });
 * console.log(body);
 * ```
 */
export interface ApiRequest {
  /** The HTTP method. Only GET and HEAD count as reads. */
  method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The path below the endpoint's URL. It starts with `/`, and its segments are already percent-encoded. */
  path: string;
  /** The query parameters. Undefined values are left out; arrays repeat the key. */
  query?: Record<string, string | number | boolean | readonly string[] | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  /** Headers, besides those of every request. */
  headers?: Record<string, string>;
  /**
   * Whether it may be sent again when its answer was lost. Default: true for GET and HEAD, else false. Any other
   * request is never repeated by the transport: a lost answer is a {@linkcode TransportError} with `sent: "unknown"`,
   * and the caller checks before repeating.
   */
  idempotent?: boolean;
  /**
   * Statuses of 300 and above to return instead of throwing, such as 404 where "gone" is an answer. Only the API's own
   * answers are returned, not a proxy's page.
   */
  accept?: readonly number[];
  /**
   * The shape of this API's answer. Any other answer is not believed: a read is repeated and then fails, a write is
   * doubtful. Default: what the API is known to answer for the path, else `"json"` for a read and `"written"` for a
   * write. `"anything"` accepts any answer.
   */
  expect?: AnswerShape;
  /** The server's rate-limit bucket for this request. Default `""`. */
  group?: string;
  /** `"poll"` requests let the others pass when the rate is short. Default `"action"`. */
  priority?: "action" | "poll";
  /** The time limit of one attempt in milliseconds, for slow requests. Default: the endpoint's. */
  timeout?: number;
}

/**
 * The server's answer.
 *
 * @example
 * ```ts
 * import { type ApiResponse, dc } from "@muster/muster";
 *
 * const answer: ApiResponse = await dc("sim").request("GET", "/packages/none", { accept: [404] });
 * console.log(answer.status, answer.headers.get("content-type"), answer.body);
 * ```
 */
export interface ApiResponse {
  /** The HTTP status. */
  status: number;
  /** All headers. */
  headers: Headers;
  /** The parsed JSON; the text if it was not JSON; undefined if it was empty. */
  body: unknown;
  /**
   * Why `body` is missing: the write was carried out, but its answer could not be read. Do not repeat the write because
   * of it.
   */
  note?: string;
  /** The API's own code of a refusal in `accept`, such as `ResourceNotFound`. */
  code?: string;
}

/** An event of a request. */
export type WireEvent =
  /** It is about to be sent, for the `attempt`th time (from 1). */
  | { type: "send"; method: string; path: string; attempt: number; at: number }
  /** It was answered. */
  | { type: "answer"; method: string; path: string; status: number; ms: number; at: number }
  /** It failed or was refused, and will be sent again in `delay` ms. `reason` is a short phrase. */
  | { type: "retry"; method: string; path: string; reason: string; delay: number; at: number }
  /** The server refused it because there were too many requests. `rate` is the new limit in requests per second. */
  | { type: "throttled"; group: string; rate: number | undefined; at: number };

/** Options of one {@linkcode Endpoint.send}. */
export interface SendOptions {
  /**
   * After an abort nothing more is sent. A write in flight is awaited, because its result matters; a read is cancelled.
   */
  signal?: AbortSignal | undefined;
  /** Called for each event of the request. */
  on?: ((event: WireEvent) => void) | undefined;
  /**
   * Awaited right before each sending of the request, when its turn has come, which may be long after it was asked for.
   * If it rejects, nothing is sent. Only if {@linkcode Endpoint.announcesLeaving} is true.
   */
  leaving?: (() => Promise<void>) | undefined;
}

/** A change of a member that the server pushed. */
export interface Pushed {
  /** The member's id. */
  readonly id: string;
  /** The member at that time; undefined if the change has no record, only a part, or one that contradicts itself. */
  readonly record: object | undefined;
  /** When the server published it, in milliseconds by its own clock; undefined if it did not say. */
  readonly published: number | undefined;
}

/** Receives pushed changes. */
export interface ChangeListener {
  /** From now on every change is reported. */
  opened(): void;
  /** Something changed. The change may come late, twice, in the wrong order, or never. */
  changed(change: Pushed): void;
  /** Called for each event of the requests. */
  on: (event: WireEvent) => void;
  /** Aborting ends it at once. */
  signal: AbortSignal;
}

/** How a subscription ended: the server does not offer it, or it may be tried again. */
export type FeedEnd = "refused" | "broken";

/** Opens a subscription. Resolves when it has ended, and never rejects. */
export type Follow = (listener: ChangeListener) => Promise<FeedEnd>;

/**
 * A server with its credentials. A chain runs on it.
 *
 * @example
 * ```ts
 * import { dc, type Endpoint } from "@muster/muster";
 *
 * const endpoint: Endpoint = await dc("sim").endpoint();
 * const { status } = await endpoint.send({ method: "GET", path: "/packages" });
 * console.log(endpoint.name, status, endpoint.concurrency, endpoint.rate({ path: "/packages" }).source);
 * ```
 */
export interface Endpoint {
  /** Equal for two endpoints with the same server and account: they share a watcher and a rate limit. */
  readonly key: string;
  /** The name for people: `us-east-1`. */
  readonly name: string;
  /** The clock for its waits and time limits. */
  readonly clock: Clock;
  /** Aborting stops everything on this endpoint. */
  readonly signal?: AbortSignal | undefined;
  /** The most requests in flight. */
  readonly concurrency: number;
  /** Whether it heeds {@linkcode SendOptions.leaving}. Default false: the journal
   * then has the write before the request waits for its turn. */
  readonly announcesLeaving?: boolean;
  /**
   * What is known about the rate limit of a request, for the plan and the views.
   *
   * @param request The request's path, and its bucket if it has one.
   */
  rate(request: Pick<ApiRequest, "path" | "group">): RateFacts;
  /**
   * Signs, sends, parses, and retries where that is safe.
   *
   * @param request The request.
   * @param options The abort signal, and a listener for events.
   * @throws {ApiError} for a status of 400 or more that is not in `request.accept`.
   * @throws {ThrottledError} when the server refused it because of the rate for too long.
   * @throws {TransportError} when the network failed, or something else than this API answered; see its `sent`.
   */
  send(request: ApiRequest, options?: SendOptions): Promise<ApiResponse>;
  /**
   * How changes of a resource's states are pushed, if this API does that. The marks of such a resource (see {@linkcode
   * Definition.mark}) must grow with time, because a change that is older than what was seen is ignored.
   *
   * @param kind The resource's kind: `machine`. Returns undefined if its changes are not pushed.
   */
  changes?(kind: string): Follow | undefined;
}

/** What is known about a server's rate limit. */
export interface RateFacts {
  /** Requests per second; undefined while no limit is known. */
  perSecond: number | undefined;
  /** Whether it was learned from a refusal, was set, or is unknown. */
  source: "learned" | "set" | "unknown";
}
