/**
 * What `muster run` and `muster plan` have in common: finding a task, and reading what it is given.
 *
 * @module
 */
import { wireDefaults } from "../view/defaults.ts";
import { type Arguments, readArguments } from "./arguments.ts";
import type { Rules } from "./do_work.ts";
import { findTask, type FoundTask } from "./find_tasks.ts";
import type { Io } from "./io.ts";
import { optionLines, type Options, readOptions, refuseMistakes } from "./options.ts";
import { UsageError } from "./outcome.ts";
import { rulesOf, useProfile } from "./rules.ts";
import { permitted, type Task } from "./task.ts";
import { optionsOf, taskHelp } from "./task_help.ts";

/** A task that is ready to be done. */
export interface Ready {
  readonly work: () => unknown;
  readonly rules: Rules;
  /** The command's own options. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Reads the command line of a command that does a task; undefined when it only wanted help. */
export async function readyTask(
  command: string,
  about: string,
  typed: readonly string[],
  options: Options,
  io: Io,
): Promise<Ready | undefined> {
  const mistakes: string[] = [];
  const before = readOptions(typed, options, mistakes, 1);
  const [name] = before.words;
  if (name === undefined) {
    if (before.values.help) {
      io.out([
        `muster ${command}: ${about}`,
        "",
        `Usage: muster ${command} <task> [--option=value …]`,
        "A task is a name in tasks/, one that comes with muster (see muster tasks), a file, or a URL.",
        "",
        ...optionLines(options),
        "",
        "Example:",
        `  muster ${command} cull --type=test`,
        "",
      ].join("\n"));
      return undefined;
    }
    refuseMistakes(command, mistakes);
    throw new UsageError(`Cannot ${command} a task as none is named; muster tasks lists them`, command);
  }
  wireDefaults();
  return readyFound(command, await findTask(name), before, options, io, mistakes);
}

/** Reads what a task that has been found is given; undefined when only its help was wanted. */
export function readyFound(
  command: string,
  found: FoundTask,
  before: { readonly values: Readonly<Record<string, unknown>>; readonly rest: readonly string[] },
  options: Options,
  io: Io,
  mistakes: string[] = [],
): Ready | undefined {
  const own = optionsOf(found);
  const after = readOptions(before.rest, { ...options, ...own }, mistakes);
  const values: Record<string, unknown> = { ...before.values, ...after.values };
  if (values.help) {
    io.out(taskHelp(command, found, options));
    return undefined;
  }
  const first = Object.keys(own)[0];
  for (const word of after.words) {
    mistakes.push(`${JSON.stringify(word)} is no option${first ? `; did you mean --${first}=${word}?` : ""}`);
  }
  const { profile, ...rules } = rulesOf(values as never, mistakes);
  const args: Arguments = found.task.args;
  const given = Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(own, key)));
  const read = readArguments(args, given, permitted, mistakes);
  refuseMistakes(`${command} ${found.name}`, mistakes);
  useProfile(profile);
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
