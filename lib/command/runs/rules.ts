/**
 * Makes the rules of a command that runs chains from its options.
 *
 * @module
 */
import { LEAST } from "../../engine/plan/consent/consent_options.ts";
import { withoutColors } from "../../view/output_device.ts";
import type { Rules } from "./do_work.ts";
import { COMMON, count, type Option, type Options, RUNNING, time, type TypedOptions } from "../options.ts";

/** The options of `run`, `do` and similar commands. */
export const ALL: Options = { ...COMMON, ...RUNNING };

/** An option that a command with chains cannot have. */
export const unavailable = (...names: string[]): Record<string, Option> =>
  Object.fromEntries(Object.entries(ALL).filter(([name]) => !names.includes(name)));

/** Options for the whole process. */
export interface ProcessOptions {
  readonly profile: string | undefined;
  /** False turns colours off. */
  readonly color: boolean | undefined;
}

/** The rules for the given options; mistakes are added to the list. */
export function rulesOf(
  values: TypedOptions["values"],
  mistakes: string[],
): Omit<Rules, "about"> & ProcessOptions {
  if (values.json && values.quiet) mistakes.push("--json and --quiet cannot be used together");
  return {
    plan: values.plan === true,
    yes: values.yes as boolean | undefined,
    max: count(values.max, "max", LEAST.max, mistakes),
    expect: count(values.expect, "expect", LEAST.expect, mistakes),
    concurrency: count(values.concurrency, "concurrency", 1, mistakes),
    timeout: time(values.timeout, "timeout", mistakes),
    debug: values.debug as boolean | undefined,
    json: values.json === true,
    quiet: values.quiet === true,
    journal: values.journal !== false,
    profile: values.profile as string | undefined,
    color: values.color as boolean | undefined,
  };
}

/** Makes `dc()` use the profile, and turns off colours, only in this process. */
export function useOptions({ profile, color }: ProcessOptions): void {
  if (profile !== undefined) Deno.env.set("MUSTER_PROFILE", profile);
  if (color === false) withoutColors();
}
