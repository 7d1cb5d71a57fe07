/**
 * What the engine asks of a provider: somewhere to send requests to, and a clock.
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
  /** The HTTP method. Only GET and HEAD are taken for reads. */
  method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path below the endpoint's base, starting with `/`, its segments already percent-encoded. */
  path: string;
  /** Query parameters; undefined values are left out, arrays repeat the key. */
  query?: Record<string, string | number | boolean | readonly string[] | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  /** Headers besides those that every request has. */
  headers?: Record<string, string>;
  /**
   * Whether it may be sent again when its answer was lost. Default: true for GET and HEAD, else false. A request
   * that is not idempotent is never repeated by the transport: a lost answer is a
   * {@linkcode TransportError} with `sent: "unknown"`, and the caller checks before repeating.
   */
  idempotent?: boolean;
  /**
   * Statuses of 300 and above to hand back instead of throwing, such as 404 where "gone" is an answer. A refusal that
   * is not in the API's own words, such as a proxy's page, is not handed back.
   */
  accept?: readonly number[];
  /**
   * What the answer looks like where it is this API's. Anything else is not believed: a read is repeated and then fails,
   * a write is doubtful. Default: what the API is known to answer to the path, else `"json"` for a read and `"written"`
   * for a write. `"anything"` takes whatever comes.
   */
  expect?: AnswerShape;
  /** The server's rate-limit bucket this draws on. Default `""`. */
  group?: string;
  /** `"poll"` requests give way to the others when the rate is short. Default `"action"`. */
  priority?: "action" | "poll";
  /** Milliseconds one attempt may take, for requests that are known to take long. Default the endpoint's. */
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
  /** The parsed JSON; the text where it was not JSON; undefined where it was empty. */
  body: unknown;
  /**
   * Why `body` is missing although there was one: set where a write was carried out but what came back of its answer
   * could not be read. The write must not be repeated for it.
   */
  note?: string;
  /** The API's own code of a refusal that was accepted, such as `ResourceNotFound`. */
  code?: string;
}

/** Something that happened to a request on the wire. */
export type WireEvent =
  /** About to be sent, for the `attempt`th time (from 1). */
  | { type: "send"; method: string; path: string; attempt: number; at: number }
  /** Answered. */
  | { type: "answer"; method: string; path: string; status: number; ms: number; at: number }
  /** Failed or refused, and to be sent again in `delay` ms. `reason` is a short phrase. */
  | { type: "retry"; method: string; path: string; reason: string; delay: number; at: number }
  /** The server refused for too many requests. `rate` is the requests per second now kept to. */
  | { type: "throttled"; group: string; rate: number | undefined; at: number };

/** Per-call options of {@linkcode Endpoint.send}. */
export interface SendOptions {
  /** Nothing is sent once aborted. Of requests under way a write is let end, as its result counts; a read is cut. */
  signal?: AbortSignal | undefined;
  /** Told what happens on the wire. */
  on?: ((event: WireEvent) => void) | undefined;
  /**
   * Waited for right before the request leaves, each time it does: it has had its turn by then, which may come long after it was
   * asked for. Where it rejects nothing is sent. Only where {@linkcode Endpoint.announcesLeaving} is true.
   */
  leaving?: (() => Promise<void>) | undefined;
}

/** A change of a member that the server told of by itself. */
export interface Pushed {
  /** The member's id. */
  readonly id: string;
  /** The member as it was then; undefined where it was not told, or not all of it, or in contradiction to itself. */
  readonly record: object | undefined;
  /** When the server published it, in ms by the server's own clock; undefined where it did not say. */
  readonly published: number | undefined;
}

/** Who is told of changes. */
export interface ChangeListener {
  /** From now on every change is told. */
  opened(): void;
  /** Something changed. May come late, twice, in the wrong order, or never. */
  changed(change: Pushed): void;
  /** Told what happens on the wire. */
  on: (event: WireEvent) => void;
  /** Ends it at once. */
  signal: AbortSignal;
}

/** How a subscription ended: the server does not offer it, or it may be tried again. */
export type FeedEnd = "refused" | "broken";

/** Opens a subscription. Resolves when it is over, and never rejects. */
export type Follow = (listener: ChangeListener) => Promise<FeedEnd>;

/**
 * A server with its credentials: what a chain runs against.
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
  /** Equal for two endpoints that are the same server and account: they share a watcher and a rate limit. */
  readonly key: string;
  /** How it is named to people: `us-east-1`. */
  readonly name: string;
  /** What its waits and time limits go by. */
  readonly clock: Clock;
  /** Aborts whatever runs on this endpoint. */
  readonly signal?: AbortSignal | undefined;
  /** Requests under way at most. */
  readonly concurrency: number;
  /** Whether it heeds {@linkcode SendOptions.leaving}. Default false: then what must be known before is noted earlier. */
  readonly announcesLeaving?: boolean;
  /**
   * What is known now of the rate limit that a request draws on, for the plan and the views.
   *
   * @param request The request's path, and its bucket where it has one.
   */
  rate(request: Pick<ApiRequest, "path" | "group">): RateFacts;
  /**
   * Signs, sends, retries what may be retried, and parses.
   *
   * @param request What to send.
   * @param options Who may call it off, and who is told of it.
   * @throws {ApiError} for a status of 400 or more that is not in `request.accept`.
   * @throws {ThrottledError} when refused for too long.
   * @throws {TransportError} when the network failed, or what answered was not this API; see its `sent`.
   */
  send(request: ApiRequest, options?: SendOptions): Promise<ApiResponse>;
  /**
   * How changes of the states of a resource's members are pushed, where this API does that. Such a resource's marks
   * (see {@linkcode Definition.mark}) must grow with time, as what is older than what was seen is not believed.
   *
   * @param kind The resource's: `machine`. Undefined where its changes are not pushed.
   */
  changes?(kind: string): Follow | undefined;
}

/** What is known of a server's rate limit. */
export interface RateFacts {
  /** Requests per second; undefined while no limit was met. */
  perSecond: number | undefined;
  /** Whether it was learned from a refusal, was set, or is unknown. */
  source: "learned" | "set" | "unknown";
}
