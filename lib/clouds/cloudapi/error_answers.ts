/**
 * Reads CloudAPI's error answers.
 *
 * @module
 */
import type { Explained, RawResponse } from "../../http/send.ts";

/**
 * The meaning of an error answer.
 *
 * Bodies are `{code, message, errors?}`. Some have no code, and the load balancer sends its own shapes. Codes come with
 * and without an `Error` suffix, so it is removed.
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
  // For a machine that is gone the answer is the machine itself, not an error.
  const gone = status === 410 && typeof facts.message !== "string";
  const other = Object.entries(facts).find(([, value]) => typeof value === "string");
  // The errors of the fields are in `fields`, and are added to the message.
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
  // The load balancer refuses before anything is done: for maintenance (read-only), or because there is no server.
  if (status === 503 && (code === "ServiceUnavailable" || headers.has("retry-after"))) {
    return { code, message, fields, executed: false };
  }
  return { code: gone ? "Gone" : code, message, fields };
}
