/**
 * Quoting for the remote shell.
 *
 * @module
 */
import { SshError } from "../engine/errors.ts";

/**
 * Makes words that a POSIX shell reads back unchanged, whatever is in them: `quote("rm", file)`.
 *
 * @param words Joined by spaces, each quoted where it has to be.
 * @throws {SshError} for a NUL character, which no argument can hold.
 */
export function shellQuote(...words: readonly (string | number)[]): string {
  return words.map((word) => {
    const text = String(word);
    if (text.includes("\0")) throw new SshError("Cannot quote an argument: it contains a NUL character.");
    return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
  }).join(" ");
}

/**
 * Shell commands that set environment variables, as `sshd` refuses most of those sent the protocol's way and
 * does not say so.
 *
 * @throws {SshError} for a name that is not one.
 */
export function exportsOf(env: Readonly<Record<string, string>>): string {
  return Object.entries(env).map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new SshError(
        `Cannot set an environment variable: ${JSON.stringify(name)} is not a variable name.`,
      );
    }
    return `export ${name}=${shellQuote(value)}; `;
  }).join("");
}
