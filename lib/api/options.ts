/**
 * The options of an API of your own.
 *
 * @module
 */
import type { VersionOptions } from "./negotiate_version.ts";
import type { Duration } from "../engine/time/duration.ts";
import type { Clock } from "../engine/time/clock.ts";
import type { ApiRequest } from "../engine/resource/endpoint.ts";
import type { AnswerShape } from "../engine/resource/answer_shape.ts";

/**
 * A request that is about to be sent, so that `authorize` can add to it.
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
  /** The whole URL. */
  readonly url: string;
  /** The headers so far. Headers set here are sent; credentials among them are kept out of every output. */
  readonly headers: Headers;
  /**
   * Whether the API has just refused these credentials (401), so that they should be renewed. If the headers differ
   * afterwards, the same request is sent once more.
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
  /** The parsed JSON; the text if it was not JSON; undefined if it was empty. */
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
  /** The API's code; empty if it gave none. */
  code: string;
  /** The message for people. */
  message: string;
  /** The errors in the fields of the request. */
  fields?: readonly { field: string; code: string; message: string }[] | undefined;
  /**
   * Set if there were too many requests: with the requests per second and the time to wait (in milliseconds), if the
   * answer has them. 429 and 420 count as such without it.
   */
  throttle?: { perSecond?: number | undefined; retryAfter?: number | undefined } | undefined;
  /** False if the server certainly did not carry the request out, whatever the status. */
  executed?: boolean | undefined;
}

/**
 * The options of an API. Only the URL is required.
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
  /** The URL, to which every path is added; or a function that finds it when the first request is sent. */
  readonly url: string | URL | (() => string | URL | Promise<string | URL>);
  /** The account, if one process uses several. Accounts do not share polls or a rate limit. */
  readonly account?: string | undefined;
  /** Headers of every request, such as a version. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The version of every request, as the server and the description can both speak it. Default: none is named. */
  readonly version?: VersionOptions | undefined;
  /** Adds the credentials to a request. Called for each attempt; it may get or renew a token first. */
  readonly authorize?: ((request: ApiDraft) => void | Promise<void>) | undefined;
  /** Reads a refusal. Default: the common shapes, such as `{ code, message }` and `{ error: { message } }`. */
  readonly explain?: ((answer: ApiAnswer) => ApiRefusal) | undefined;
  /**
   * Whether an answer with status 300 or above comes from the API, and not from a proxy. Default: whether its body is a JSON
   * object. A 404 from anything else does not mean that a member is gone.
   */
  readonly ownError?: ((answer: ApiAnswer) => boolean) | undefined;
  /**
   * The shape of this API's answer to a request. Any other answer is not believed. Default: a JSON object or array; for
   * a write also 201, 202 or 204 without a body.
   */
  readonly expected?:
    | ((request: Pick<ApiRequest, "method" | "path">) => AnswerShape | undefined)
    | undefined;
  /**
   * The header by which the server recognizes a repeated write, such as `idempotency-key`. With it a POST or PATCH
   * whose answer was lost is repeated with the same key. Give it only if the API documents it.
   */
  readonly idempotencyKey?: string | undefined;
  /** The header with the server's id of a request. Default `x-request-id`. */
  readonly requestIdHeader?: string | undefined;
  /** The most requests in flight. Default 32. */
  readonly concurrency?: number | undefined;
  /** The highest rate, in requests per second. Default: learned from the server's refusals. */
  readonly rate?: number | undefined;
  /** The limit in its documentation: this many at once, then this many per second. Default 30 and 10. */
  readonly hint?: { readonly burst: number; readonly perSecond: number } | undefined;
  /** The rate-limit bucket of a request, if the server has several. Default: one for all. */
  readonly group?: ((request: Pick<ApiRequest, "method" | "path">) => string) | undefined;
  /** The time limit of one attempt: milliseconds, or a text such as `"30s"`. Default 30 s. */
  readonly timeout?: Duration | undefined;
  /** How often a read is sent again after a failure. Default 4. */
  readonly retries?: number | undefined;
  /** Reads JSON text, where `JSON.parse` would lose something. */
  readonly parse?: ((text: string) => unknown) | undefined;
  /** Certificates of further authorities to trust, in PEM; or what reads them when the first request is sent. */
  readonly caCerts?: readonly string[] | (() => readonly string[] | Promise<readonly string[]>) | undefined;
  /**
   * Whether to trust any certificate, which lets anybody on the way read and change what is sent; or what finds it out. It
   * is said on stderr. Default false.
   */
  readonly insecure?: boolean | (() => boolean | Promise<boolean>) | undefined;
  /** Called with a line about each attempt. */
  readonly debug?: ((line: string) => void) | undefined;
  /** Replaces the platform's fetch. */
  readonly fetch?: typeof fetch | undefined;
  /** The clock for waits and time limits. Default: the system's clock. */
  readonly clock?: Clock | undefined;
  /** Aborting stops everything that runs on this API. */
  readonly signal?: AbortSignal | undefined;
}
