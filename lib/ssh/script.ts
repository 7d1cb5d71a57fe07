/**
 * Runs scripts: a text for an interpreter on the other side.
 *
 * @module
 */
import type { SshRunOptions } from "./command.ts";
import { exportsOf, shellQuote } from "./shell_quote.ts";

/** Options of a script. */
export interface ScriptOptions extends Omit<SshRunOptions, "stdin"> {
  /** The interpreter, perhaps with arguments: `bash -eu`. Default `sh`. */
  interpreter?: string | undefined;
  /** The script's arguments: `$1` and so on. */
  args?: readonly (string | number)[] | undefined;
}

/** The command that runs a script, and its standard input. */
export function scriptCommand(
  text: string,
  options: ScriptOptions,
): { command: string; stdin: string; rest: SshRunOptions } {
  const { interpreter = "sh", args = [], env, ...rest } = options;
  const shell = /^(\S*\/)?(a|ba|da|k|mk|z)?sh(\s|$)/.test(interpreter);
  const words = args.length === 0 ? "" : ` ${shellQuote(...args)}`;
  // A shell reads its script from standard input with -s, other interpreters with `-`.
  const command = `${interpreter} ${shell ? "-s --" : "-"}${words}`;
  if (!shell || !env) return { command, stdin: text, rest: env ? { ...rest, env } : rest };
  // Within the script the process list does not show them.
  return { command, stdin: `${exportsOf(env)}\n${text}`, rest };
}
