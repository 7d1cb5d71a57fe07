/**
 * Quoting for the remote shell.
 *
 * @module
 */
import { SshError } from "../engine/errors.ts";

/**
 * Quotes words so that a POSIX shell reads them unchanged, whatever they contain: `quote("rm", file)`.
 *
 * @param words Joined by spaces, each quoted if necessary.
 * @throws {SshError} for a NUL character, which no argument can contain.
 */
export function shellQuote(...words: readonly (string | number)[]): string {
  return words.map((word) => {
    const text = String(word);
    if (text.includes("\0")) throw new SshError("Cannot quote an argument: it contains a NUL character.");
    return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
  }).join(" ");
}

/**
 * Shell commands that set environment variables, because `sshd` silently refuses most of those that are sent by the
 * protocol.
 *
 * @throws {SshError} for an invalid name.
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
