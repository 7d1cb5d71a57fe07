/**
 * Lines typed at a terminal, shown or not: one key at a time, so that Ctrl-C is an answer and the terminal is left as it
 * was. Passphrases, passwords and answers to questions are all read here.
 *
 * @module
 */
import { guarded, oneLine } from "../engine/text/visible.ts";

/** What is typed at. */
export interface Keys {
  /** Keys arrive one by one and unseen while on. */
  raw(on: boolean): void;
  /** Reads some bytes; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
}

/** A terminal; the process's own unless a test brings another. */
export interface Terminal extends Keys {
  /** Whether somebody can read a question and type an answer. */
  present(): boolean;
  write(text: string): void;
}

/** Keys of which it is known whether somebody is at them. */
export interface Keyboard extends Keys {
  readonly terminal: boolean;
}

/** The process's own. */
export const stdinKeyboard: Keyboard = {
  get terminal() {
    return Deno.stdin.isTerminal();
  },
  raw: (on) => Deno.stdin.setRaw(on),
  read: (into) => Deno.stdin.read(into),
};

/** Reads stdin, writes stderr: stdout is for results. */
export const processTerminal: Terminal = {
  present: () => Deno.stdin.isTerminal() && Deno.stderr.isTerminal(),
  raw: (on) => Deno.stdin.setRaw(on),
  read: (into) => Deno.stdin.read(into),
  write: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(guarded(text))),
};

/** What was typed; `ended` when the answer was refused: by Ctrl-C, Ctrl-D, or because the terminal was closed. */
export type TypedLine = { readonly text: string } | {
  readonly ended: "Ctrl-C" | "Ctrl-D" | "closed" | "stopped";
};

/** How a line is read. */
export interface LineOptions {
  /** Writes to the terminal. */
  write(text: string): void;
  /** Written once nothing that is typed shows by itself any more. */
  question?: string;
  /** Nothing of what is typed is shown, and all of it is taken. Else what is shown is short and in ASCII. */
  hidden?: boolean;
  /** Ends it at once. */
  signal?: AbortSignal | undefined;
}

interface Reading {
  readonly bytes: Uint8Array;
  readonly count: Promise<number | null>;
}
/** A read that a stopped question left behind: it cannot be taken back, so the next question takes it over. */
const unfinished = new WeakMap<Keys, Reading>();

function readFrom(keys: Keys): Reading {
  const left = unfinished.get(keys);
  if (left) return left;
  const bytes = new Uint8Array(1024);
  const reading = { bytes, count: keys.read(bytes) };
  unfinished.set(keys, reading);
  return reading;
}

/** Longest answer that is shown. */
const SHOWN = 60;

/** What was typed until Enter. The terminal is as before afterwards, whatever happens. */
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
  // Before the question, so that not even a fast typist's first letter shows.
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
      // Cursor keys and the marks around pasted text are no part of an answer.
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

/** Asks for a secret; nothing of what is typed is shown. */
export function askHidden(question: string, terminal: Terminal): Promise<TypedLine> {
  return readLine(terminal, { write: (text) => terminal.write(text), question, hidden: true });
}
