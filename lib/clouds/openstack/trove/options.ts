/**
 * How a database service is named, and with what credentials.
 *
 * @module
 */
import type { Clock, Duration } from "../../../engine/mod.ts";
import type { CloudOptions } from "../settings/clouds_options.ts";

/**
 * How to reach a database service. Everything is optional: what is not said comes from the `OS_*` variables and
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
  /** Sends requests instead of the platform's `fetch`, Keystone's too. */
  fetch?: typeof fetch;
  /** The source of time. Default: the machine's own. */
  clock?: Clock;
  /** Aborts whatever runs on this handle. */
  signal?: AbortSignal;
  /** Requests under way at most, for each verb. Default 32. */
  concurrency?: number;
  /** Requests per second and verb to keep to. Default: learned from the server. */
  rate?: number;
  /** Time limit of one request. Default 30 s. */
  timeout?: Duration;
  /** Echo each request on stderr: method, URL, status, time; never a secret. Default false. */
  debug?: boolean;
}
