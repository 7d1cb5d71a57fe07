/**
 * Options for APIs that push changes.
 *
 * @module
 */
import type { ApiRequest, Follow } from "../engine/resource/endpoint.ts";
import type { Clock } from "../engine/time/clock.ts";

/**
 * What a way of pushing gets from its API.
 *
 * @example
 * ```ts
 * import type { PushedConnection } from "@muster/muster";
 *
 * const address = ({ baseUrl }: PushedConnection) => new URL(`${baseUrl}/events`);
 * console.log(typeof address);
 * ```
 */
export interface PushedConnection {
  /** The API's URL, without a slash at its end. */
  readonly baseUrl: string;
  /**
   * The headers that a request would be sent with, credentials included.
   *
   * @param request The request.
   */
  headers(request: Pick<ApiRequest, "method" | "path" | "query">): Promise<Record<string, string>>;
  /** The API's own fetch; undefined for the platform's. */
  readonly fetch: typeof fetch | undefined;
  /** The clock for waits. */
  readonly clock: Clock;
}

/**
 * A way in which changes are pushed, for {@linkcode describe}.
 *
 * @example
 * ```ts
 * import type { PushedChanges } from "@muster/muster";
 *
 * // One of your own: it tells of one change, and is over when nobody waits any more.
 * const pushed: PushedChanges = ({ clock }) => async (listener) => {
 *   listener.opened();
 *   listener.changed({ id: "j1", record: undefined, published: undefined });
 *   await clock.sleep(60_000, listener.signal).catch(() => {});
 *   return "broken";
 * };
 * console.log(typeof pushed);
 * ```
 */
export type PushedChanges = (connection: PushedConnection) => Follow;

/**
 * Reads a change from a message. Returns undefined if the message is not about a member.
 *
 * @example
 * ```ts
 * import type { ReadChange } from "@muster/muster";
 *
 * const read: ReadChange = (message) => {
 *   const { job } = message as { job?: string };
 *   return job === undefined ? undefined : { id: job };
 * };
 * console.log(read({ job: "j1" }));
 * ```
 */
export type ReadChange = (message: unknown) =>
  | {
    /** The member's id. */
    readonly id: string;
    /** The member's current record, if the message has it whole. It counts only if the description has a mark. */
    readonly record?: object | undefined;
    /**
     * When it was published, in milliseconds since the epoch by the server's clock. Without it the member is read
     * again.
     */
    readonly published?: number | undefined;
  }
  | undefined;

/**
 * Where changes are pushed, and how to read a message.
 *
 * @example
 * ```ts
 * import type { PushedOptions } from "@muster/muster";
 *
 * const options: PushedOptions = {
 *   path: "/events",
 *   query: { pool: "blue" },
 *   read: (message) => ({ id: (message as { job: string }).job }),
 * };
 * console.log(options.path);
 * ```
 */
export interface PushedOptions {
  /** The path, below the API's URL. */
  readonly path: string;
  /** Query parameters. */
  readonly query?: ApiRequest["query"];
  /** Reads a message's JSON. If it throws, the message is not about a member. */
  readonly read: ReadChange;
}

/**
 * The same for a WebSocket.
 *
 * @example
 * ```ts
 * import type { SocketPushedOptions } from "@muster/muster";
 *
 * const options: SocketPushedOptions = {
 *   path: "/feed",
 *   subscribe: { topic: "jobs" },
 *   read: (message) => ({ id: (message as { job: string }).job }),
 * };
 * console.log(options.subscribe);
 * ```
 */
export interface SocketPushedOptions extends PushedOptions {
  /** Sent as JSON when it is open. Default: nothing. */
  readonly subscribe?: unknown;
}
