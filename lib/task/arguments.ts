/**
 * The arguments of a task: declared once, typed from the declaration, and checked together.
 *
 * @module
 */
import { milliseconds } from "../engine/time/duration.ts";
import { keepSecret, SHORTEST_SECRET } from "../engine/text/secrets.ts";
import { TaskError } from "../engine/errors.ts";
import { suggest } from "../engine/select/did_you_mean.ts";

/**
 * The properties of every argument of a task.
 *
 * @example
 * ```ts
 * import { type ArgumentFacts, task } from "@muster/muster";
 *
 * const facts: ArgumentFacts<string> = { description: "Value of the tag", required: true, env: "CULL_TYPE" };
 * console.log(task({ description: "Cull", args: { type: { type: "string", ...facts } }, run: () => {} }).description);
 * ```
 */
export interface ArgumentFacts<Value> {
  /** One line for `--help`. */
  readonly description?: string;
  /** Whether it is required, from the command line or its variable. Default false. */
  readonly required?: boolean;
  /** The value if none is given. */
  readonly default?: Value;
  /** The environment variable to use if the command line does not have it. */
  readonly env?: string;
  /** Whether it is never shown, and not kept in a journal. Default false. */
  readonly secret?: boolean;
}

/**
 * One argument of a task.
 *
 * @example
 * ```ts
 * import { type Argument, task } from "@muster/muster";
 *
 * const type: Argument = { type: "string", required: true, description: "Value of the tag", pattern: /^\w+$/ };
 * const older: Argument = { type: "duration", default: "30d" };
 * console.log(Object.keys(task({ description: "Cull", args: { type, older }, run: () => {} }).args));
 * ```
 */
export type Argument =
  | ArgumentFacts<string> & { readonly type: "string"; readonly pattern?: RegExp }
  | ArgumentFacts<number> & {
    readonly type: "number";
    readonly min?: number;
    readonly max?: number;
    readonly whole?: boolean;
  }
  | ArgumentFacts<boolean> & { readonly type: "boolean" }
  /** A time such as `90s`; the task gets milliseconds. */
  | ArgumentFacts<number | string> & { readonly type: "duration" }
  | ArgumentFacts<string> & { readonly type: "choice"; readonly choices: readonly string[] }
  /** Several texts: `--name=a,b`, or `--name` repeated. */
  | ArgumentFacts<readonly string[]> & { readonly type: "list" }
  /** `--tags owner=ops,type=test`, or repeated. */
  | ArgumentFacts<Readonly<Record<string, string>>> & { readonly type: "tags" };

/**
 * The arguments of a task, by name.
 *
 * @example
 * ```ts
 * import type { Arguments } from "@muster/muster";
 *
 * const args: Arguments = {
 *   type: { type: "string", required: true, env: "CULL_TYPE", description: "Value of the tag" },
 *   tags: { type: "tags" },
 * };
 * console.log(Object.keys(args));
 * ```
 */
export type Arguments = Readonly<Record<string, Argument>>;

/**
 * The type of one argument's value.
 *
 * @internal
 */
type ValueOf<A extends Argument> = A extends { type: "choice"; choices: readonly (infer C)[] } ? C
  : A extends { type: "string" } ? string
  : A extends { type: "number" | "duration" } ? number
  : A extends { type: "boolean" } ? boolean
  : A extends { type: "list" } ? string[]
  : A extends { type: "tags" } ? Record<string, string>
  : never;

/**
 * Whether an argument is always there.
 *
 * @internal
 */
type IsThere<A> = A extends { required: true } | { type: "boolean" | "list" | "tags" } ? true
  : A extends { default: infer D } ? (D extends undefined ? false : true)
  : false;

/**
 * The values that a task gets. Every argument that is required or has a default is present.
 *
 * @example
 * ```ts
 * import { type ArgumentValues, dc, task } from "@muster/muster";
 *
 * const args = { dc: { type: "string", default: "sim" }, tags: { type: "tags" } } as const;
 * const count = ({ dc: where, tags }: ArgumentValues<typeof args>) => dc(where).machines(tags).count();
 * console.log(await task({ description: "Count machines", args, run: count })({ tags: { type: "web" } }));
 * ```
 */
