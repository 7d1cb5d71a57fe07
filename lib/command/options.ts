/**
 * The command line's options, and how they are read.
 *
 * Written here instead of using a library, because options of tasks are known only when their file is loaded, because
 * every mistake is reported at once with a suggestion, and because `node:util` would add 9 ms to every start.
 *
 * @module
 */
import { DEFAULT_MAX } from "../engine/plan/consent/consent_options.ts";
import { CONCURRENCY } from "../engine/rate/limiter.ts";
import { milliseconds } from "../engine/time/duration.ts";
import { camel, kebab } from "../task/arguments.ts";
import { suggest } from "../engine/select/did_you_mean.ts";
import { UsageError } from "./exit_codes.ts";

/** One option. */
export interface Option {
  /** A flag has no value; `many` may be repeated. */
  readonly kind: "flag" | "value" | "many";
  readonly short?: string;
  /** Whether the flag is on unless `--no-…` is typed. It is listed like that. */
  readonly on?: true;
  /** The possible values, if they are known. */
  readonly choices?: readonly string[];
  /** A placeholder for the value in `--help`: `N`. */
  readonly value?: string;
  readonly about: string;
}

/** Options by name. */
export type Options = Readonly<Record<string, Option>>;

/** The options of every command. */
export const COMMON: Options = {
  profile: { kind: "value", short: "p", value: "NAME", about: "the profile dc() uses" },
  json: { kind: "flag", short: "j", about: "newline-delimited JSON on stdout" },
  quiet: { kind: "flag", short: "q", about: "nothing but errors" },
  debug: { kind: "flag", about: "echo each request on stderr" },
  color: { kind: "flag", on: true, about: "no colours; so does NO_COLOR" },
  help: { kind: "flag", short: "h", about: "this text" },
};

/** The option of commands that use the user's own files. */
export const API: Option = {
  kind: "many",
  value: "FILE",
  about: "load a file that makes an API with api(), and use it",
};

/** The options of commands that list. */
export const LISTING: Options = {
  json: COMMON.json!,
  quiet: { kind: "flag", short: "q", about: "nothing but results and errors" },
  color: COMMON.color!,
  help: COMMON.help!,
};

/** The options of commands that run chains. */
export const RUNNING: Options = {
  plan: { kind: "flag", about: "only say what would be done" },
  yes: { kind: "flag", short: "y", about: "destroy without asking" },
  max: {
    kind: "value",
    value: "N",
    about: `destroy up to N members without asking (default ${DEFAULT_MAX})`,
  },
  expect: { kind: "value", value: "N", about: "do nothing unless there are exactly N members" },
  concurrency: { kind: "value", value: "N", about: `requests under way at most (default ${CONCURRENCY})` },
  timeout: { kind: "value", value: "TIME", about: "stop after a time such as 30m, planning included" },
  journal: { kind: "flag", on: true, about: "no journal: such a run cannot be resumed" },
};

/** An option as it is typed, without its value: `--no-color`. */
export const typedName = (name: string, { on }: Option): string => `--${on ? "no-" : ""}${kebab(name)}`;

/** The parsed command line. */
export interface TypedOptions {
  /** By name; flags are true or false. */
  readonly values: Record<string, string | boolean | string[]>;
  /** The words that are not options. */
  readonly words: string[];
  /** Options without a value, which was already reported. */
  readonly valueless: ReadonlySet<string>;
}

/**
 * Parses options and words.
 *
 * @param mistakes Receives the mistakes, each as a sentence.
 * @param upTo Stops after this many words; the rest is in `rest`.
 */
