/**
 * The options of a run. Their checks (`check_options.ts`) do not compile if one is missing there.
 *
 * @module
 */
import type { RailOptions } from "../plan/consent/consent_options.ts";
import type { Duration } from "../time/duration.ts";
import type { Listener } from "./events.ts";
import type { Journal } from "./journal.ts";

/**
 * The options of a run.
 *
 * @example
 * ```ts
 * import { dc, type RunOptions } from "@muster/muster";
 *
 * const options: RunOptions = { yes: true, throwOnError: false, timeout: "30m", view: false };
 * const report = await dc("sim").machines({ type: "test" }).delete().waitUntil("deleted").run(options);
 * console.log(report.succeeded.length, report.failed.length);
 * ```
 */
export interface RunOptions extends RailOptions {
  /** Runs a chain again that was already run. Default false: returns the first run's report. */
  again?: boolean;
  /** Whether a failed member makes the run reject with a `ChainError`. Default true. */
  throwOnError?: boolean;
  /** Aborting stops the run: it sends no new requests, lets those in flight end, and reports every member. */
  signal?: AbortSignal | undefined;
  /** Stops the run after this time, like `signal`. Default: none; each wait has its own limit. */
  timeout?: Duration;
  /** Called for every event. */
  on?: Listener | undefined;
  /** Whether the run is shown in the process's usual view. Default true. */
  view?: boolean;
  /** Written before and after each write. */
  journal?: Journal | undefined;
}
