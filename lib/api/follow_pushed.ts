/**
 * Receives the changes that an API pushes, over an event stream or a WebSocket. Loaded when the first wait begins.
 *
 * @module
 */
import type { ApiRequest, ChangeListener, FeedEnd, Pushed } from "../engine/resource/endpoint.ts";
import { type Clock, guard } from "../engine/time/clock.ts";
import { targetOf } from "../http/request_target.ts";
import { openSocket } from "../http/websocket.ts";
import type { PushedConnection, PushedOptions, ReadChange, SocketPushedOptions } from "./pushed_options.ts";

/** Statuses that do not show whether there is such a stream. */
const PASSING = [401, 408, 425, 429];
/** How long a stream may take to open, in milliseconds. */
const OPENING = 10_000;

/** The longest line of an event, in characters. */
const LONGEST = 1_000_000;

/** Receives an event stream until it ends. */
export async function followEvents(
  connection: PushedConnection,
  options: PushedOptions,
  listener: ChangeListener,
): Promise<FeedEnd> {
  const { signal } = listener;
  const over = new AbortController();
  const end = () => over.abort("the stream is over");
  signal.addEventListener("abort", end, { once: true });
  try {
    signal.throwIfAborted();
    const opened = await withinTime(
      connection.clock,
      opening(connection, options, listener, over.signal),
      end,
    );
    if (typeof opened === "string") return opened;
    listener.opened();
    for await (const message of eventsOf(opened)) tell(options.read, message, listener);
    return "broken";
  } catch {
    return "broken"; // requests meet the same error, and they report it
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

async function opening(
  connection: PushedConnection,
  options: PushedOptions,
  { on }: Pick<ChangeListener, "on">,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array> | FeedEnd> {
  const request = requestOf(options);
  const { href } = targetOf(connection.baseUrl, request);
  const headers = { ...await connection.headers(request), accept: "text/event-stream" };
  const { clock } = connection, { method, path } = request, start = clock.now();
  on({ type: "send", method, path, attempt: 1, at: start });
  const answer = await (connection.fetch ?? fetch)(href, { headers, signal, redirect: "manual" });
  const at = clock.now();
  on({ type: "answer", method, path, status: answer.status, ms: at - start, at });
  const isStream = /^text\/event-stream\b/i.test(answer.headers.get("content-type") ?? "");
  if (answer.status === 200 && isStream && answer.body) return answer.body;
  await answer.body?.cancel();
  return answer.status >= 500 || PASSING.includes(answer.status) ? "broken" : "refused";
}

/** The data of each event. */
async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "", data: string[] = [];
  for await (const text of stream.pipeThrough(new TextDecoderStream() as never) as ReadableStream<string>) {
    // A carriage return at the end may be the first half of a line ending.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    if (rest.length > LONGEST) throw new Error(`a line of more than ${LONGEST} characters`);
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) yield data.join("\n");
        data = [];
      } else if (/^data(:|$)/.test(line)) data.push(line.slice(5).replace(/^ /, ""));
    }
  }
}

/** Receives a WebSocket's messages until it ends. */
export async function followSocket(
  connection: PushedConnection,
  options: SocketPushedOptions,
  listener: ChangeListener,
): Promise<FeedEnd> {
  const { clock } = connection;
  const { signal } = listener;
  const over = new AbortController();
  const end = () => over.abort("the socket is over");
  signal.addEventListener("abort", end, { once: true });
  let alive = true, answers = false;
  try {
    signal.throwIfAborted();
    const request = requestOf(options);
    const url = new URL(targetOf(connection.baseUrl, request).href);
    const headers = await connection.headers(request);
    const socket = await withinTime(
      clock,
      openSocket({ url, headers, clock, signal: over.signal }, {
        text: (data) => tell(options.read, data, listener),
        pong: () => void (alive = answers = true),
        lost: end,
      }),
      end,
    );
    if ("refused" in socket) {
      return socket.refused >= 500 || PASSING.includes(socket.refused) ? "broken" : "refused";
    }
    over.signal.addEventListener("abort", () => socket.close(), { once: true });
    if (over.signal.aborted) return socket.close(), "broken";
    if (options.subscribe !== undefined) socket.send(JSON.stringify(options.subscribe));
    listener.opened();
    // A silently broken connection is noticed because the pong is missing, if the server has ever sent one.
    do {
      alive = false;
      socket.ping();
      await clock.sleep(20_000, over.signal);
    } while (alive || !answers);
    return "broken";
  } catch {
    return "broken";
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

const requestOf = ({ path, query = {} }: PushedOptions): Pick<ApiRequest, "method" | "path" | "query"> => ({
  method: "GET",
  path,
  query,
});

/** Reports the change in a message, if it is about a member. */
function tell(read: ReadChange, message: string, listener: Pick<ChangeListener, "changed">): void {
  let change: ReturnType<ReadChange>;
  try {
    change = read(JSON.parse(message));
  } catch {
    return;
  }
  if (change === undefined || typeof change.id !== "string" || change.id === "") return;
  const { id, record, published } = change;
  const time = typeof published === "number" && Number.isFinite(published) ? published : undefined;
  listener.changed({ id, record, published: time } satisfies Pushed);
}

/** Resolves as `opening` does, if in time; otherwise calls `end`. */
async function withinTime<T>(clock: Clock, opening: Promise<T>, end: () => void): Promise<T> {
  const unguard = guard(clock, OPENING, end);
  try {
    return await opening;
  } finally {
    unguard();
  }
}
