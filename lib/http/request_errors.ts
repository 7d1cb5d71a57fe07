/**
 * Makes the errors of requests.
 *
 * @module
 */
import { ApiError, ThrottledError, TransportError } from "../engine/errors.ts";
import { oneLine } from "../engine/text/visible.ts";
import type { FetchFailure } from "./fetch_failure.ts";

/** A cloud's reading of an error answer. */
export interface Explained {
  /** The API's code, without an `Error` suffix; empty if it gave none. */
  code: string;
  /** The message for people. */
  message: string;
  /** The errors in the fields of the request. */
  fields?: readonly { field: string; code: string; message: string }[] | undefined;
  /**
   * Set if there were too many requests; with the rate (requests per second) and the time to wait (in milliseconds), if
   * the body has them. 429 and 420 count as such without it.
   */
  throttle?: { perSecond?: number | undefined; retryAfter?: number | undefined } | undefined;
  /** `false` if the server certainly did not carry the request out, whatever the status. */
  executed?: boolean | undefined;
}

/** An error answer, with its reading. */
export interface Refused {
  method: string;
  path: string;
  status: number;
  requestId: string | undefined;
  explained: Explained;
  /** Where it redirects to. */
  redirect?: string | undefined;
}

/** The error for a final refusal. */
export function apiError(refused: Refused): ApiError {
  const { status } = refused;
  const who = status >= 500
    ? "the server failed"
    : status < 400
    ? `the server redirects it${
      refused.redirect === undefined ? "" : ` to ${refused.redirect}`
    }, and credentials are not sent to another address`
    : "the server refused it";
  return new ApiError(`Cannot ${nameOf(refused)}: ${who}: ${wordsOf(refused)}`, factsOf(refused));
}

/** The error for a server that refused for too long because of its load. `waited` is in milliseconds. */
export function stillThrottled(refused: Refused, waited: number): ThrottledError {
  return new ThrottledError(
    `Cannot ${nameOf(refused)}: the server has refused it because of too many requests for ` +
      `${Math.round(waited / 1000)} s: ${
        wordsOf(refused)
      }. It was not carried out. Try again later, or with ` +
      `a lower concurrency.`,
    factsOf(refused),
  );
}

/** The error for a server that says when it will be ready, if that is too far off. */
export function closedUntil(refused: Refused, until: number, cause?: unknown): ThrottledError {
  const time = new Date(until).toISOString().replace(/\.\d+Z$/, "Z");
  return new ThrottledError(
    `Cannot ${nameOf(refused)}: the server does not accept it before ${time}: ${wordsOf(refused)}. ` +
      `It was not carried out. Try again then.`,
    factsOf(refused),
    { cause },
  );
}

/** The error for a refusal that did not go away, if the server gave no time. */
export function stillClosed(refused: Refused, attempts: number): ThrottledError {
  return new ThrottledError(
    `Cannot ${nameOf(refused)}: the server is not available for it: ${
      wordsOf(refused)
    }. It was not carried out in ` +
      `${timesOf(attempts)}. Try again later.`,
    factsOf(refused),
  );
}

/** The error for a limiter that lets no request through any more. */
export function rateClosed(
  request: { method: string; path: string },
  until: number | undefined,
  cause: unknown,
): ThrottledError {
  const refused: Refused = {
    ...request,
    status: 429,
    requestId: undefined,
    explained: { code: "", message: "it refused the requests before this one" },
  };
  if (until !== undefined) return closedUntil(refused, until, cause);
  return new ThrottledError(
    `Cannot ${nameOf(request)}: the server has refused all requests for too long: ${wordsOf(refused)}. ` +
      `It was not carried out. Try again later.`,
    factsOf(refused),
    { cause },
  );
}

/** The error for a write whose answer does not show whether it was carried out. */
export function unclear(refused: Refused): TransportError {
  const cause = apiError(refused);
  return new TransportError(
    `Cannot tell whether ${nameOf(refused)} was carried out: the server failed: ${wordsOf(refused)}. ` +
      `Check before you send it again.`,
    "unknown",
    { cause },
  );
}

/** The error for a request without an answer, or without a readable one. */
export function lost(
  request: { method: string; path: string; write: boolean },
  failure: FetchFailure,
  tried: { times: number } | { ms: number },
  cause: unknown,
): TransportError {
  const doubtful = failure.sent === "unknown" && request.write;
  const what = doubtful
    ? `Cannot tell whether ${nameOf(request)} was carried out`
    : `Cannot ${nameOf(request)}`;
  const next = doubtful
    ? [failure.advice, "Check before you send it again"]
    : [triedFor(tried), failure.advice];
  const tail = next.filter((text) => text !== "").map((text) => `. ${text}`).join("");
  return new TransportError(`${what}: ${failure.reason}${tail}${tail === "" ? "" : "."}`, failure.sent, {
    cause,
  });
}

/** The error for a request that something else than the API answered. `reason` says what it was. */
export function foreign(
  request: { method: string; path: string; write: boolean },
  reason: string,
  attempts: number,
  cause: unknown,
): TransportError {
  const [what, next] = request.write
    ? [`Cannot tell whether ${nameOf(request)} was carried out`, "Check before you send it again"]
    : [
      `Cannot ${nameOf(request)}`,
      `${
        attempts > 1 ? `Tried ${attempts} times. ` : ""
      }Check the address, and whether a proxy or a login page ` +
      `answers instead of it`,
    ];
  return new TransportError(`${what}: ${reason}. ${next}.`, "unknown", { cause });
}

function nameOf(request: { method: string; path: string }): string {
  return `${request.method} ${request.path}`;
}

function triedFor(tried: { times: number } | { ms: number }): string {
  if ("ms" in tried) return tried.ms >= 500 ? `Tried for ${Math.round(tried.ms / 1000)} s` : "";
  return tried.times > 1 ? `Tried ${tried.times} times` : "";
}

function timesOf(attempts: number): string {
  return attempts === 1 ? "one attempt" : `${attempts} attempts`;
}

function wordsOf({ status, requestId, explained }: Refused): string {
  const said = [String(status), explained.code].filter((text) => text !== "").join(" ");
  const fields = (explained.fields ?? []).slice(0, 5)
    .map(({ field, code, message }) => `${field}: ${plain(message || code)}`).join("; ");
  const words = [said, plain(explained.message), fields].filter((text) => text !== "").join(": ");
  // The operator needs the server's id to look up the failure.
  return status >= 500 && requestId ? `${words} (request ${plain(requestId)})` : words;
}

/** A server's words on one line, shortened. */
function plain(text: string): string {
  const line = oneLine(text.trim()).replace(/\.$/, "");
  return line.length > 500 ? `${line.slice(0, 499)}…` : line;
}

function factsOf({ method, path, status, requestId, explained }: Refused) {
  return { status, code: explained.code, requestId, request: `${method} ${path}`, fields: explained.fields };
}
