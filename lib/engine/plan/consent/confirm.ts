/**
 * Asks a person for confirmation.
 *
 * @module
 */

/**
 * A question to a person.
 *
 * @example
 * ```ts
 * import { dc, type Question } from "@muster/muster";
 *
 * const show = ({ endpoint, text, count, names, irreversible }: Question) =>
 *   `${endpoint}: ${text} (${irreversible.join(", ")} ${count}: ${names.join(", ")}, …)`;
 * const chain = dc("sim").machines({ type: "test" }).delete();
 * await chain.run({ confirm: (question) => Promise.resolve(void console.log(show(question))) }).catch(() => {});
 * ```
 */
export interface Question {
  /** The name of the datacenter; of several datacenters all names. */
  readonly endpoint: string;
  /** What would happen, in a sentence. */
  readonly text: string;
  /** How many would be destroyed, including what is destroyed along with the members. */
  readonly count: number;
  /** The first members' names. */
  readonly names: readonly string[];
  /**
   * The names of what would be destroyed along with them, such as a backup's increments; undefined if there is nothing.
   */
  readonly others?: readonly string[];
  /** The actions that cannot be undone. */
  readonly irreversible: readonly string[];
  /** Whether the count must be typed, because the set is large. */
  readonly typeCount: boolean;
}

/**
 * Asks a person. Resolves to undefined when nobody can be asked, and to false when `signal` aborts meanwhile.
 *
 * @example
 * ```ts
 * import { type Confirm, dc } from "@muster/muster";
 *
 * // Asks nobody: up to fifty members are fine.
 * const confirm: Confirm = (question) => Promise.resolve(question.count <= 50);
 * const report = await dc("sim").machines({ type: "test" }).where({ state: "running" })
 *   .delete().run({ confirm });
 * console.log(report.succeeded.length);
 * ```
 */
export type Confirm = (question: Question, signal?: AbortSignal) => Promise<boolean | undefined>;
