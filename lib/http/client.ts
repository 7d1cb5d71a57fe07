/**
 * The process's HTTP connections: a pool for reads, and a new connection for each write.
 *
 * Deno's fetch sends a request of any method again when a reused connection breaks, even after the server has received
 * all of it. So a write on a reused connection could be carried out twice. Therefore each write gets its own.
 *
 * @module
 */

/** Options of a client. Equal options share one. */
export interface ClientOptions {
  /** Certificates of further authorities to trust, as PEM. */
  caCerts?: readonly string[] | undefined;
}

interface Clients {
  read?: Deno.HttpClient;
  write?: Deno.HttpClient;
}

const clients = new Map<string, Clients>();

/** The client for reads or for writes, made at its first use; undefined if the platform's own is enough. */
export function httpClient(use: "read" | "write", options: ClientOptions = {}): Deno.HttpClient | undefined {
  const caCerts = [...options.caCerts ?? []];
  if (use === "read" && caCerts.length === 0) return undefined;
  const key = caCerts.join("\n");
  let pair = clients.get(key);
  if (pair === undefined) clients.set(key, pair = {});
  if (use === "read") return pair.read ??= Deno.createHttpClient({ caCerts, poolMaxIdlePerHost: 64 });
  // HTTP/2 would put many writes on one connection, and has no advantage here.
  return pair.write ??= Deno.createHttpClient({ caCerts, poolMaxIdlePerHost: 0, http2: false });
}

/** Closes all connections of this process. The next request opens new ones. */
export function closeHttpClients(): void {
  for (const { read, write } of clients.values()) {
    read?.close();
    write?.close();
  }
  clients.clear();
}

/**
 * Makes the platform load half of what its first `fetch` needs, 4 ms of a start. Call it while something else is
 * awaited.
 */
export function loadFetch(): void {
  new Request("http://localhost");
}
