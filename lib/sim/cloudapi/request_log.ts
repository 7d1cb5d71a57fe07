/**
 * The requests that arrived, for tests.
 *
 * @module
 */

/** One request, as logged. */
export interface LoggedRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: string;
  /** The operation, such as `GetMachine`; empty if no route was found. */
  route: string;
  /** 0 if no answer was sent. */
  status: number;
  /** When it arrived, in milliseconds since 1970. */
  at: number;
}

/** Counts and logs requests. */
export class RequestLog {
  /** The last requests, oldest first; at most {@linkcode RequestLog.limit}. */
  readonly entries: LoggedRequest[] = [];
  /** How many are kept. */
  limit = 10_000;
  total = 0;
  /** By operation: `{ ListMachines: 3 }`. */
  readonly byRoute: Record<string, number> = {};
  /** By method and operation: `{ "GET ListMachines": 3 }`. */
  readonly byMethodAndRoute: Record<string, number> = {};
  readonly byStatus: Record<number, number> = {};

  /** Logs an arrival. {@linkcode RequestLog.answered} adds the route and status. */
  arrived(method: string, url: URL, at: number): LoggedRequest {
    const entry = { method, path: url.pathname, query: url.search, route: "", status: 0, at };
    this.total++;
    this.entries.push(entry);
    if (this.entries.length > this.limit * 1.1) this.entries.splice(0, this.entries.length - this.limit);
    return entry;
  }

  answered(entry: LoggedRequest, route: string, status: number): void {
    entry.route = route;
    entry.status = status;
    const name = route || "none";
    const both = `${entry.method} ${name}`;
    this.byRoute[name] = (this.byRoute[name] ?? 0) + 1;
    this.byMethodAndRoute[both] = (this.byMethodAndRoute[both] ?? 0) + 1;
    this.byStatus[status] = (this.byStatus[status] ?? 0) + 1;
  }

  /** Resets the counts. */
  reset(): void {
    this.entries.length = 0;
    this.total = 0;
    for (const counts of [this.byRoute, this.byMethodAndRoute, this.byStatus] as Record<string, number>[]) {
      for (const key of Object.keys(counts)) delete counts[key];
    }
  }
}
