/**
 * What a run may be told. The checks of these options (`check_options.ts`) do not compile while one is missing there.
 *
 * @module
 */
import type { RailOptions } from "../plan/consent/consent_options.ts";
import type { Duration } from "../time/duration.ts";
import type { Listener } from "./events.ts";
import type { Journal } from "./journal.ts";

/**
 * How a run is done.
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
  /** Runs a chain that was run before once more. Default false: the first run's report is given. */
  again?: boolean;
  /** Whether a failed member makes the run reject with a `ChainError`. Default true. */
  throwOnError?: boolean;
  /** Stops the run: no new requests are sent, those in flight are let end, every member is accounted for. */
  signal?: AbortSignal | undefined;
  /** Stops the run after this time, like `signal`. Default: none; each wait has its own. */
  timeout?: Duration;
  /** Told of everything that happens. */
  on?: Listener | undefined;
  /** Whether the run is shown as the process shows runs. Default true. */
  view?: boolean;
  /** Written before and after each write. */
  journal?: Journal | undefined;
}
