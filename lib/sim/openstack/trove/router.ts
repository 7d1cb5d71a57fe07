/**
 * Finds the handler of a path.
 *
 * @module
 */
import type { Handler } from "./protocol/call.ts";
import { NEWER_ROUTES, ROUTES } from "./routes.ts";

/** The route of a request. */
export interface Match {
  /** `POST /instances/{}/action`. */
  route: string;
  handler: Handler;
  /** The decoded variable parts, in order. */
  params: string[];
}

interface Entry {
  route: string;
  method: string;
  parts: readonly string[];
  handler: Handler;
}

// Literal segments before variable ones, so that `instances/detail` is not an instance.
const entries: Entry[] = Object.entries({ ...ROUTES, ...NEWER_ROUTES }).map(([route, handler]) => {
  const [method, path] = route.split(" ") as [string, string];
  return { route, method, parts: path.slice(1).split("/"), handler };
}).sort((a, b) => rank(a.parts) < rank(b.parts) ? -1 : 1);

const byFirst = Map.groupBy(entries, (one) => `${one.method} ${one.parts[0]} ${one.parts.length}`);

function rank(parts: readonly string[]): string {
  return parts.map((part) => part === "{}" ? "~" : part).join("/");
}

/**
 * The route of a path below the project; undefined if there is none. A path with a trailing slash is another one.
 *
 * @param newer Whether routes that only Trove 26 has are included. Default true.
 */
export function match(method: string, path: string, newer = true): Match | undefined {
  const parts = path.slice(1).split("/");
  for (
    const { route, parts: wanted, handler } of byFirst.get(`${method} ${parts[0]} ${parts.length}`) ?? []
  ) {
    if (!newer && Object.hasOwn(NEWER_ROUTES, route)) continue;
    if (!wanted.every((part, i) => part === "{}" ? parts[i] !== "" : part === parts[i])) continue;
    const params = parts.filter((_, i) => wanted[i] === "{}").map(decode);
    return { route, handler, params };
  }
  return undefined;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
