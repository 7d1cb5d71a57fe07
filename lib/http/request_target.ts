/**
 * From a base address, a path and a query to the one address that is signed and sent.
 *
 * @module
 */
import type { ApiRequest } from "../engine/resource/endpoint.ts";
import { MusterError } from "../engine/errors.ts";

/** An address, and the part of it that goes into the request line and into signatures. */
export interface RequestTarget {
  /** The whole address. */
  href: string;
  /** Its host, and the port where it is not the usual one. */
  host: string;
  /** Path and query, byte for byte as sent. */
  target: string;
}

/**
 * Builds the address. What the platform would quietly rewrite (`..`, a backslash, a blank) is refused, as the server
 * would be asked for something else than was written.
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
  // Everything but what RFC 3986 lets a path hold; so no ?, #, \, blank or control character gets through.
  const odd = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]|%(?![0-9A-Fa-f]{2})/.exec(path);
  if (odd !== null) {
    throw cannot(`its path contains ${JSON.stringify(odd[0])}, which must be percent-encoded`);
  }
  if (path.endsWith("/") && path !== "/") throw cannot("its last part is empty");
  const parts = path.split("/");
  // Right after a collection's name stands an id: /machines/undefined is a value that was not there.
  const id = parts[parts[1] === "mgmt" ? 3 : 2];
  if (id === "undefined" || id === "null" || id === "NaN") throw cannot(`${id} is not an id`);
  for (const part of parts) {
    const dots = part.replace(/%2e/gi, ".");
    if (dots === "." || dots === "..") throw cannot(`the part ${part} would lead to another path`);
  }
  const { origin, host, prefix } = baseOf(base);
  // The base itself is asked for without a slash at its end: to a server that is another address.
  const target = `${prefix}${path === "/" && prefix !== "" ? "" : path}${queryOf(request.query)}`;
  return { href: origin + target, host, target };
}

/** RFC 3986 encoding: `%20` for a blank, and nothing left bare that some server or signer reads differently. */
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

/** Bases read before: a process has few, and asks one of them a thousand times. */
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
  // As the platform spells it. Its own parts, asked for one by one, cost each start more than this.
  const [, origin, host, prefix] = /^(https?:\/\/([^/?#@]+))(|\/[^?#]*?)\/?$/.exec(url.href) ?? [];
  if (origin !== undefined) return { origin, host: host!, prefix: prefix! };
  if (url.username !== "" || url.password !== "") {
    // The address itself is not shown: it holds a password.
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
