/**
 * Reads the arguments of a task from the command line.
 *
 * @module
 */
import { type Arguments, kebab, readArguments } from "../../task/arguments.ts";
import type { Rules } from "../runs/do_work.ts";
import type { FoundTask } from "./find_tasks.ts";
import type { Io } from "../io.ts";
import { type Options, readOptions, refuseMistakes } from "../options.ts";
import { rulesOf, useOptions } from "../runs/rules.ts";
import { permittedVariable } from "../../platform/permissions.ts";
import type { Task } from "../../task/task.ts";
import { optionsOf, taskHelp } from "./task_help.ts";

/** A task that is ready to run. */
export interface Ready {
  readonly work: () => unknown;
  readonly rules: Rules;
  /** The command's own options. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Reads the arguments of a task. Undefined if only its help was wanted. */
export function readTaskArguments(
  command: string,
  found: FoundTask,
  before: { readonly values: Readonly<Record<string, unknown>>; readonly rest: readonly string[] },
  options: Options,
  io: Io,
  mistakes: string[] = [],
): Ready | undefined {
  const own = optionsOf(found);
  const after = readOptions(before.rest, { ...own, ...options }, mistakes);
  const values: Record<string, unknown> = { ...before.values, ...after.values };
  if (values.help) {
    io.out(taskHelp(command, found, options));
    return undefined;
  }
  const first = Object.keys(own)[0];
  // A stray word may be the secret whose option was forgotten.
  const sealed = Object.values(found.task.args as Arguments).some((arg) => arg.secret);
  for (const word of after.words) {
    if (sealed) mistakes.push("a word stands by itself, and is not an option");
    else {
      mistakes.push(
        `${JSON.stringify(word)} is not an option${first ? `; did you mean --${first}=${word}?` : ""}`,
      );
    }
  }
  const { profile, color, ...rules } = rulesOf(values as never, mistakes);
  const args: Arguments = found.task.args;
  const wrong: string[] = [];
  const given = Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(own, key)));
  const read = readArguments(args, given, permittedVariable, wrong);
  // A missing value of these was already reported.
  const told = [...after.valueless].map((name) => `--${kebab(name)} is missing`);
  mistakes.push(...wrong.filter((one) => !told.some((start) => one.startsWith(start))));
  refuseMistakes(`${command} ${found.name}`, mistakes);
  useOptions({ profile, color });
  const shown = Object.fromEntries(
    Object.entries(read.values).filter(([key, value]) => !args[key]!.secret && value !== undefined),
  );
  return {
    work: () => (found.task as Task)(read.values as never),
    rules: {
      ...rules,
      about: { task: found.name, source: found.source, args: shown },
      secrets: new Set(read.secrets),
    },
    values,
  };
}