export type Values<A extends Arguments> = {
  readonly [Name in keyof A]: IsThere<A[Name]> extends true ? ValueOf<A[Name]> : ValueOf<A[Name]> | undefined;
};

/**
 * The values that a caller can pass for one argument.
 *
 * @internal
 */
type Loose<A extends Argument> = A extends { type: "duration" } ? number | string
  : A extends { type: "list" } ? readonly string[]
  : ValueOf<A>;

/**
 * The values that a caller passes: the required ones, and any others.
 *
 * @example
 * ```ts
 * import { type Given, task } from "@muster/muster";
 *
 * const args = { type: { type: "string", required: true }, least: { type: "number", default: 2 } } as const;
 * const given: Given<typeof args> = { type: "test" }; // least may be left out
 * const count = task({ description: "Count", args, run: ({ type, least }) => `${type}, at least ${least}` });
 * console.log(count(given));
 * ```
 */
export type Given<A extends Arguments> =
  & { readonly [Name in keyof A as A[Name] extends { required: true } ? Name : never]: Loose<A[Name]> }
  & { readonly [Name in keyof A]?: Loose<A[Name]> | undefined };

/** The options of every command. A task cannot declare one of these. */
export const RESERVED = new Set(
  "plan yes max expect concurrency timeout json quiet debug color profile help save journal version".split(
    " ",
  ),
);

/** `--dry-run` as the declared name: `dryRun`. */
export const camel = (name: string) =>
  name.replace(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
/** `dryRun` as it is typed: `dry-run`. */
export const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Checks a declaration.
 *
 * @throws {TaskError} when it contradicts itself.
 */
export function checkDeclaration(args: Arguments): void {
  for (const [name, arg] of Object.entries(args)) {
    const refuse = (why: string) => new TaskError(`Cannot declare the argument ${name}: ${why}`);
    if (!/^[a-z][A-Za-z0-9]*$/.test(name)) throw refuse("its name is not a word such as imageName");
    if (RESERVED.has(name)) {
      throw refuse(`every task already has the option --${kebab(name)}. Choose another name`);
    }
    if (!(arg.type in READERS)) {
      throw refuse(`${JSON.stringify(arg.type)} is not a type. The types are ${Object.keys(READERS)}`);
    }
    if (arg.required && arg.default !== undefined) throw refuse("it is required and has a default");
    if (arg.secret && arg.default !== undefined) throw refuse("a secret cannot have a default. Use env");
    if (arg.type === "choice" && arg.choices.length === 0) throw refuse("there is nothing to choose from");
    if (arg.default !== undefined) {
      const problem = READERS[arg.type]!(arg as never, arg.default);
      if ("problem" in problem) throw refuse(`its default ${problem.problem}`);
    }
  }
}

type Read = { value: unknown } | { problem: string };

const list = (given: unknown): string[] =>
  (Array.isArray(given) ? given : [given]).flatMap((one) => String(one).split(",")).map((one) => one.trim())
    .filter((one) => one !== "");

const READERS: Record<string, (arg: never, given: unknown) => Read> = {
  string(arg: { pattern?: RegExp }, given) {
    if (typeof given !== "string") return { problem: "is not a text" };
    if (given === "") return { problem: "is empty" };
    if (arg.pattern && !new RegExp(arg.pattern.source, arg.pattern.flags.replace(/[gy]/g, "")).test(given)) {
      return { problem: `does not match ${arg.pattern}` };
    }
    return { value: given };
  },
  number(arg: { min?: number; max?: number; whole?: boolean }, given) {
    const value = typeof given === "string" && given.trim() !== "" ? Number(given) : given;
    if (typeof value !== "number" || !Number.isFinite(value)) return { problem: "is not a number" };
    if (arg.whole && !Number.isInteger(value)) return { problem: "is not a whole number" };
    if (arg.min !== undefined && value < arg.min) return { problem: `is below ${arg.min}` };
    if (arg.max !== undefined && value > arg.max) return { problem: `is above ${arg.max}` };
    return { value };
  },
  boolean(_arg, given) {
    if (typeof given === "boolean") return { value: given };
    const word = String(given).toLowerCase();
    if (["true", "yes", "on", "1"].includes(word)) return { value: true };
    if (["false", "no", "off", "0"].includes(word)) return { value: false };
    return { problem: "is neither true nor false" };
  },
  duration(_arg, given) {
    try {
      return { value: milliseconds(given as string, "it") };
    } catch {
      return { problem: `is not a time such as 90s, 5m or 1h30m` };
    }
  },
  choice(arg: { choices: readonly string[] }, given) {
    if (arg.choices.includes(given as string)) return { value: given };
    return { problem: `is not one of the choices; ${suggest(String(given), arg.choices)}` };
  },
  list: (_arg, given) => ({ value: list(given) }),
  tags(_arg, given) {
    if (typeof given === "object" && given !== null && !Array.isArray(given)) return { value: { ...given } };
    const pairs = list(given).map((
      pair,
    ) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1), pair]);
    const bad = pairs.find(([key, value, pair]) => !pair!.includes("=") || key === "" || value === "");
    if (bad) return { problem: `has a tag that is not key=value: ${bad[2]}` };
    return { value: Object.fromEntries(pairs.map(([key, value]) => [key, value])) };
  },
};

