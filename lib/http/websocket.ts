/**
 * A WebSocket that can be closed at once.
 *
 * The platform's own cannot: `close()` waits for the other side to agree, possibly forever, and keeps the process alive
 * meanwhile. An open one cannot be unreferenced. It does not ping, and does not show the status with which it was
 * refused.
 *
 * @module
 */
import { type Clock, guard } from "../engine/time/clock.ts";
import { CLOSE, frame, FrameReader, PING, PONG, TEXT } from "./websocket_frames.ts";

/** An open WebSocket. */
export interface OpenWebSocket {
  /** Sends a message. */
  send(text: string): void;
  /** Sends a ping; see {@linkcode SocketListener.pong}. */
  ping(): void;
  /** Closes it at once. No more events follow. */
  close(): void;
}

/** Receives the events of a {@linkcode OpenWebSocket}. They may come even before the caller of `open` has it. */
export interface SocketListener {
  /** A message came. */
  text(data: string): void;
  /** The other side has read everything that was sent before a ping. */
  pong(): void;
  /** It has ended, and we did not close it. */
  lost(): void;
}

/** The options of a WebSocket. */
export interface SocketOptions {
  /** The URL, with `https:` or `http:`; without credentials. */
  url: URL;
  /** The headers of the request that opens it. */
  headers: Readonly<Record<string, string>>;
  /** The clock for its time limits. */
  clock: Clock;
  /** Aborting cancels the opening. */
  signal: AbortSignal;
}

/**
 * Opens a WebSocket. Resolves to the status if the server answers with another one than 101. Rejects if the network
 * fails.
 */
export type OpenSocket = (
  options: SocketOptions,
  listener: SocketListener,
) => Promise<OpenWebSocket | { refused: number }>;

/** How long sending the last frame may take, in milliseconds. */
const PARTING = 1000;
/** The longest head of an answer, in bytes. */
const HEAD = 16_384;

/** Opens one over its own connection. Redirects are not followed, because they would receive the authorization. */
export const openSocket: OpenSocket = async (
  options: SocketOptions,
  listener: SocketListener,
): Promise<OpenWebSocket | { refused: number }> => {
  const { url, signal, clock } = options;
  const stop = new AbortController(); // not the caller's signal, because its later abort must not close an open connection
  let conn: Deno.TcpConn | Deno.TlsConn | undefined;
  const giveUp = () => {
    stop.abort(signal.reason);
    drop(conn);
  };
  signal.throwIfAborted();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    conn = await connect(url, stop.signal, (made) => conn = made);
    const key = crypto.getRandomValues(new Uint8Array(16)).toBase64();
    await sendAll(conn, new TextEncoder().encode(requestOf(options, key)));
    const { head, rest } = await readHead(conn);
    const status = Number(/^HTTP\/1\.[01] (\d{3})\b/.exec(head)?.[1] ?? NaN);
    if (status !== 101) {
      if (Number.isNaN(status)) throw new TypeError("the answer is not HTTP");
      drop(conn);
      return { refused: status };
    }
    const accepted = /^sec-websocket-accept:[ \t]*(\S+)/im.exec(head)?.[1];
    if (accepted !== await proofOf(key)) throw new TypeError("the server did not accept the WebSocket");
    signal.throwIfAborted();
    return over(conn, rest, clock, listener);
  } catch (error) {
    drop(conn);
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
};

async function connect(url: URL, signal: AbortSignal, made: (conn: Deno.TcpConn) => void) {
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const conn = await Deno.connect({ hostname, port, signal });
  made(conn);
  signal.throwIfAborted();
  return url.protocol === "https:"
    ? await Deno.startTls(conn, { hostname, alpnProtocols: ["http/1.1"] })
    : conn;
}

function requestOf({ url, headers }: SocketOptions, key: string): string {
  // `Headers` refuses line breaks.
  const all = new Headers({
    ...headers,
    "upgrade": "websocket",
    "connection": "Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": key,
  });
  const lines = [...all].map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\n${lines.join("")}\r\n`;
}

async function proofOf(key: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  return new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)).toBase64();
}

async function readHead(conn: Deno.Conn): Promise<{ head: string; rest: Uint8Array }> {
  const bytes = new Uint8Array(HEAD);
  for (let length = 0; length < HEAD;) {
    const read = await conn.read(bytes.subarray(length));
    if (read === null) break;
    length += read;
    const head = new TextDecoder("latin1").decode(bytes.subarray(0, length));
    const end = head.indexOf("\r\n\r\n");
    if (end >= 0) return { head: head.slice(0, end), rest: bytes.subarray(end + 4, length) };
  }
  throw new TypeError("the connection ended before an answer came");
}

async function sendAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

function drop(conn: Deno.Conn | undefined): void {
  try {
    conn?.close();
  } catch { /* it was closed already */ }
}

/** The socket over an upgraded connection. */
function over(
  conn: Deno.TcpConn | Deno.TlsConn,
  rest: Uint8Array,
  clock: Clock,
  listener: SocketListener,
): OpenWebSocket {
  let open = true;
  let sending: Promise<unknown> = Promise.resolve();
  const lost = () => {
    if (!open) return;
    open = false;
    drop(conn);
    listener.lost();
  };
  const put = (kind: number, data: Uint8Array<ArrayBuffer> = new Uint8Array()) => {
    if (open) sending = sending.then(() => sendAll(conn, frame(kind, data))).catch(lost);
  };
  const take = (bytes: Uint8Array) => {
    for (const { kind, data } of reader.read(bytes)) {
      if (!open) return;
      if (kind === TEXT) listener.text(new TextDecoder().decode(data));
      else if (kind === PING) put(PONG, data);
      else if (kind === PONG) listener.pong();
      else if (kind === CLOSE) return lost();
    }
  };
  const reader = new FrameReader();
  const listen = async () => {
    const bytes = new Uint8Array(65_536);
    try {
      take(rest);
      while (open) {
        const read = await conn.read(bytes);
        if (read === null) break;
        take(bytes.subarray(0, read));
      }
    } catch { /* it broke, or what came makes no sense */ }
    lost();
  };
  if ("unref" in conn) conn.unref(); // it must not keep the process alive
  void listen();
  return {
    send: (text) => put(TEXT, new TextEncoder().encode(text)),
    ping: () => put(PING),
    close() {
      if (!open) return;
      put(CLOSE, new Uint8Array([0x03, 0xe8])); // status 1000: normal closure
      open = false;
      const unguard = guard(clock, PARTING, () => drop(conn));
      void sending.finally(() => {
        unguard();
        drop(conn);
      });
    },
  };
}
