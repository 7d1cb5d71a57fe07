/** Asks for a passphrase on the terminal, without showing it. @module */
import { guarded, oneLine } from "../../engine/text/visible.ts";
import { CredentialsError } from "../../engine/errors.ts";

/** What a terminal must be able to do; the process's own unless a test brings another. */
export interface Terminal {
  /** Whether somebody can read a question and type an answer. */
  present(): boolean;
  raw(on: boolean): void;
  read(buffer: Uint8Array): Promise<number | null>;
  write(text: string): void;
}

/** Reads stdin, writes stderr: stdout is for results. */
export const processTerminal: Terminal = {
  present: () => Deno.stdin.isTerminal() && Deno.stderr.isTerminal(),
  raw: (on) => Deno.stdin.setRaw(on),
  read: (buffer) => Deno.stdin.read(buffer),
  write: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(guarded(text))),
};

const [CTRL_C, CTRL_D, BACKSPACE, CTRL_U, DELETE] = [3, 4, 8, 21, 127];

/**
 * What was typed until Enter. The terminal is as before afterwards, whatever happens.
 *
 * @throws {CredentialsError} on Ctrl-C, Ctrl-D on an empty line, or when the terminal goes away.
 */
export async function askHidden(question: string, terminal: Terminal): Promise<string> {
  const buffer = new Uint8Array(1024);
  let typed: number[] = [];
  // Before the question, so that not even a fast typist's first letter shows.
  terminal.raw(true);
  try {
    terminal.write(oneLine(question));
    while (true) {
      const count = await terminal.read(buffer);
      if (count === null) {
        throw new CredentialsError("Cannot ask for the passphrase: the terminal was closed.");
      }
      // Cursor keys and the marks around pasted text are no part of a passphrase.
      const escape = new RegExp("\x1b(\\[[0-9;?]*[A-Za-z~]|O.)", "g");
      const text = [...buffer.subarray(0, count)].map((byte) => String.fromCharCode(byte)).join("").replace(
        escape,
        "",
      );
      for (const char of text) {
        const byte = char.charCodeAt(0);
        if (byte === 13 || byte === 10) return new TextDecoder().decode(new Uint8Array(typed));
        if (byte === CTRL_C || (byte === CTRL_D && typed.length === 0)) {
          throw new CredentialsError(
            "Cannot use the private key: the question for its passphrase was cancelled.",
          );
        }
        if (byte === BACKSPACE || byte === DELETE) typed = withoutLast(typed);
        else if (byte === CTRL_U) typed = [];
        else if (byte >= 32) typed.push(byte);
      }
    }
  } finally {
    terminal.raw(false);
    terminal.write("\n");
  }
}

/** One character less, which in UTF-8 may be several bytes. */
function withoutLast(bytes: number[]): number[] {
  let end = bytes.length - 1;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.slice(0, Math.max(end, 0));
}
