/**
 * What `muster run` and `muster plan` share: finding the named task.
 *
 * @module
 */
import { wireDefaults } from "../../view/defaults.ts";
import { findTask } from "./find_tasks.ts";
import type { Io } from "../io.ts";
import { optionLines, type Options, readOptions, refuseMistakes } from "../options.ts";
import { UsageError } from "../exit_codes.ts";
import { readTaskArguments, type Ready } from "./read_task_arguments.ts";

/** Reads the command line of a command with a task. Undefined if only help was wanted. */
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
  if (name === undefined || name === "") {
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
    throw new UsageError(`Cannot ${command} a task: no task is named. \`muster tasks\` lists them.`, command);
  }
  wireDefaults();
  return readTaskArguments(command, await findTask(name), before, options, io, mistakes);
}
