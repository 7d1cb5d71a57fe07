/**
 * Requests over TLS without checking the server's certificate.
 *
 * Deno's fetch has an option for this only for the whole process (`--unsafely-ignore-certificate-errors`), which would
 * weaken every other connection too. Node's https has one for each request, so it is used here, and imported only when
 * needed. Each request has its own connection, through the proxy if the environment names one.
 *
 * @module
 */
import { guarded } from "../engine/text/visible.ts";
import { proxyFor } from "../platform/proxy.ts";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";

const warned = new Set<string>();

/** Like fetch, but trusts any certificate. Warns on stderr once for each host. */
export async function unverifiedFetch(href: string, init: RequestInit): Promise<Response> {
  const url = new URL(href);
  if (url.protocol !== "https:") return await fetch(href, init);
  if (!warned.has(url.host)) {
    warned.add(url.host);
    Deno.stderr.writeSync(new TextEncoder().encode(guarded(
      `Warning: the certificate of ${url.host} is not checked, so anybody on the way can read and change ` +
        `what is sent. Leave "insecure" out to check it.\n`,
    )));
  }
  const { request } = await import("node:https");
  const signal = init.signal ?? undefined;
  signal?.throwIfAborted();
  const proxy = proxyFor(url);
  const socket = proxy && await secured(proxy, url, signal);
  return await new Promise<Response>((resolve, reject) => {
    let connected = socket !== undefined;
    const sent: ClientRequest = request(url, {
      method: init.method ?? "GET",
      headers: Object.fromEntries(new Headers(init.headers)),
      rejectUnauthorized: false,
      ca: [], // otherwise Deno reads the system's authorities, and needs --allow-sys for it
      agent: false,
      ...socket === undefined ? {} : { createConnection: () => socket },
    }, (incoming) => resolve(answerOf(incoming, init.method ?? "GET")));
    sent.on("socket", (socket) => socket.once("secureConnect", () => connected = true));
    sent.on("error", (cause) => {
      // In the words of Deno's fetch, so that `fetch_failure.ts` can read them.
      const stage = connected ? "SendRequest" : "Connect";
      reject(
        new TypeError("fetch failed", {
          cause: new Error(`client error (${stage}): ${cause.message}`, { cause }),
        }),
      );
    });
    signal?.addEventListener("abort", () => {
      sent.destroy();
      reject(signal.reason);
    }, { once: true });
    sent.end(typeof init.body === "string" ? init.body : undefined);
  });
}

/** A TLS connection through a proxy that accepts any certificate. */
async function secured(proxy: URL, url: URL, signal: AbortSignal | undefined): Promise<TLSSocket> {
  const [{ tunnelThrough }, { connect }] = await Promise.all([import("./tunnel.ts"), import("node:tls")]);
  const through = await tunnelThrough(proxy, `${url.hostname}:${url.port || 443}`, signal);
  return await new Promise<TLSSocket>((resolve, reject) => {
    const name = url.hostname.replace(/^\[|\]$/g, "");
    const isName = !/^[\d.]+$|:/.test(name);
    const socket = connect({
      socket: through,
      ...isName ? { servername: name } : {},
      rejectUnauthorized: false,
      ca: [],
    });
    socket.once("secureConnect", () => resolve(socket));
    socket.once("error", (cause: Error) => {
      through.destroy();
      reject(
        new TypeError("fetch failed", {
          cause: new Error(`client error (Connect): ${cause.message}`, { cause }),
        }),
      );
    });
    signal?.addEventListener("abort", () => {
      socket.destroy();
      reject(signal.reason);
    }, { once: true });
  });
}

function answerOf(incoming: IncomingMessage, method: string): Response {
  const status = incoming.statusCode ?? 502;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, one);
  }
  const bare = method === "HEAD" || status === 204 || status === 205 || status === 304;
  if (bare) incoming.resume();
  const body = bare ? null : new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      incoming.on("data", (chunk: Uint8Array) => controller.enqueue(new Uint8Array(chunk)));
      incoming.on("end", () => controller.close());
      incoming.on("aborted", () => controller.error(new TypeError("error reading a body from connection")));
      incoming.on("error", () => controller.error(new TypeError("error reading a body from connection")));
    },
    cancel: () => void incoming.destroy(),
  });
  return new Response(body, { status, headers });
}