/** A variable's value; undefined if it is not set or may not be read. */
export type VariableLookup = (variable: string) => string | undefined;

/**
 * The values for a task, from what was typed or passed. All mistakes are found, not only the first.
 *
 * @param mistakes Receives the mistakes, each as a sentence without a period.
 */
export function readArguments(
  args: Arguments,
  given: Readonly<Record<string, unknown>>,
  env: VariableLookup,
  mistakes: string[],
): { values: Record<string, unknown>; secrets: string[] } {
  const values: Record<string, unknown> = {};
  const secrets: string[] = [];
  for (const name of Object.keys(given)) {
    if (given[name] === undefined || Object.hasOwn(args, name)) continue;
    const words = Object.keys(args).map(kebab);
    mistakes.push(`there is no option --${kebab(name)}; ${suggest(kebab(name), words, "--")}`);
  }
  for (const [name, arg] of Object.entries(args)) {
    const fromEnv = given[name] === undefined && arg.env !== undefined ? env(arg.env) : undefined;
    const raw = given[name] ?? fromEnv;
    if (raw === undefined) {
      if (arg.required) {
        mistakes.push(
          `--${kebab(name)} is missing${arg.env ? ` (or ${arg.env})` : ""}${
            arg.description
              ? `: ${arg.description.replace(/^[A-Z](?![A-Z])/, (one) => one.toLowerCase())}`
              : ""
          }`,
        );
      } else values[name] = blank(arg);
      continue;
    }
    const read = READERS[arg.type]!(arg as never, raw);
    if (arg.secret) {
      const parts = [...new Set([...leaves(raw), ...("value" in read ? leaves(read.value) : [])])];
      keepSecret(...parts);
      secrets.push(...parts.filter((part) => part.length >= SHORTEST_SECRET));
      if (parts.some((part) => part !== "" && part.length < SHORTEST_SECRET)) {
        mistakes.push(
          `${
            fromEnv === undefined ? `--${kebab(name)}` : arg.env
          } is a secret of fewer than ${SHORTEST_SECRET} ` +
            "characters. Secrets that short cannot be kept out of the output",
        );
        continue;
      }
    }
    if ("value" in read) values[name] = read.value;
    else {
      const shown = arg.secret ? "…" : JSON.stringify(raw);
      mistakes.push(`${fromEnv === undefined ? `--${kebab(name)}` : arg.env} ${read.problem}: ${shown}`);
    }
  }
  return { values, secrets };
}

/** The strings and numbers in a value. */
function leaves(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [];
}

/** The value of an argument that was not given. */
function blank(arg: Argument): unknown {
  if (arg.default !== undefined) {
    const read = READERS[arg.type]!(arg as never, arg.default);
    return "value" in read ? read.value : undefined;
  }
  return arg.type === "boolean" ? false : arg.type === "list" ? [] : arg.type === "tags" ? {} : undefined;
}
