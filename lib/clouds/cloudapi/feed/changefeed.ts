/**
 * The changefeed: CloudAPI's WebSocket that reports which machines changed, with their new records.
 *
 * It is an experiment of newer servers (9.14), and off on most. Even where it is on it may be silent, repeat itself, or
 * delay a message until the next one. And it disconnects every client when its own source fails.
 *
 * @module
 */
import { type Clock, guard } from "../../../engine/time/clock.ts";
import type { ChangeListener, FeedEnd } from "../../../engine/resource/endpoint.ts";
import type { Limiter, RateOutcome } from "../../../engine/rate/limiter.ts";
import { debugLine } from "../../../http/debug_line.ts";
import { targetOf } from "../../../http/request_target.ts";
import type { OpenSocket, OpenWebSocket, SocketListener } from "../../../http/websocket.ts";
import { readChange } from "./read_change.ts";

const FEED_PATH = "/changefeed";

/** How to open an account's changefeed. */
export interface ChangefeedOptions {
  open: OpenSocket;
  /** The URL of the server and account. */
  baseUrl: string;
  roles: readonly string[] | undefined;
  /** The signed headers of a request for this target. */
  headers(target: string): Promise<Record<string, string>>;
  limiter: Limiter;
  clock: Clock;
  debug: ((line: string) => void) | undefined;
}

/** Time limits, in milliseconds: for opening it, for the first pong, and between two pongs. */
const OPENING = 10_000, FIRST_SIGN = 2_000, SIGNS = 20_000;
/** Statuses that do not concern the changefeed itself: a wrong clock, too many requests. It may open later. */
const PASSING = [400, 408, 425, 429];

/** Only these changes are waited for. Others would only make a machine look newer than it is. */
const SUBSCRIPTION = JSON.stringify({ resource: "vm", subResources: ["state", "destroyed"] });

/** Receives the changes of the account's machines until the connection ends. */
export async function followChanges(options: ChangefeedOptions, listener: ChangeListener): Promise<FeedEnd> {
  const { signal } = listener;
  const over = new AbortController();
  const end = () => over.abort(OVER);
  let socket: OpenWebSocket | undefined;
  let sign = () => {}, alive = false, answers = false;
  signal.addEventListener("abort", end, { once: true });
  over.signal.addEventListener("abort", () => socket?.close(), { once: true });
  try {
    signal.throwIfAborted();
    const opened = await open(options, { on: listener.on, signal: over.signal }, {
      text(data) {
        const change = readChange(data);
        if (change) listener.changed(change);
      },
      pong() {
        alive = answers = true;
        sign();
      },
      lost: end,
    });
    if (typeof opened === "string") return opened;
    socket = opened;
    over.signal.throwIfAborted();
    socket.send(SUBSCRIPTION);
    socket.ping(); // answered once the subscription has been read
    await new Promise<void>((resolve) => {
      sign = resolve; // a server that does not answer pings gets a little time
      const unguard = guard(options.clock, FIRST_SIGN, resolve);
      over.signal.addEventListener("abort", () => (unguard(), resolve()), { once: true });
    });
    over.signal.throwIfAborted();
    listener.opened();
    // A silently broken connection is noticed because the pong is missing, if the server has ever sent one.
    do {
      alive = false;
      socket.ping();
      await options.clock.sleep(SIGNS, over.signal);
    } while (alive || !answers);
    return "broken";
  } catch {
    return "broken"; // requests meet the same error, and they report it
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

/** A text, because making an error looks up its stack. */
const OVER = "the changefeed is over";

/** Opens the WebSocket: one signed request, which counts for the rate like any other. */
async function open(
  options: ChangefeedOptions,
  { on, signal }: Pick<ChangeListener, "on" | "signal">,
  listener: SocketListener,
): Promise<OpenWebSocket | FeedEnd> {
  const { clock, roles, debug } = options;
  const method = "GET", path = FEED_PATH;
  const query = roles?.length ? { "as-role": roles.join(",") } : undefined;
  const { href, target } = targetOf(options.baseUrl, { method, path, ...(query ? { query } : {}) });
  const url = new URL(href);
  const lease = await options.limiter.acquire("poll", signal);
  let outcome: RateOutcome = "failed";
  const late = new AbortController();
  const stop = () => late.abort(OVER);
  signal.addEventListener("abort", stop, { once: true });
  let unguard = () => {};
  try {
    const headers = await options.headers(target);
    signal.throwIfAborted();
    const start = clock.now();
    const say = (status: number | undefined, remark?: string) =>
      debug?.(debugLine({ method, url, ms: clock.now() - start, status, remark }));
    on({ type: "send", method, path, attempt: 1, at: start });
    unguard = guard(clock, OPENING, stop);
    let opened: Awaited<ReturnType<OpenSocket>>;
    try {
      opened = await options.open({ url, headers, clock, signal: late.signal }, listener);
    } catch (error) {
      say(undefined, late.signal.aborted ? "it was not opened in time" : "machines are polled instead");
      throw error;
    }
    const at = clock.now(), status = "refused" in opened ? opened.refused : 101;
    on({ type: "answer", method, path, status, ms: at - start, at });
    // A refusal because of the rate does not name the rate here, and none is guessed: it is tried again later in any
    // case.
    outcome = status === 429 ? "failed" : "ok";
    say(status, status === 101 ? undefined : "machines are polled instead");
    if (!("refused" in opened)) return opened;
    return PASSING.includes(status) ? "broken" : "refused";
  } finally {
    unguard();
    signal.removeEventListener("abort", stop);
    lease.release(outcome);
  }
}
