/**
 * Asking somebody at a terminal for a password, without showing it.
 *
 * @module
 */
import { guarded, oneLine } from "../../../engine/text/visible.ts";

/** A terminal: where it is read from and written to. */
export interface SecretTerminal {
  /** Whether somebody is there to answer. */
  isTerminal(): boolean;
  /** Keys arrive one by one and unseen while on. */
  setRaw(on: boolean): void;
  /** Reads some bytes; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  write(text: string): void;
}

/** The process's terminal: asked on stderr, so that stdout holds results only. */
export function systemTerminal(): SecretTerminal {
  return {
    isTerminal: () => Deno.stdin.isTerminal() && Deno.stderr.isTerminal(),
    setRaw: (on) => Deno.stdin.setRaw(on),
    read: (into) => Deno.stdin.read(into),
    write: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(guarded(text))),
  };
}

/** Asks; undefined when nobody can be asked, or the question was given up (Ctrl-C, Ctrl-D, nothing typed). */
export async function askSecret(question: string, terminal: SecretTerminal): Promise<string | undefined> {
  if (!terminal.isTerminal()) return undefined;
  terminal.write(`${oneLine(question)}: `);
  terminal.setRaw(true);
  try {
    return await readLine(terminal);
  } finally {
    terminal.setRaw(false);
    terminal.write("\n");
  }
}

async function readLine(terminal: SecretTerminal): Promise<string | undefined> {
  const bytes = new Uint8Array(256);
  const decoder = new TextDecoder();
  let typed = "";
  for (;;) {
    const count = await terminal.read(bytes);
    if (count === null) return undefined;
    for (const key of decoder.decode(bytes.subarray(0, count), { stream: true })) {
      if (key === "\r" || key === "\n") return typed || undefined;
      if (key === "\x03" || key === "\x04") return undefined;
      if (key === "\x7f" || key === "\b") typed = [...typed].slice(0, -1).join("");
      else if (key === "\x15") typed = "";
      else if (key >= " ") typed += key;
    }
  }
}
