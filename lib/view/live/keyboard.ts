/**
 * Lines typed at a terminal, one key at a time, so that Ctrl-C is an answer and the terminal is left as it was.
 *
 * @module
 */

/** What a question needs of a keyboard. */
export interface Keyboard {
  readonly terminal: boolean;
  raw(on: boolean): void;
  read(into: Uint8Array): Promise<number | null>;
}

/** The process's own. */
export const stdinKeyboard: Keyboard = {
  get terminal() {
    return Deno.stdin.isTerminal();
  },
  raw: (on) => Deno.stdin.setRaw(on),
  read: (into) => Deno.stdin.read(into),
};

/** What was typed; `ended` when the answer was refused: by Ctrl-C, Ctrl-D, or as the terminal went away. */
export type Typed = { readonly text: string } | { readonly ended: "Ctrl-C" | "closed" | "stopped" };

interface Reading {
  readonly bytes: Uint8Array;
  readonly count: Promise<number | null>;
}
/** A read that a stopped question left behind: it cannot be taken back, so the next question takes it over. */
const unfinished = new WeakMap<Keyboard, Reading>();

function readFrom(keyboard: Keyboard): Reading {
  const left = unfinished.get(keyboard);
  if (left) return left;
  const bytes = new Uint8Array(256);
  const reading = { bytes, count: keyboard.read(bytes) };
  unfinished.set(keyboard, reading);
  return reading;
}

/**
 * Reads a line, echoing it through `echo`.
 *
 * @param signal Ends it at once.
 */
export async function readLine(
  keyboard: Keyboard,
  echo: (text: string) => void,
  signal: AbortSignal | undefined,
): Promise<Typed> {
  if (signal?.aborted) return { ended: "stopped" };
  const stopped = Promise.withResolvers<"stopped">();
  const stop = () => stopped.resolve("stopped");
  signal?.addEventListener("abort", stop, { once: true });
  const decoder = new TextDecoder();
  let text = "";
  keyboard.raw(true);
  try {
    while (true) {
      const reading = readFrom(keyboard);
      const count = await Promise.race([reading.count, stopped.promise]);
      if (count === "stopped") return { ended: "stopped" };
      unfinished.delete(keyboard);
      if (count === null) return { ended: "closed" };
      // Cursor keys and the marks around pasted text are no part of an answer.
      const keys = decoder.decode(reading.bytes.subarray(0, count), { stream: true })
        // deno-lint-ignore no-control-regex
        .replace(/\x1b(\[[0-9;?]*[A-Za-z~]|O.)/g, "");
      for (const key of keys) {
        if (key === "\r" || key === "\n") return { text };
        if (key === "\x03") return { ended: "Ctrl-C" };
        if (key === "\x04" && text === "") return { ended: "closed" };
        if (key === "\x7f" || key === "\b") {
          if (text === "") continue;
          text = text.slice(0, -1);
          echo("\b \b");
        } else if (key === "\x15") {
          echo("\b \b".repeat(text.length));
          text = "";
        } else if (key >= " " && key <= "~" && text.length < 60) {
          text += key;
          echo(key);
        }
      }
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    keyboard.raw(false);
    echo("\n");
  }
}
