/**
 * What an API that pushes changes is told of by.
 *
 * @module
 */
import type { ApiRequest, Follow } from "../engine/resource/endpoint.ts";
import type { Clock } from "../engine/time/clock.ts";

/**
 * What a way of pushing is given of the API it belongs to.
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
  /** Where requests go: the API's address, without a slash at its end. */
  readonly baseUrl: string;
  /**
   * The headers of a request as they would be sent, credentials included.
   *
   * @param request Which one.
   */
  headers(request: Pick<ApiRequest, "method" | "path" | "query">): Promise<Record<string, string>>;
  /** The fetch that the API was given; undefined for the platform's own. */
  readonly fetch: typeof fetch | undefined;
  /** The clock that waits go by. */
  readonly clock: Clock;
}

/**
 * A way in which changes are pushed, to be given to {@linkcode describe}.
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
 * What a message says of a member; undefined where it is about none.
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
    /** The member as it is now, where the message has it whole. It counts only where the description has a mark. */
    readonly record?: object | undefined;
    /** When it was published, ms since the epoch by the server's clock. Without it the member is read anew. */
    readonly published?: number | undefined;
  }
  | undefined;

/**
 * Where changes are pushed, and what a message says.
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
  /** The path below the API's address. */
  readonly path: string;
  /** Query parameters. */
  readonly query?: ApiRequest["query"];
  /** Reads a message's JSON. What it throws counts as a message about no member. */
  readonly read: ReadChange;
}

/**
 * The same, of a WebSocket.
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
  /** Sent as JSON once it is open. Default: nothing. */
  readonly subscribe?: unknown;
}
