/**
 * Changes that an API pushes: over an event stream (SSE), over a WebSocket, or in a way of your own.
 *
 * @module
 */
import type { ApiRequest, ChangeListener, FeedEnd, Follow, Pushed } from "../engine/resource/endpoint.ts";
import type { Clock } from "../engine/time/clock.ts";

/** What a way of pushing is given of the API it belongs to. */
export interface PushedConnection {
  /** Where requests go: the API's address, without a slash at its end. */
  readonly baseUrl: string;
  /** The headers of a request as they would be sent, credentials included. */
  headers(request: Pick<ApiRequest, "method" | "path" | "query">): Promise<Record<string, string>>;
  /** The fetch that the API was given; undefined for the platform's own. */
  readonly fetch: typeof fetch | undefined;
  /** The clock that waits go by. */
  readonly clock: Clock;
}

/** A way in which changes are pushed, to be given to {@linkcode describe}. */
export type PushedChanges = (connection: PushedConnection) => Follow;

/** What a message says of a member; undefined where it is about none. */
export type ReadChange = (message: unknown) =>
  | {
    /** The member's id. */
    readonly id: string;
    /** The member as it is now, where the message has it whole. It counts only where the description has a mark. */
    readonly record?: object | undefined;
    /** When it was published, ms since the epoch by the server's clock. Without it the member is read anew. */
    readonly published?: number | undefined;
  }
  | undefined;

/** Where changes are pushed, and what a message says. */
export interface PushedOptions {
  /** The path below the API's address. */
  readonly path: string;
  /** Query parameters. */
  readonly query?: ApiRequest["query"];
  /** Reads a message's JSON. What it throws counts as a message about no member. */
  readonly read: ReadChange;
}

/** Statuses that say nothing about whether there is such a stream. */
const PASSING = [401, 408, 425, 429];
/** A stream that does not open in time, ms. */
const OPENING = 10_000;

/**
 * Changes pushed as an event stream (`text/event-stream`). Each event's data is JSON.
 *
 * @param options Its path, and how a message is read.
 *
 * @example
 * ```ts
 * import { eventStream } from "@muster/muster/api";
 *
 * const pushed = eventStream({
 *   path: "/jobs/events",
 *   read: (message) => ({ id: (message as { job: string }).job }),
 * });
 * console.log(typeof pushed);
 * ```
 */
export function eventStream(options: PushedOptions): PushedChanges {
  return (connection) => async (listener) => {
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
      return "broken"; // whatever it was, requests meet it as well, and they report it
    } finally {
      signal.removeEventListener("abort", end);
      end();
    }
  };
}

async function opening(
  connection: PushedConnection,
  options: PushedOptions,
  { on }: Pick<ChangeListener, "on">,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array> | FeedEnd> {
  const { targetOf } = await import("../http/target.ts");
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
    // A return at the end may be half of a line's end.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) yield data.join("\n");
        data = [];
      } else if (/^data(:|$)/.test(line)) data.push(line.slice(5).replace(/^ /, ""));
    }
  }
}

/**
 * Changes pushed over a WebSocket. Each message is JSON.
 *
 * @param options Its path, how a message is read, and what is sent once it is open.
 *
 * @example
 * ```ts
 * import { webSocket } from "@muster/muster/api";
 *
 * const pushed = webSocket({
 *   path: "/feed",
 *   subscribe: { topic: "jobs" },
 *   read: (message) => ({ id: (message as { job: string }).job }),
 * });
 * console.log(typeof pushed);
 * ```
 */
export function webSocket(
  options: PushedOptions & {
    /** Sent as JSON once it is open. Default: nothing. */
    readonly subscribe?: unknown;
  },
): PushedChanges {
  return (connection) => async (listener) => {
    const { clock } = connection;
    const { signal } = listener;
    const over = new AbortController();
    const end = () => over.abort("the socket is over");
    signal.addEventListener("abort", end, { once: true });
    let alive = true, answers = false;
    try {
      signal.throwIfAborted();
      const [{ openSocket }, { targetOf }] = await Promise.all([
        import("../http/websocket.ts"),
        import("../http/target.ts"),
      ]);
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
      // A connection that died without a word is noticed by the missing answer; if there ever was one.
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
  };
}

const requestOf = ({ path, query = {} }: PushedOptions): Pick<ApiRequest, "method" | "path" | "query"> => ({
  method: "GET",
  path,
  query,
});

/** Tells of the change in a message, if it is about a member. */
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

/** What is opened in time; else it is ended. */
async function withinTime<T>(clock: Clock, opening: Promise<T>, end: () => void): Promise<T> {
  const { guard } = await import("../engine/time/clock.ts");
  const unguard = guard(clock, OPENING, end);
  try {
    return await opening;
  } finally {
    unguard();
  }
}
