/**
 * Changes that an API pushes: over an event stream (SSE), over a WebSocket, or in your own way.
 *
 * @module
 */
import type { PushedChanges, PushedOptions, SocketPushedOptions } from "./pushed_options.ts";

/**
 * Changes pushed as an event stream (`text/event-stream`). Each event's data is JSON.
 *
 * @param options The path, and how to read a message.
 *
 * @example
 * ```ts
 * import { eventStream } from "@muster/muster";
 *
 * const pushed = eventStream({
 *   path: "/jobs/events",
 *   read: (message) => ({ id: (message as { job: string }).job }),
 * });
 * console.log(typeof pushed);
 * ```
 */
export function eventStream(options: PushedOptions): PushedChanges {
  return (connection) => async (listener) =>
    (await import("./follow_pushed.ts")).followEvents(connection, options, listener);
}

/**
 * Changes pushed over a WebSocket. Each message is JSON.
 *
 * @param options The path, how to read a message, and what to send when it is open.
 *
 * @example
 * ```ts
 * import { webSocket } from "@muster/muster";
 *
 * const pushed = webSocket({
 *   path: "/feed",
 *   subscribe: { topic: "jobs" },
 *   read: (message) => ({ id: (message as { job: string }).job }),
 * });
 * console.log(typeof pushed);
 * ```
 */
export function webSocket(options: SocketPushedOptions): PushedChanges {
  return (connection) => async (listener) =>
    (await import("./follow_pushed.ts")).followSocket(connection, options, listener);
}
