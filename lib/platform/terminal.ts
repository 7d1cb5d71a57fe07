/**
 * Reads lines from a terminal, shown or hidden: one key at a time, so that Ctrl-C counts as an answer and the terminal
 * is restored. All passphrases, passwords and answers are read here.
 *
 * @module
 */
import { guarded, oneLine } from "../engine/text/visible.ts";

/** A source of keys. */
export interface Keys {
  /** While on, keys arrive one by one, and are not shown. */
  raw(on: boolean): void;
  /** Reads some bytes; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
}

/** A terminal: the process's own, or one of a test. */
export interface Terminal extends Keys {
  /** Whether somebody can read a question and type an answer. */
  present(): boolean;
  write(text: string): void;
}

/** Keys, with whether a person is typing them. */
export interface Keyboard extends Keys {
  readonly terminal: boolean;
}

/** The process's own keyboard. */
export const stdinKeyboard: Keyboard = {
  get terminal() {
    return Deno.stdin.isTerminal();
  },
  raw: (on) => Deno.stdin.setRaw(on),
  read: (into) => Deno.stdin.read(into),
};

/** Reads stdin and writes stderr, because stdout is for results. */
export const processTerminal: Terminal = {
  present: () => Deno.stdin.isTerminal() && Deno.stderr.isTerminal(),
  raw: (on) => Deno.stdin.setRaw(on),
  read: (into) => Deno.stdin.read(into),
  write: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(guarded(text))),
};

/** The typed line; `ended` if the answer was refused, by Ctrl-C, Ctrl-D, or because the terminal was closed. */
export type TypedLine = { readonly text: string } | {
  readonly ended: "Ctrl-C" | "Ctrl-D" | "closed" | "stopped";
};

/** Options for reading a line. */
export interface LineOptions {
  /** Writes to the terminal. */
  write(text: string): void;
  /** Printed once the terminal no longer shows typed keys by itself. */
  question?: string;
  /** Whether typed text is hidden, and all of it is accepted. Text that is shown must be short ASCII. */
  hidden?: boolean;
  /** Aborting ends it at once. */
  signal?: AbortSignal | undefined;
}

interface Reading {
  readonly bytes: Uint8Array;
  readonly count: Promise<number | null>;
}
/** A read that a stopped question has left behind. It cannot be cancelled, so the next question uses it. */
const unfinished = new WeakMap<Keys, Reading>();

function readFrom(keys: Keys): Reading {
  const left = unfinished.get(keys);
  if (left) return left;
  const bytes = new Uint8Array(1024);
  const reading = { bytes, count: keys.read(bytes) };
  unfinished.set(keys, reading);
  return reading;
}

/** The longest answer that is shown. */
const SHOWN = 60;

/** Reads until Enter. The terminal is always restored afterwards. */
export async function readLine(keys: Keys, options: LineOptions): Promise<TypedLine> {
  const { write, question, hidden = false, signal } = options;
  if (signal?.aborted) return { ended: "stopped" };
  const stopped = Promise.withResolvers<"stopped">();
  const stop = () => stopped.resolve("stopped");
  signal?.addEventListener("abort", stop, { once: true });
  const decoder = new TextDecoder();
  const typed: string[] = [];
  const erase = (count: number) => {
    if (!hidden && count > 0) write("\b \b".repeat(count));
    typed.length -= count;
  };
  // Before the question, so that even a fast typist's first letter is not shown.
  keys.raw(true);
  try {
    if (question !== undefined) write(oneLine(question));
    while (true) {
      const reading = readFrom(keys);
      const count = await Promise.race([reading.count, stopped.promise]).catch((error) => {
        unfinished.delete(keys);
        throw error;
      });
      if (count === "stopped") return { ended: "stopped" };
      unfinished.delete(keys);
      if (count === null) return { ended: "closed" };
      // Cursor keys, and the marks around pasted text, do not belong to the answer.
      const text = decoder.decode(reading.bytes.subarray(0, count), { stream: true })
        // deno-lint-ignore no-control-regex
        .replace(/\x1b(\[[0-9;?]*[A-Za-z~]|O.)/g, "");
      for (const key of text) {
        if (key === "\r" || key === "\n") return { text: typed.join("") };
        if (key === "\x03") return { ended: "Ctrl-C" };
        if (key === "\x04" && typed.length === 0) return { ended: "Ctrl-D" };
        if (key === "\x7f" || key === "\b") erase(Math.min(1, typed.length));
        else if (key === "\x15") erase(typed.length);
        else if (hidden ? key >= " " : key >= " " && key <= "~" && typed.length < SHOWN) {
          typed.push(key);
          if (!hidden) write(key);
        }
      }
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    keys.raw(false);
    write("\n");
  }
}

/** Asks for a secret; typed text is not shown. */
export function askHidden(question: string, terminal: Terminal): Promise<TypedLine> {
  return readLine(terminal, { write: (text) => terminal.write(text), question, hidden: true });
}
