/**
 * Where a command writes, and how it says what went wrong.
 *
 * @module
 */
import { LIB } from "../engine/process/own_files.ts";
import { guarded, manyLines } from "../engine/text/visible.ts";
import { concealed } from "../engine/text/secrets.ts";
import { UsageError } from "./exit_codes.ts";

/** Where a command writes. */
export interface Io {
  /** Results. */
  out(text: string): void;
  /** Talk. */
  err(text: string): void;
}

/** Says what went wrong, without a stack: a person reads it. */
export function tell(error: unknown, io: Io): void {
  const { message, name } = error instanceof Error ? error : { message: String(error), name: "" };
  // A mistake in somebody's task file is found by where it happened.
  const foreign = error instanceof Error &&
    /^(TypeError|ReferenceError|SyntaxError|RangeError|Error)$/.test(name);
  const place = foreign ? placeIn(error.stack) : undefined;
  // Of an error that is not ours, too, no line looks like one that we begin.
  const said = manyLines(message).replace(/\n(?! {2})/g, "\n  ");
  io.err(
    `muster: ${foreign && name !== "Error" ? `${name}: ` : ""}${said}${place ? `\n  at ${place}` : ""}\n`,
  );
  if (error instanceof UsageError) {
    // A task run as a script is its own command.
    const command = error.command === "" ? "" : `muster ${error.command ? `${error.command} ` : ""}`;
    io.err(`Try ${command}--help\n`);
  }
}

/** Where muster's own modules are: whoever made a mistake in a task did not make it there. */
const OWN = [LIB, new URL("../cli.ts", LIB).href];

/** The place in somebody's own code that a stack leads to; undefined where it leads through none. */
export function placeIn(stack: string | undefined): string | undefined {
  const places = [...(stack ?? "").matchAll(/\b(?:file|https?|data):[^\s)]+:\d+:\d+/g)].map(([one]) => one);
  const theirs = places.find((one) => !OWN.some((own) => one.startsWith(own)));
  // An expression of the command line has no place but itself.
  return theirs?.startsWith("data:") ? undefined : theirs;
}

const encoder = new TextEncoder();
const write = (to: { writeSync(bytes: Uint8Array): number }, text: string) => {
  const bytes = encoder.encode(guarded(text));
  try {
    for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
  } catch (error) {
    // `muster ls | head`: the reader has what it wanted.
    if (error instanceof Deno.errors.BrokenPipe) return;
    throw new Error(
      `Cannot write the output: the reader or the disk refuses it: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
};

/** The same streams, with no secret in what is written to them. */
export const sealed = (io: Io): Io => ({
  out: (text) => io.out(concealed(text)),
  err: (text) => io.err(concealed(text)),
});

/** The process's own streams. */
export const processIo: Io = {
  out: (text) => write(Deno.stdout, text),
  err: (text) => write(Deno.stderr, text),
};
