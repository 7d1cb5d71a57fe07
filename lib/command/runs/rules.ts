/**
 * From options to the rules of a command that does chains.
 *
 * @module
 */
import { LEAST } from "../../engine/plan/consent/consent_options.ts";
import { withoutColors } from "../../view/output_device.ts";
import type { Rules } from "./do_work.ts";
import { COMMON, count, type Option, type Options, RUNNING, time, type TypedOptions } from "../options.ts";

/** Options of `run`, `do` and the like. */
export const ALL: Options = { ...COMMON, ...RUNNING };

/** An option of a command that does chains but cannot have it. */
export const unavailable = (...names: string[]): Record<string, Option> =>
  Object.fromEntries(Object.entries(ALL).filter(([name]) => !names.includes(name)));

/** Options that hold for the whole process. */
export interface ProcessOptions {
  readonly profile: string | undefined;
  /** False to leave colours out. */
  readonly color: boolean | undefined;
}

/** The rules that were asked for; mistakes are kept. */
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

/** Makes `dc()` use the profile, and leaves out colours, in this process only. */
export function useOptions({ profile, color }: ProcessOptions): void {
  if (profile !== undefined) Deno.env.set("MUSTER_PROFILE", profile);
  if (color === false) withoutColors();
}
