/**
 * Decides whether an answer comes from this API, by status, content type and shape.
 *
 * There may be a proxy, a captive portal or a login page between us and a server, and a URL may lead to another server.
 * All of them answer, even with 200. Their answers prove nothing about the request.
 *
 * @module
 */
import type { ApiRequest } from "../engine/resource/endpoint.ts";
import type { AnswerShape } from "../engine/resource/answer_shape.ts";
import { words } from "../engine/text/visible.ts";

/** How an API answers. */
export interface ApiAnswers {
  /** The API's name: `CloudAPI`. */
  api: string;
  /** The shape of the answer to a request, if the request itself does not give one. Default: by its method. */
  expected?: ((request: Pick<ApiRequest, "method" | "path">) => AnswerShape | undefined) | undefined;
  /** Whether an answer with status 300 or above comes from this API. Default: whether its body is a JSON object. */
  ownError?: ((answer: { status: number; headers: Headers; body: unknown }) => boolean) | undefined;
}

/** An answer with its body. */
export interface ReadAnswer {
  /** The HTTP status. */
  status: number;
  /** All headers. */
  headers: Headers;
  /** The body as text. */
  text: string;
  /** The parsed body; the text if it is not JSON. */
  body: unknown;
  /** Whether it claims to be JSON, and is not. */
  garbled: boolean;
}

const JSON_TYPE = /[/+]json\b|x-json/i;
/** The statuses of success for an API with records. 203 by definition comes from a proxy, and 206 is only a part. */
const WITH_BODY = [200, 201, 202];
const WITHOUT = [202, 204];
const WRITTEN = [201, 202, 204];

/** The shape that a request's answer must have. */
export function expectedOf(request: ApiRequest, answers: ApiAnswers | undefined): AnswerShape {
  if (request.expect !== undefined) return request.expect;
  const reads = request.method === "GET" || request.method === "HEAD";
  return answers?.expected?.(request) ?? (reads ? "json" : "written");
}

/** What came instead of the expected success; undefined if the answer comes from the API. */
export function misfit(
  expected: AnswerShape,
  method: ApiRequest["method"],
  answer: ReadAnswer,
): string | undefined {
  if (expected === "anything") return undefined;
  if (typeof expected === "object" && "either" in expected) {
    const wrong = expected.either.map((one) => misfit(one, method, answer));
    return wrong.includes(undefined) ? undefined : wrong.at(-1);
  }
  const { status, headers, text, body } = answer;
  const type = headers.get("content-type") ?? "";
  const json = JSON_TYPE.test(type);
  if (method === "HEAD") return type === "" || json ? undefined : describeAnswer(answer);
  if (text === "") {
    const statuses = emptyWith(expected);
    return statuses.includes(status) && (json || (type === "" && status !== 200))
      ? undefined
      : describeAnswer(answer);
  }
  if (!json || !WITH_BODY.includes(status)) return describeAnswer(answer);
  if (answer.garbled) return `${describeAnswer(answer)}, which is not JSON: ${text.length} characters`;
  const wrong = shapeOf(expected, body);
  return wrong === undefined ? undefined : `${describeAnswer(answer)}, ${wrong}`;
}

/** Whether the head of an answer comes from the API. For answers whose body was lost. */
export function headFits(
  expected: AnswerShape,
  answer: Pick<ReadAnswer, "status" | "headers">,
): boolean {
  if (expected === "anything") return true;
  if (typeof expected === "object" && "either" in expected) {
    return expected.either.some((one) => headFits(one, answer));
  }
  if (expected === "nothing" || (typeof expected === "object" && "nothing" in expected)) return false;
  const { status, headers } = answer;
  return WITH_BODY.includes(status) && JSON_TYPE.test(headers.get("content-type") ?? "");
}

/** Whether an answer with status 300 or above comes from the API. */
export function isOwnError(
  answer: { status: number; headers: Headers; body: unknown },
  answers: ApiAnswers | undefined,
): boolean {
  return answers?.ownError?.(answer) ?? isObject(answer.body);
}

