/**
 * The type of a command.
 *
 * @module
 */
import type { Io } from "./io.ts";
import type { Options } from "./options.ts";

/** A command of the command line. */
export interface Command {
  /** `run <task> [--option=value …]` */
  readonly usage: string;
  readonly about: string;
  readonly options: Options;
  /**
   * Runs the command, or prints its help; resolves to the exit code.
   *
   * @param commands All commands, for the completions.
   */
  run(typed: string[], io: Io, commands: Commands): Promise<number>;
}

/** Commands by name: one line about each, and how to load it. */
export type Commands = Readonly<
  Record<string, { readonly about: string; readonly load: () => Promise<{ readonly command: Command }> }>
>;
