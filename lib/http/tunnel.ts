/**
 * A connection through an HTTP proxy to a TLS server.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/**
 * Asks a proxy for a connection to a server. Its errors have the words of Deno's fetch, so that `fetch_failure.ts` can
 * read them.
 *
 * @param proxy Its URL, perhaps with a user and a password.
 * @param to The server: `api.example.com:443`.
 */
export async function tunnelThrough(
  proxy: URL,
  to: string,
  signal: AbortSignal | undefined,
): Promise<Socket> {
  if (proxy.protocol !== "http:") {
    throw new TypeError("fetch failed", {
      cause: new Error(
        `client error (Connect): this kind of proxy is not supported with insecure: ${proxy.protocol}`,
      ),
    });
  }
  const { request } = await import("node:http");
  const login = proxy.username === ""
    ? undefined
    : btoa(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`);
  return await new Promise((resolve, reject) => {
    const failed = (why: string, cause?: unknown) =>
      reject(
        new TypeError("fetch failed", { cause: new Error(`client error (Connect): ${why}`, { cause }) }),
      );
    const asked = request({
      host: proxy.hostname.replace(/^\[|\]$/g, ""),
      port: proxy.port || 80,
      method: "CONNECT",
      path: to,
      agent: false,
      headers: { host: to, ...login === undefined ? {} : { "proxy-authorization": `Basic ${login}` } },
    });
    asked.on("connect", ({ statusCode = 0 }: IncomingMessage, socket: Socket) => {
      if (statusCode >= 200 && statusCode < 300) return resolve(socket);
      socket.destroy();
      failed(statusCode === 407 ? "proxy authentication required" : `unsuccessful tunnel (${statusCode})`);
    });
    asked.on("error", (cause: Error) => failed(cause.message, cause));
    signal?.addEventListener("abort", () => {
      asked.destroy();
      reject(signal.reason);
    }, { once: true });
    asked.end();
  });
}
