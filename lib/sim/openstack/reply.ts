/**
 * Answers before they become HTTP, and the forms in which Trove, Keystone and the layers before them refuse.
 *
 * @module
 */
import { type Json, stringifyExact } from "./exact_json.ts";

/** An answer. Without `json` and `html` its body is empty. */
export interface Reply {
  status: number;
  json?: Json;
  html?: string;
  headers?: Record<string, string>;
}

/** The request is refused with this answer. Whatever finds the reason throws it. */
export class RefusedRequest extends Error {
  override readonly name = "Refusal";
  readonly reply: Reply;
  /** Whether the refused write leaves its message as the instance's `fault`, as most do. */
  readonly leavesFault: boolean;
  constructor(message: string, reply: Reply, leavesFault = true) {
    super(message);
    this.reply = reply;
    this.leavesFault = leavesFault;
  }
}

/** The statuses with which Trove's controllers refuse, and their names in the body. */
const FAULT_NAMES = {
  400: "badRequest",
  401: "unauthorized",
  403: "forbidden",
  404: "itemNotFound",
  409: "conflict",
  413: "overLimit",
  422: "unprocessableEntity",
  500: "instanceFault",
  501: "notImplemented",
  503: "serviceUnavailable",
} as const;

/** A status of {@linkcode FAULT_NAMES}. */
export type FaultStatus = keyof typeof FAULT_NAMES;

/** Trove's own form: the fault's name, with `code` and `message` in it. */
export function fault(status: FaultStatus, message: string, leavesFault = true): RefusedRequest {
  const json = { [FAULT_NAMES[status]]: { code: status, message } };
  return new RefusedRequest(message, { status, json }, leavesFault);
}

/** There is no such path or method: Trove never answers 405. */
export function noRoute(): RefusedRequest {
  return fault(404, "The resource could not be found.", false);
}

/** An uncaught Python exception. An operator would search the server's log for the id. */
export function crash(id: string): RefusedRequest {
  const message = "Internal Server Error. Please keep this ID to help us figure out what went wrong: " +
    `(${id}).`;
  return fault(500, message, false);
}

/** The form of the layers before the controllers: `code` is text, and the message contains HTML. */
export function layerFault(status: 400 | 403, message: string): RefusedRequest {
  const title = status === 400 ? "Bad Request" : "Forbidden";
  const json = { message, code: `${status} ${title}`, title };
  return new RefusedRequest(message, { status, json }, false);
}

/** Keystone's form, which the token check before Trove also uses. */
export function identityFault(status: 400 | 401 | 403 | 404 | 409, message: string): RefusedRequest {
  const titles = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
  };
  return new RefusedRequest(message, {
    status,
    json: { error: { code: status, message, title: titles[status] } },
  });
}

/** An HTML page, as the frameworks answer when the API was not reached. */
export function page(status: number, title: string, text: string): RefusedRequest {
  const html =
    `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`;
  return new RefusedRequest(text, { status, html });
}

/** The answer as HTTP. An empty answer still claims to be JSON, as Trove's do; only HEAD and 204 lack a body. */
export function toResponse(reply: Reply, method: string): Response {
  const text = reply.html ?? (reply.json === undefined ? "" : stringifyExact(reply.json));
  const headers = new Headers({
    "content-type": reply.html === undefined ? "application/json" : "text/html; charset=utf-8",
    "content-length": String(new TextEncoder().encode(text).length),
  });
  for (const [name, value] of Object.entries(reply.headers ?? {})) headers.set(name, value);
  return new Response(method === "HEAD" || reply.status === 204 ? null : text, {
    status: reply.status,
    headers,
  });
}
