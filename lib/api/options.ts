/**
 * How an API of your own is spoken to.
 *
 * @module
 */
import type { Duration } from "../engine/time/duration.ts";
import type { Clock } from "../engine/time/clock.ts";
import type { ApiRequest } from "../engine/resource/endpoint.ts";
import type { AnswerShape } from "../engine/resource/answer_shape.ts";

/**
 * A request that is about to be sent, for `authorize` to add to.
 *
 * @example
 * ```ts
 * import { api, type ApiDraft } from "@muster/muster";
 *
 * let token = "first";
 * const authorize = (request: ApiDraft) => {
 *   if (request.refused) token = "renewed";
 *   request.headers.set("authorization", `Bearer ${token}`);
 * };
 * console.log(String(api("farm", { url: "https://farm.example.com", authorize })));
 * ```
 */
export interface ApiDraft {
  /** The HTTP method. */
  readonly method: string;
  /** The whole address. */
  readonly url: string;
  /** The headers so far. What is set here is sent, and credentials among it are kept out of every output. */
  readonly headers: Headers;
  /**
   * Whether the API has just refused these credentials (401): the moment to renew them. What is set then is sent with the
   * same request once more, if it differs.
   */
  readonly refused: boolean;
}

/**
 * An answer of the API.
 *
 * @example
 * ```ts
 * import { api, type ApiAnswer } from "@muster/muster";
 *
 * const explain = ({ body }: ApiAnswer) => {
 *   const { reason = "" } = body as { reason?: string };
 *   return { code: "", message: reason };
 * };
 * console.log(String(api("farm", { url: "https://farm.example.com", explain })));
 * ```
 */
export interface ApiAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** All headers. */
  readonly headers: Headers;
  /** The parsed JSON; the text where it was not JSON; undefined where it was empty. */
  readonly body: unknown;
}

/**
 * What a refusal says.
 *
 * @example
 * ```ts
 * import type { ApiRefusal } from "@muster/muster";
 *
 * const busy: ApiRefusal = { code: "Busy", message: "the job is pausing", executed: false };
 * console.log(busy.message);
 * ```
 */
export interface ApiRefusal {
  /** The API's code; empty where it gave none. */
  code: string;
  /** What it says, for people. */
  message: string;
  /** What is wrong with which field of the request. */
  fields?: readonly { field: string; code: string; message: string }[] | undefined;
  /**
   * Set where it refuses the request for too many requests: the requests per second and the time to wait (ms), where it
   * says them. 429 and 420 count as such without it.
   */
  throttle?: { perSecond?: number | undefined; retryAfter?: number | undefined } | undefined;
  /** False where the server certainly did not carry the request out, whatever the status. */
  executed?: boolean | undefined;
}

/**
 * How an API is spoken to. Only its address has to be said.
 *
 * @example
 * ```ts
 * import { api, type ApiOptions } from "@muster/muster";
 *
 * const options: ApiOptions = {
 *   url: "https://farm.example.com/v2",
 *   headers: { "x-farm-version": "2026-11" },
 *   idempotencyKey: "idempotency-key",
 *   rate: 5,
 *   timeout: "10s",
 * };
 * console.log(String(api("farm", options)));
 * ```
 */
export interface ApiOptions {
  /** Its address, to which every path is added; or what finds it when the first request is sent. */
  readonly url: string | URL | (() => string | URL | Promise<string | URL>);
  /** Whose account it is, where one process uses several: they do not share looks or a rate limit. */
  readonly account?: string | undefined;
  /** Headers of every request, such as a version. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Adds the credentials to a request, anew for each attempt. It may get or renew a token first. */
  readonly authorize?: ((request: ApiDraft) => void | Promise<void>) | undefined;
  /** What a refusal says. Default: the common shapes, such as `{ code, message }` and `{ error: { message } }`. */
  readonly explain?: ((answer: ApiAnswer) => ApiRefusal) | undefined;
  /**
   * Whether an answer of 300 and above is the API's own, and not a proxy's. Default: whether its body is a JSON object.
   * A 404 that is not its own does not say that a member is gone.
   */
  readonly ownError?: ((answer: ApiAnswer) => boolean) | undefined;
  /**
   * What the answer to a request looks like where it is this API's. Anything else is not believed. Default: a JSON object or
   * array, or for a write also 201, 202 or 204 without a body.
   */
  readonly expected?:
    | ((request: Pick<ApiRequest, "method" | "path">) => AnswerShape | undefined)
    | undefined;
  /**
   * The header by which the server knows a write that is sent again from a second one, such as `idempotency-key`. With it
   * a POST or PATCH whose answer was lost is repeated with the same key. Give it only where the API documents it.
   */
  readonly idempotencyKey?: string | undefined;
  /** The header that holds the server's id of a request. Default `x-request-id`. */
  readonly requestIdHeader?: string | undefined;
  /** Requests under way at most. Default 32. */
  readonly concurrency?: number | undefined;
  /** Requests per second to keep to. Default: as the server's refusals show. */
  readonly rate?: number | undefined;
  /** The limit that its documentation names: so many at once, then so many a second. Default 30 and 10. */
  readonly hint?: { readonly burst: number; readonly perSecond: number } | undefined;
  /** The rate-limit bucket of a request, where the server has several. Default: one for all. */
  readonly group?: ((request: Pick<ApiRequest, "method" | "path">) => string) | undefined;
  /** How long one attempt may take: ms, or a text such as `"30s"`. Default 30 s. */
  readonly timeout?: Duration | undefined;
  /** How often a read is sent again after a failure. Default 4. */
  readonly retries?: number | undefined;
  /** Reads JSON text, where `JSON.parse` would lose something. */
  readonly parse?: ((text: string) => unknown) | undefined;
  /** Certificates of further authorities to trust, in PEM. */
  readonly caCerts?: readonly string[] | undefined;
  /** Told a line about each attempt. */
  readonly debug?: ((line: string) => void) | undefined;
  /** Replaces the platform's fetch. */
  readonly fetch?: typeof fetch | undefined;
  /** What waits and time limits go by. Default: the system's clock. */
  readonly clock?: Clock | undefined;
  /** Stops whatever runs on it. */
  readonly signal?: AbortSignal | undefined;
}