/** What came, in a few words: `text/html (200) "Sign in"`. */
export function describeAnswer({ status, headers, text }: Omit<ReadAnswer, "body" | "garbled">): string {
  const location = status >= 300 && status < 400 ? redirectedTo(headers) : undefined;
  if (location !== undefined) return `a redirect (${status}) to ${location}`;
  const type = (headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (text === "") return type === "" ? `an empty answer (${status})` : `${type}, empty (${status})`;
  const words = JSON_TYPE.test(type) && /^\s*[[{]/.test(text) ? "" : beginning(text);
  return `${type || "no content type"} (${status})${words === "" ? "" : ` ${JSON.stringify(words)}`}`;
}

/**
 * Where a redirect leads: the server, or the path on this one. The query is left out because it may be secret.
 * Undefined if the redirect does not say.
 */
export function redirectedTo(headers: Headers): string | undefined {
  const location = headers.get("location") ?? "";
  return URL.parse(location)?.origin ?? /^\/[^?#;]*/.exec(location)?.[0];
}

function emptyWith(expected: AnswerShape): readonly number[] {
  if (expected === "written") return WRITTEN;
  if (expected === "nothing") return WITHOUT;
  return typeof expected === "object" && "nothing" in expected ? expected.nothing : [];
}

/** What is wrong with a JSON body. */
function shapeOf(
  expected: Exclude<AnswerShape, "anything" | { either: unknown }>,
  body: unknown,
): string | undefined {
  if (typeof expected === "object") {
    if ("nothing" in expected) return "instead of an empty answer";
    if ("each" in expected && !("list" in expected)) return listOf(body, "", expected.each);
    if (!isObject(body)) return `${kindOf(body)} instead of a record`;
    if ("has" in expected) {
      return hasOne(body, expected.has) ? undefined : `without ${expected.has.join(" or ")}`;
    }
    if ("only" in expected) {
      const other = Object.keys(body).find((key) => !expected.only.includes(key));
      return other === undefined
        ? undefined
        : `with ${JSON.stringify(other.slice(0, 80))}, which no such record has`;
    }
    const key = "record" in expected ? expected.record : expected.list;
    const value = (body as Record<string, unknown>)[key];
    if (value === undefined) return `without ${key}`;
    if ("list" in expected) return listOf(value, ` under ${key}`, expected.each);
    return isObject(value) ? undefined : `with ${kindOf(value)} instead of a record under ${key}`;
  }
  switch (expected) {
    case "value":
      return body === null ? "null" : undefined;
    case "nothing":
      return "instead of an empty answer";
    case "record":
      return isObject(body) ? undefined : `${kindOf(body)} instead of a record`;
    case "addresses":
      return isObject(body) ? namesWithoutAddress(body) : `${kindOf(body)} instead of names and addresses`;
    case "list":
      return listOf(body, "");
    case "json":
    case "written":
      return typeof body === "object" && body !== null
        ? undefined
        : `${kindOf(body)} instead of a record or a list`;
  }
}

function listOf(value: unknown, where: string, each?: readonly string[]): string | undefined {
  if (!Array.isArray(value)) return `${kindOf(value)} instead of a list${where}`;
  // A list with an invalid record does not show which member is missing. Written as a loop, because it goes through a
  // thousand records before it is compiled.
  const first = each?.[0];
  for (let at = 0; at < value.length; at++) {
    const one = value[at] as Record<string, unknown> | null;
    if (first !== undefined && typeof one === "object" && one !== null && (one[first] ?? null) !== null) {
      continue;
    }
    if (typeof one !== "object" || one === null || Array.isArray(one)) {
      return `a list that contains ${kindOf(one)}${where}`;
    }
    if (first === undefined || hasOne(one, each!)) continue;
    const { name } = one;
    const called = typeof name === "string" && name !== ""
      ? `, called ${JSON.stringify(name.slice(0, 80))}`
      : "";
    return `a list that contains a record without ${each!.join(" or ")}${called}${where}`;
  }
  return undefined;
}

/** Whether at least one of these keys has a value. An empty text is a valid tag, but not a valid id. */
function hasOne(record: object, keys: readonly string[]): boolean {
  return keys.some((key) => ((record as Record<string, unknown>)[key] ?? null) !== null);
}

function namesWithoutAddress(record: object): string | undefined {
  const wrong = Object.entries(record).find(([, value]) => typeof value !== "string" || !URL.canParse(value));
  return wrong && `with ${JSON.stringify(wrong[0].slice(0, 80))}, which is not the name of an address`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a record" : `a ${typeof value}`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first words of a page. */
function beginning(text: string): string {
  const page = text.slice(0, 4000)
    .replace(
      /<(style|script|head)\b[\s\S]*?(<\/\1\s*>|$)/gi,
      (part) => /<title[^>]*>([^<]*)/i.exec(part)?.[1] ?? " ",
    )
    .replace(/<[^>]*(>|$)/g, " ");
  const said = words(page);
  return said.length > 80 ? `${said.slice(0, 79)}…` : said;
}
