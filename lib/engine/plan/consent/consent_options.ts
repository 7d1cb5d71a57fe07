/**
 * Rails: what a chain and a run say of their own size. What comes of it is in `obtain_consent.ts`.
 *
 * @module
 */
import { SelectionError } from "../../errors.ts";
import type { Confirm } from "./confirm.ts";

/** Members a selection that says something may destroy without anybody being asked. */
export const DEFAULT_MAX = 20;

/** The least that each count may be. */
export const LEAST = { max: 1, expect: 0 } as const;

/** What the chain says about its own size. */
export interface RailSettings {
  /** Members that may be destroyed, at most. Default 20. */
  readonly max?: number;
  /** How many members there must be. */
  readonly expect?: number;
  /** Whether a selection that says nothing is meant. */
  readonly all?: boolean;
}

/** What a run says about rails. */
export interface RailOptions {
  /**
   * Consents to destroying however many the plan holds; a selection that says nothing needs `.all()` all the
   * same. In a task that the command does only the command's own `--yes` counts. Default false.
   */
  yes?: boolean;
  /** Consents to destroying up to so many members, in place of the chain's own `max`. */
  max?: number;
  /** How many members there must be, in place of the chain's own `expect`. */
  expect?: number;
  /**
   * Asks a person, where nobody has consented. Not heeded in a task that the command does. Default: as the process asks, on
   * its terminal.
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
