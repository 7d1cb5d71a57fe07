/**
 * Finds the handler of a path.
 *
 * @module
 */
import type { Route } from "./call.ts";
import { notFound, Problem } from "./problem.ts";
import { API_VERSIONS, negotiate } from "../version.ts";

interface Compiled {
  route: Route;
  segments: string[];
}

/** Finds routes, in the order in which they were given. */
export class Router {
  readonly #bySize = new Map<string, Compiled[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const segments = route.path.split("/").slice(1);
      for (const method of route.head ? [route.method, "HEAD"] : [route.method]) {
        const key = `${method} ${segments.length}`;
        const same = this.#bySize.get(key);
        if (same === undefined) this.#bySize.set(key, [{ route, segments }]);
        else same.push({ route, segments });
      }
    }
  }

  /**
   * The route of a request, with the path's parameters decoded and the version negotiated.
   *
   * @throws {Problem} 405 when the path exists for another method, 404 when it does not exist, 400 InvalidVersion.
   */
  find(method: string, path: string, range: string): {
    route: Route;
    params: Record<string, string>;
    version: string;
  } {
    const parts = path.split("/").slice(1);
    let version: string | undefined;
    for (const { route, segments } of this.#bySize.get(`${method} ${parts.length}`) ?? []) {
      const params = match(segments, parts);
      if (params === undefined) continue;
      if (route.versions !== undefined && negotiate(range, route.versions) === undefined) {
        version = "";
        continue;
      }
      version = negotiate(range, API_VERSIONS);
      if (version === undefined) break;
      return { route, params, version };
    }
    if (version !== undefined || this.#knows(method, parts)) {
      throw new Problem(400, "InvalidVersion", `${range} is not supported by ${method} ${path}`);
    }
    if (["GET", "HEAD", "POST", "PUT", "DELETE"].some((other) => this.#knows(other, parts))) {
      throw new Problem(405, "MethodNotAllowedError", `${method} is not allowed`);
    }
    throw notFound(`${path} does not exist`);
  }

  #knows(method: string, parts: string[]): boolean {
    return (this.#bySize.get(`${method} ${parts.length}`) ?? [])
      .some(({ segments }) => match(segments, parts) !== undefined);
  }
}

function match(segments: string[], parts: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const part = parts[i]!;
    if (!segment.startsWith(":")) {
      if (segment !== part) return undefined;
    } else if (part === "") {
      return undefined;
    } else {
      try {
        params[segment.slice(1)] = decodeURIComponent(part);
      } catch {
        return undefined;
      }
    }
  }
  return params;
}
