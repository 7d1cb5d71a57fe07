/**
 * Options that limit how many members a chain or a run may destroy. `obtain_consent.ts` applies them.
 *
 * @module
 */
import { SelectionError } from "../../errors.ts";
import type { Confirm } from "./confirm.ts";

/** How many members a selection with conditions may destroy without a question. */
export const DEFAULT_MAX = 20;

/** The least that each count may be. */
export const LEAST = { max: 1, expect: 0 } as const;

/** The limits that a chain sets. */
export interface RailSettings {
  /** The most members that may be destroyed. Default 20. */
  readonly max?: number;
  /** How many members there must be. */
  readonly expect?: number;
  /** Whether a selection without conditions is intended. */
  readonly all?: boolean;
}

/** The limits that a run sets. */
export interface RailOptions {
  /**
   * Consents to destroying all members of the plan, however many. A selection without conditions still needs `.all()`.
   * In a task that the command runs, only the command's own `--yes` counts. Default false.
   */
  yes?: boolean;
  /** Consents to destroying up to this many members. Overrides the chain's own `max`. */
  max?: number;
  /** How many members there must be. Overrides the chain's own `expect`. */
  expect?: number;
  /**
   * Asks a person when nobody has consented. Ignored in a task that the command runs. Default: asks on the process's
   * terminal.
   */
  confirm?: Confirm | undefined;
}

/** Checks that a count is a whole number above `least`. */
export function checkCount(what: string, count: unknown, least: number): asserts count is number {
  if (typeof count !== "number" || !Number.isSafeInteger(count) || count < least) {
    throw new SelectionError(
      `Cannot use ${shown(count)} for ${what}: it is not a whole number of at least ${least}.`,
    );
  }
}

const shown = (value: unknown) =>
  typeof value === "number" || typeof value === "bigint"
    ? String(value)
    : JSON.stringify(value) ?? String(value);
