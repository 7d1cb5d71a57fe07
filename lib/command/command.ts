/**
 * What a command of the command line is.
 *
 * @module
 */
import type { Io } from "./io.ts";
import type { Options } from "./options.ts";

/** What a command is. */
export interface Command {
  /** `run <task> [--option=value …]` */
  readonly usage: string;
  readonly about: string;
  readonly options: Options;
  /**
   * Prints its help when asked; resolves to the exit code.
   *
   * @param commands All of them, for what completes them.
   */
  run(typed: string[], io: Io, commands: Commands): Promise<number>;
}

/** Commands by name: one line about each, and how it is loaded. */
export type Commands = Readonly<
  Record<string, { readonly about: string; readonly load: () => Promise<{ readonly command: Command }> }>
>;
