/**
 * Checks options before anything is sent: each must be known, and have the right type.
 *
 * @module
 */
import { milliseconds } from "../time/duration.ts";
import { MusterError } from "../errors.ts";
import { LEAST } from "../plan/consent/consent_options.ts";
import type { SessionRules } from "../process/session_rules.ts";
import type { RunOptions } from "./run_options.ts";
import { suggest } from "../select/did_you_mean.ts";
import { parameterCount, refuseMore } from "../select/extra_arguments.ts";

/** What a value should be, if it is not: `true or false`. */
type Check = (value: unknown) => string | undefined;

/** Checks by the names of options. */
export type Checks = Readonly<Record<string, Check>>;

const flag: Check = (value) =>
  value === undefined || typeof value === "boolean" ? undefined : "true or false";
const count = (least: number): Check => (value) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= least
    ? undefined
    : `a whole number of at least ${least}`;
const task: Check = (value) => value === undefined || typeof value === "function" ? undefined : "a function";
const time: Check = (value) => {
  try {
    milliseconds(value as string, "");
    return undefined;
  } catch {
    return 'a time: milliseconds, or a text such as "90s" or "5m"';
  }
};
const has = (value: unknown, ...methods: readonly string[]) =>
  typeof value === "object" && value !== null &&
  methods.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
const signal: Check = (value) =>
  value === undefined || has(value, "addEventListener", "throwIfAborted") ? undefined : "an AbortSignal";
const journal: Check = (value) =>
  value === undefined || has(value, "planned", "before", "after", "ended")
    ? undefined
    : "a journal, such as fileJournal() gives";
const handles: Check = (value) =>
  value === undefined || Array.isArray(value) && value.every((one) => has(one, "endpoint"))
    ? undefined
    : "a list of handles, such as [dc()]";

/** Of `run()`: each option, and no other. */
export const RUN: Checks & Readonly<Record<keyof RunOptions, Check>> = {
  yes: flag,
  max: count(LEAST.max),
  expect: count(LEAST.expect),
  confirm: task,
  again: flag,
  throwOnError: flag,
  signal,
  timeout: time,
  on: task,
  view: flag,
  journal,
};
/** The options of `plan()`. */
export const PLAN: Checks = { signal: RUN.signal, timeout: RUN.timeout };
/** The options of a wait. */
export const WAIT: Checks = { timeout: time, every: time };
/** The options of `barrier()`. */
export const BARRIER: Checks = {
  ifFailed: (value) => value === "hold" || value === "continue" ? undefined : '"hold" or "continue"',
};
const { again: _again, journal: _journal, ...rest } = RUN;
/** The options of `resume()`. */
export const RESUME: Checks = { ...rest, handles };

/**
 * Refuses options that are unknown or have the wrong type.
 *
 * @param what What the options belong to: `run()`.
 * @throws {MusterError}
 */
export function checkOptions(what: string, options: unknown, checks: Checks): void {
  const proto = typeof options === "object" && options !== null ? Object.getPrototypeOf(options) : undefined;
  if (proto !== Object.prototype && proto !== null) {
    throw new MusterError(
      `Cannot use ${shown(options)} as the options of ${what}: it is not an object. Write { ${
        Object.keys(checks)[0]
      }: … }.`,
    );
  }
  for (const [name, value] of Object.entries(options as object)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) {
      throw new MusterError(
        `Cannot use ${name} as an option of ${what}: this option does not exist; ${
          suggest(name, Object.keys(checks))
        }`,
      );
    }
    const wrong = check(value);
    if (wrong !== undefined) {
      throw new MusterError(`Cannot use ${shown(value)} as ${name} of ${what}: it is not ${wrong}.`);
    }
  }
}

/** The options of a command, for all its runs. An undefined option was not given. */
const SESSION = {
  planOnly: flag,
  debug: flag,
  concurrency: count(1),
  yes: RUN.yes,
  max: RUN.max,
  expect: RUN.expect,
  timeout: RUN.timeout,
  signal: RUN.signal,
} satisfies Partial<Record<keyof SessionRules, Check>>;

/** Refuses an option of a command that has the wrong type. */
export function checkSession(session: object): void {
  const said = Object.entries(session).filter(([name, value]) =>
    value !== undefined && Object.hasOwn(SESSION, name)
  );
  checkOptions("the command", Object.fromEntries(said), SESSION);
}

/**
 * Refuses arguments that a function would ignore.
 *
 * @param functions The functions that use them: the request of an action, and those that check or label it. `skips` is
 * how many first parameters of each are filled in otherwise.
 */
export function checkUsed(
  what: string,
  args: readonly unknown[],
  functions: readonly { takes: ((...args: never[]) => unknown) | undefined; skips: number }[],
): void {
  const counts = (count: (takes: (...args: never[]) => unknown) => number) =>
    Math.max(0, ...functions.map(({ takes, skips }) => takes ? count(takes) - skips : 0));
  if (args.length > counts((takes) => takes.length)) refuseMore(what, args, counts(parameterCount));
}

/** A value, for a message. */
function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 37)}…` : value);
    case "function":
      return "a function";
    case "object":
      return value === null
        ? "null"
        : Array.isArray(value)
        ? `a list ${JSON.stringify(value).slice(0, 40)}`
        : `an object ${value.constructor?.name ?? ""}`.trim();
    default:
      return String(value);
  }
}
