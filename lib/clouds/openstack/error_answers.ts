/**
 * Reads an answer of 400 or more from Trove, Keystone or the middleware between them: five JSON shapes, HTML pages and
 * empty bodies.
 *
 * @module
 */
import { believedPause, plainNumber } from "../../engine/rate/server_numbers.ts";
import type { Explained, RawResponse } from "../../http/send.ts";

const TITLES: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  413: "Request Entity Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/**
 * Reads a refusal. Its code is the fault's name (`itemNotFound`), else the title (`Forbidden`). Its message is one line
 * of plain text, never empty.
 */
export function explain(answer: RawResponse): Explained {
  const said = read(answer);
  const refusal: Explained = { code: said.code || plainTitle(answer.status), message: said.message };
  if (!refusal.message) refusal.message = `${TITLES[answer.status] ?? "An error"}, without an explanation`;
  const throttle = throttled(answer, said);
  if (throttle) {
    refusal.throttle = throttle;
    refusal.executed = false;
  } else if (keystoneRefused(answer)) {
    // The middleware answers before the API, which never saw the request.
    refusal.executed = false;
  }
  return refusal;
}

/**
 * Whether the token was refused, and not the request. Trove answers 401 as well if the user is not an administrator,
 * and the middleware adds its `WWW-Authenticate` header to that answer too. So only the body distinguishes them; the
 * header counts if there is no body to read.
 */
export function keystoneRefused(answer: RawResponse): boolean {
  if (answer.status !== 401) return false;
  const body = answer.body;
  if (isRecord(body)) return isRecord(body.error);
  return /^keystone\b/i.test(answer.headers.get("www-authenticate") ?? "");
}

interface Said {
  code: string;
  message: string;
  retryAfter?: unknown;
}

function read(answer: RawResponse): Said {
  const body = answer.body;
  if (typeof body === "string") return { code: "", message: plainText(body) };
  if (!isRecord(body)) return { code: "", message: "" };
  // The middleware in front of Trove: {"message": "…<br />…", "code": "403 Forbidden", "title": "Forbidden"}.
  if (typeof body.message === "string") {
    return { code: compact(text(body.title)), message: plainText(body.message) };
  }
  const [name, fault] = Object.entries(body).find(([, value]) => isRecord(value)) ?? [];
  if (name === undefined || !isRecord(fault)) return { code: "", message: "" };
  const message = [text(fault.message), text(fault.details)].filter(Boolean).map(plainText).join(" ");
  // Keystone calls all its faults "error"; their title says more.
  const code = name === "error" ? compact(text(fault.title)) : name;
  return { code, message, retryAfter: fault.retryAfter };
}

/** A rate limit is a 413 with a time to wait (or a 429). A 413 without one is a quota, and waiting does not help. */
function throttled(answer: RawResponse, said: Said): Explained["throttle"] {
  const wait = seconds(said.retryAfter);
  if (answer.status !== 429) {
    const named = wait !== undefined || answer.headers.has("retry-after");
    if (answer.status !== 413 || !named) return undefined;
  }
  return { retryAfter: wait, perSecond: rateIn(said.message) };
}

const PERIODS: Record<string, number> = { second: 1, minute: 60, hour: 3600, day: 86_400 };

/** The rate in the middleware's message: `Only 6 GET request(s) can be made to * every minute.` */
function rateIn(message: string): number | undefined {
  const [, count, period] =
    /\bOnly (\d+) \w+ request\(s\) .* every (second|minute|hour|day)\b/.exec(message) ?? [];
  return count === undefined ? undefined : Number(count) / PERIODS[period!]!;
}

function seconds(value: unknown): number | undefined {
  const number = plainNumber(value);
  return number === undefined ? undefined : believedPause(number * 1000);
}

const ENTITIES: Record<string, string> = {
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  "#39": "'",
  nbsp: " ",
  amp: "&",
};

/** Validation messages repeat the invalid value, even a password: `users[0]['password'] 123 is not of…`. */
const ECHOED = /(password['"]?\]?\s+)(?:'[^']*'|"[^"]*"|\S+)/gi;

/** The words of a text that may be HTML, on one line. */
function plainText(source: string): string {
  const body = source.replace(/<(head|title|style|script)\b[\s\S]*?<\/\1>/gi, " ");
  // A page's heading usually repeats the status, but may be all there is.
  return words(body.replace(/<h1\b[\s\S]*?<\/h1>/gi, " ")) || words(body);
}

function words(html: string): string {
  return html
    .replace(/<\/?[a-z!][^>]*>/gi, " ")
    .replace(/&(lt|gt|quot|apos|#39|nbsp|amp);/g, (_whole, name: string) => ENTITIES[name]!)
    .replace(ECHOED, "$1‹secret›")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 2000);
}

function plainTitle(status: number): string {
  return compact(TITLES[status] ?? `HTTP ${status}`);
}

function compact(title: string): string {
  return title.replace(/\s+/g, "");
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
