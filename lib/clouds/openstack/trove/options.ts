/**
 * The options of a database service.
 *
 * @module
 */
import type { Clock, Duration } from "../../../engine/mod.ts";
import type { CloudOptions } from "../settings/clouds_options.ts";

/**
 * How to reach a database service. Everything is optional: what is missing comes from the `OS_*` variables and
 * `clouds.yaml`, as OpenStack's own tools read them.
 *
 * @example
 * ```ts
 * import { type DatabaseServiceOptions, dbaas } from "@muster/muster";
 *
 * const options: DatabaseServiceOptions = { name: "sim", concurrency: 8, timeout: "10s", debug: false };
 * console.log(await dbaas(options).instances().count());
 * ```
 */
export interface DatabaseServiceOptions extends CloudOptions {
  /** A cloud's name, else a region of the current cloud. `sim` is the built-in simulator. */
  name?: string | undefined;
  /** Sends requests instead of the platform's `fetch`, those to Keystone too. */
  fetch?: typeof fetch;
  /** The source of time. Default: the system's clock. */
  clock?: Clock;
  /** Aborting stops everything on this handle. */
  signal?: AbortSignal;
  /** The most requests in flight, for each method. Default 32. */
  concurrency?: number;
  /** The highest rate for each method, in requests per second. Default: learned from the server. */
  rate?: number;
  /** The time limit of one request. Default 30 s. */
  timeout?: Duration;
  /** Logs each request on stderr: method, URL, status, time; never a secret. Default false. */
  debug?: boolean;
}
