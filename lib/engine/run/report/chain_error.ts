/**
 * What a run rejects with when members failed.
 *
 * @module
 */
import { tame } from "../../text/visible.ts";
import { oneLine } from "../../text/visible.ts";
import type { Report } from "./report.ts";

/**
 * At least one member of a run failed. `report` has every member's fate; `errors` the failed ones' causes.
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
  /** What the whole run did, with those members that went well. */
  readonly report: Report;
  /**
   * Makes one.
   *
   * @param message What a person reads.
   * @param errors The failed members' causes.
   * @param report What the whole run did.
   */
  constructor(message: string, errors: Iterable<unknown>, report: Report) {
    super([...errors].map(tame), oneLine(message));
    this.report = report;
  }
}
