/**
 * Reading CloudAPI's error answers.
 *
 * @module
 */
import type { Explained, RawResponse } from "../../http/send.ts";

/**
 * What an error answer says.
 *
 * Bodies are `{code, message, errors?}`; some have no code, and the load balancer in front sends shapes of its own.
 * Codes come with and without an `Error` suffix, so it is taken off.
 */
export function explain({ status, headers, body }: RawResponse): Explained {
  const facts = typeof body === "object" && body !== null ? body as Record<string, unknown> : {};
  const code = typeof facts.code === "string" ? facts.code.replace(/(?<=.)Error$/, "") : "";
  const fields = Array.isArray(facts.errors)
    ? facts.errors.map((one) => ({
      field: String(one?.field ?? ""),
      code: String(one?.code ?? ""),
      message: String(one?.message ?? ""),
    }))
    : undefined;
  // A machine that is gone is answered with the machine itself, not with an error.
  const gone = status === 410 && typeof facts.message !== "string";
  const other = Object.entries(facts).find(([, value]) => typeof value === "string");
  // What is wrong with which field is in `fields`, and is said behind it.
  const message = typeof facts.message === "string"
    ? facts.message
    : gone
    ? "it is deleted"
    : typeof body === "string"
    ? body.slice(0, 200)
    : other
    ? `${other[0]}: ${other[1]}`
    : "";
  const rate = /rate of (\d+(?:\.\d+)?) r\/s/.exec(message)?.[1];
  if (status === 429 || status === 420 || code === "TooManyRequests" || code === "RequestThrottled") {
    return { code, message, fields, throttle: rate ? { perSecond: Number(rate) } : {}, executed: false };
  }
  // The front refuses before anything is done: for maintenance (read-only), or as no server is there.
  if (status === 503 && (code === "ServiceUnavailable" || headers.has("retry-after"))) {
    return { code, message, fields, executed: false };
  }
  return { code: gone ? "Gone" : code, message, fields };
}
