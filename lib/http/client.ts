/**
 * The process's HTTP connections: a pool for reads, and a new connection for each write.
 *
 * Deno's fetch sends a request again, of whatever method, when a reused connection breaks under it, even after the
 * server had all of it. A write on a reused connection could so be carried out twice. It gets its own.
 *
 * @module
 */

/** Which connections: shared by all who ask for the same. */
export interface ClientOptions {
  /** Certificates of further authorities to trust, in PEM. */
  caCerts?: readonly string[] | undefined;
}

interface Clients {
  read?: Deno.HttpClient;
  write?: Deno.HttpClient;
}

const clients = new Map<string, Clients>();

/** The client for reads or for writes, made when first asked for; undefined where the platform's own will do. */
export function httpClient(use: "read" | "write", options: ClientOptions = {}): Deno.HttpClient | undefined {
  const caCerts = [...options.caCerts ?? []];
  if (use === "read" && caCerts.length === 0) return undefined;
  const key = caCerts.join("\n");
  let pair = clients.get(key);
  if (pair === undefined) clients.set(key, pair = {});
  if (use === "read") return pair.read ??= Deno.createHttpClient({ caCerts, poolMaxIdlePerHost: 64 });
  // HTTP/2 would put many writes on one connection, and there is nothing to gain from it here.
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

/** Has the platform load half of what its first `fetch` needs, 4 ms of a start: to be called when there is time. */
export function loadFetch(): void {
  new Request("http://localhost");
}
