/**
 * Help of commands without a task, and reading their options.
 *
 * @module
 */
import type { Io } from "../io.ts";
import type { Command } from "../command.ts";
import { optionLines, type Options, readOptions, refuseMistakes, type TypedOptions } from "../options.ts";

/**
 * Reads a command's options. Undefined if only help was wanted, which is then printed.
 *
 * @param check Adds further mistakes.
 */
export function readCommand(
  command: Pick<Command, "usage" | "about">,
  typed: readonly string[],
  options: Options,
  example: string,
  io: Io,
  check: (typed: TypedOptions, mistakes: string[]) => void = noWords,
): TypedOptions | undefined {
  const mistakes: string[] = [];
  const read = readOptions(typed, options, mistakes);
  if (read.values.help) {
    io.out([
      `muster ${command.usage.split(" ")[0]}: ${command.about}`,
      "",
      `Usage: muster ${command.usage}`,
      "",
      ...optionLines(options),
      "",
      "Example:",
      ...example.split("\n").map((line) => `  ${line}`),
      "",
    ].join("\n"));
    return undefined;
  }
  check(read, mistakes);
  refuseMistakes(command.usage.split(" ")[0]!, mistakes);
  return read;
}

/** For commands that accept only options. */
export function noWords({ words }: TypedOptions, mistakes: string[]): void {
  for (const word of words) mistakes.push(`it does not take ${JSON.stringify(word)}`);
}
