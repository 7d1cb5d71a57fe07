/**
 * Combines a base URL, a path and a query into the one URL that is signed and sent.
 *
 * @module
 */
import type { ApiRequest } from "../engine/resource/endpoint.ts";
import { MusterError } from "../engine/errors.ts";

/** A URL, and the part of it that goes into the request line and into signatures. */
export interface RequestTarget {
  /** The whole URL. */
  href: string;
  /** Its host, with its port if that is not the default. */
  host: string;
  /** Path and query, exactly as sent. */
  target: string;
}

/**
 * Builds the URL. What the platform would silently rewrite (`..`, a backslash, a blank) is refused, because another
 * path would be requested.
 *
 * @throws {MusterError} for a base or path that cannot be sent as it is.
 */
export function targetOf(
  base: string,
  request: Pick<ApiRequest, "method" | "path" | "query">,
): RequestTarget {
  const { method, path } = request;
  const cannot = (reason: string): MusterError =>
    new MusterError(
      `Cannot ${method} ${JSON.stringify(path)}: ${reason}. Percent-encode each part of a path, and put ` +
        `parameters into the query.`,
    );
  if (!path.startsWith("/")) throw cannot("its path must start with /");
  if (path.includes("//")) throw cannot("a part of its path is empty (//)");
  // Everything except what RFC 3986 allows in a path. So no ?, #, \, blank or control character gets through.
  const odd = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]|%(?![0-9A-Fa-f]{2})/.exec(path);
  if (odd !== null) {
    throw cannot(`its path contains ${JSON.stringify(odd[0])}, which must be percent-encoded`);
  }
  if (path.endsWith("/") && path !== "/") throw cannot("its last part is empty");
  const parts = path.split("/");
  // Right after a collection's name comes an id: /machines/undefined means that a value was missing.
  const id = parts[parts[1] === "mgmt" ? 3 : 2];
  if (id === "undefined" || id === "null" || id === "NaN") throw cannot(`${id} is not an id`);
  for (const part of parts) {
    const dots = part.replace(/%2e/gi, ".");
    if (dots === "." || dots === "..") throw cannot(`the part ${part} would lead to another path`);
  }
  const { origin, host, prefix } = baseOf(base);
  // The base itself is requested without a slash at its end, because a server may treat that as another URL.
  const target = `${prefix}${path === "/" && prefix !== "" ? "" : path}${queryOf(request.query)}`;
  return { href: origin + target, host, target };
}

/** RFC 3986 encoding: `%20` for a blank, and everything encoded that some server or signer may read differently. */
export function encodePart(text: string): string {
  if (!text.isWellFormed()) {
    throw new MusterError(
      `Cannot send ${JSON.stringify(text)}: it contains half of a character. Check the text.`,
    );
  }
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function queryOf(query: ApiRequest["query"]): string {
  const pairs: string[] = [];
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      pairs.push(`${encodePart(key)}=${encodePart(String(one))}`);
    }
  }
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** The scheme, host and port of a base address. */
export function originOf(base: string): string {
  return baseOf(base).origin;
}

interface Base {
  origin: string;
  host: string;
  /** Its path, without a slash at its end. */
  prefix: string;
}

/** Parsed base URLs: a process has few, and uses them a thousand times. */
const bases = new Map<string, Base>();

function baseOf(base: string): Base {
  const known = bases.get(base);
  if (known !== undefined) return known;
  const made = readBase(base);
  if (bases.size >= 100) bases.clear();
  bases.set(base, made);
  return made;
}

function readBase(base: string): Base {
  let url: URL;
  try {
    url = new URL(base);
  } catch (cause) {
    throw new MusterError(`Cannot reach the server: its address is not a URL: ${JSON.stringify(base)}`, {
      cause,
    });
  }
  // As the platform writes it. Reading its parts one by one costs each start more than this pattern.
  const [, origin, host, prefix] = /^(https?:\/\/([^/?#@]+))(|\/[^?#]*?)\/?$/.exec(url.href) ?? [];
  if (origin !== undefined) return { origin, host: host!, prefix: prefix! };
  if (url.username !== "" || url.password !== "") {
    // The URL itself is not shown, because it contains a password.
    throw new MusterError(
      `Cannot reach the server: its address must not contain a user or password: ${url.host}. ` +
        `Give the credentials separately.`,
    );
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new MusterError(`Cannot reach the server: its address is neither https nor http: ${base}`);
  }
  throw new MusterError(`Cannot reach the server: its address must end before any ? or #: ${base}`);
}
