/**
 * The error of a run in which members failed.
 *
 * @module
 */
import { tame } from "../../text/visible.ts";
import { oneLine } from "../../text/visible.ts";
import type { Report } from "./report.ts";

/**
 * At least one member of a run failed. `report` has every member's fate, `errors` the causes of the failed ones.
 *
 * @example
 * ```ts
 * import { ChainError, dc } from "@muster/muster";
 *
 * try {
 *   await dc("sim").machines({ type: "web" }).delete().waitUntil("deleted");
 * } catch (error) {
 *   if (!(error instanceof ChainError)) throw error;
 *   for (const { name, why } of error.report.failed) console.log(name, why);
 * }
 * ```
 */
export class ChainError extends AggregateError {
  /** The name of the class, as a stack trace shows it. */
  override readonly name = "ChainError";
  /** The report of the whole run, including the members that succeeded. */
  readonly report: Report;
  /**
   * Makes an error.
   *
   * @param message The text for a person.
   * @param errors The causes of the failed members.
   * @param report The report of the whole run.
   */
  constructor(message: string, errors: Iterable<unknown>, report: Report) {
    super([...errors].map(tame), oneLine(message));
    this.report = report;
  }
}
