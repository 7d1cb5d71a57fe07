/**
 * Reads what a client sent: query and body, merged with the path's parameters as the server does.
 *
 * @module
 */
import { md5Base64 } from "../../md5.ts";
import type { Params } from "./call.ts";
import { Problem } from "./problem.ts";

/** The largest body, in bytes. */
export const MAX_BODY = 100_000;

/** A query string as an object: repeated keys and `key[]` become arrays. */
export function parseQuery(search: string): Params {
  const found: Params = {};
  for (const [rawKey, value] of new URLSearchParams(search)) {
    const isArray = rawKey.endsWith("[]");
    const key = isArray ? rawKey.slice(0, -2) : rawKey;
    const before = Object.hasOwn(found, key) ? found[key] : undefined;
    if (Array.isArray(before)) before.push(value);
    else if (before !== undefined) found[key] = [before, value];
    else set(found, key, isArray ? [value] : value);
  }
  return found;
}

/** An assignment that is safe for a key named `__proto__`. */
function set(target: Params, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * Merges the parameters: those of the path override the query's, and the body's override both. So a body key named
 * `account` or `machine` sends the request elsewhere, as on the real server.
 */
export function mergeParams(path: Record<string, string>, query: Params, body: Params | undefined): Params {
  const merged: Params = {};
  for (const source of [query, path, body ?? {}]) {
    for (const key of Object.keys(source)) set(merged, key, source[key]);
  }
  return merged;
}

/**
 * The parameters in a request's body; undefined if there are none, or the server does not read the type.
 *
 * @throws {Problem} 413 above 100,000 bytes, 400 BadDigest, 400 InvalidContent for bad JSON.
 */
export async function readParams(request: Request): Promise<Params | undefined> {
  if (request.body === null) return undefined;
  const type = (request.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  const stream = request.headers.get("content-encoding") === "gzip"
    ? request.body.pipeThrough(new DecompressionStream("gzip"))
    : undefined;
  const bytes = stream === undefined
    ? new Uint8Array(await request.arrayBuffer())
    : new Uint8Array(await new Response(stream).arrayBuffer());
  if (bytes.length > MAX_BODY) {
    throw new Problem(413, "PayloadTooLargeError", `Request body size exceeds ${MAX_BODY}`);
  }
  const claimed = request.headers.get("content-md5");
  if (claimed !== null && claimed !== md5Base64(bytes)) {
    throw new Problem(400, "BadDigest", `Content-MD5 '${claimed}' didn't match '${md5Base64(bytes)}'`);
  }
  if (bytes.length === 0) return undefined;
  const text = new TextDecoder().decode(bytes);
  if (type === "application/json") return parseJson(text);
  if (type === "application/x-www-form-urlencoded") return parseQuery(text);
  if (type === "multipart/form-data") {
    const form = await new Response(bytes, {
      headers: { "content-type": request.headers.get("content-type")! },
    })
      .formData();
    return Object.fromEntries([...form].filter(([, value]) => typeof value === "string"));
  }
  return undefined;
}

function parseJson(text: string): Params | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem(400, "InvalidContent", `Invalid JSON: ${(error as Error).message}`);
  }
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Params : undefined;
}