export function readOptions(
  typed: readonly string[],
  options: Options,
  mistakes: string[],
  upTo = Infinity,
): TypedOptions & { rest: string[] } {
  const values: TypedOptions["values"] = {};
  const words: string[] = [];
  const valueless = new Set<string>();
  const names = Object.keys(options);
  let at = 0;
  const take = (name: string, inline: string | undefined, shown: string) => {
    const negated = !Object.hasOwn(options, name) && /^no[A-Z]/.test(name);
    const base = negated ? name[2]!.toLowerCase() + name.slice(3) : name;
    const option = Object.hasOwn(options, base) ? options[base] : undefined;
    if (!option || (negated && option.kind !== "flag")) {
      const typedNames = Object.entries(options).map(([one, each]) => typedName(one, each).slice(2));
      mistakes.push(`there is no option ${shown}; ${suggest(kebab(name), typedNames, "--")}`);
      return;
    }
    if (option.kind === "flag") {
      if (inline === undefined) values[base] = !negated;
      else if (/^(true|false)$/.test(inline)) values[base] = inline === "true";
      else mistakes.push(`${shown} takes no value: ${inline}`);
      return;
    }
    const next = typed[at + 1];
    let value = inline;
    // A value that looks like an option usually means that the value was forgotten; a negative number is a value.
    if (value === undefined && next !== undefined && (!next.startsWith("-") || /^-\d/.test(next))) {
      value = next;
      at++;
    }
    if (value === undefined) {
      valueless.add(base);
      mistakes.push(`${shown} needs a value: ${shown}=${option.value ?? "VALUE"}`);
    } else if (value === "" && option.kind === "value") {
      valueless.add(base);
      mistakes.push(`${shown} is empty: ${shown}=${option.value || "VALUE"}`);
    } else if (option.kind === "many") ((values[base] ??= []) as string[]).push(value);
    else if (base in values) mistakes.push(`${shown} is given twice`);
    else values[base] = value;
  };
  for (; at < typed.length && words.length < upTo; at++) {
    const word = typed[at]!;
    if (word === "--") {
      words.push(...typed.slice(at + 1));
      at = typed.length;
    } else if (word.startsWith("--")) {
      const [, name, inline] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word)!;
      take(camel(name!), inline, `--${name}`);
    } else if (/^-[A-Za-z]/.test(word)) {
      const letter = word[1]!;
      const found = names.find((name) => options[name]!.short === letter);
      if (found === undefined) mistakes.push(`there is no option -${letter}`);
      else if (word.length > 2 && options[found]!.kind === "flag") {
        for (const one of word.slice(1)) {
          const flag = names.find((name) => options[name]!.short === one && options[name]!.kind === "flag");
          if (flag) values[flag] = true;
          else mistakes.push(`there is no option -${one}`);
        }
      } else take(found, word.length > 2 ? word.slice(2).replace(/^=/, "") : undefined, `-${letter}`);
    } else words.push(word);
  }
  return { values, words, valueless, rest: typed.slice(at) };
}

/** A whole number; a mistake is added to the list. */
export function count(value: unknown, name: string, least: number, mistakes: string[]): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(String(value)) ? Number(value) : NaN;
  if (number >= least && Number.isSafeInteger(number)) return number;
  mistakes.push(`--${name} must be a whole number of at least ${least}: ${value}`);
  return undefined;
}

/** A time in milliseconds; a mistake is added to the list. */
export function time(value: unknown, name: string, mistakes: string[]): number | undefined {
  if (value === undefined) return undefined;
  try {
    return milliseconds(value as string, `--${name}`);
  } catch {
    mistakes.push(`--${name} must be a time such as 90s or 5m: ${value}`);
    return undefined;
  }
}

/** What the commands do whose names are not verbs. */
const DOING: Readonly<Record<string, string>> = {
  tasks: "list the tasks",
  apply: "apply a plan",
  do: "do this",
  ls: "list this",
  ssh: "log in",
  history: "list past runs",
  profiles: "list the profiles",
  sim: "serve a simulated datacenter",
  completions: "print completions",
};

/**
 * Throws all mistakes as one error.
 *
 * @param help The command whose `--help` shows more; empty for a script.
 */
export function refuseMistakes(command: string, mistakes: readonly string[], help = command): void {
  if (mistakes.length === 0) return;
  const [first, ...more] = mistakes;
  const what = DOING[command] ?? command;
  throw new UsageError(
    more.length === 0
      ? `Cannot ${what}: ${first}`
      : `Cannot ${what}: ${mistakes.length} things are wrong:\n${
        mistakes.map((one) => `  ${one}`).join("\n")
      }`,
    help,
  );
}

/** Options as lines for `--help`. */
export function optionLines(options: Options): string[] {
  const rows = Object.entries(options).map(([name, option]) => {
    const value = option.kind === "flag" ? "" : `=${option.value ?? "VALUE"}`;
    return [
      `  ${option.short ? `-${option.short}, ` : "    "}${typedName(name, option)}${value}`,
      option.about,
    ] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, about]) => `${left.padEnd(width)}  ${about}`.trimEnd());
}
