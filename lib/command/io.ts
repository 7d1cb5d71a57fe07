/**
 * The output of a command, and how it reports errors.
 *
 * @module
 */
import { LIB } from "../engine/process/own_files.ts";
import { guarded, manyLines } from "../engine/text/visible.ts";
import { concealed } from "../engine/text/secrets.ts";
import { UsageError } from "./exit_codes.ts";

/** The output of a command. */
export interface Io {
  /** Results. */
  out(text: string): void;
  /** Notices. */
  err(text: string): void;
}

/** Reports an error to a person, without a stack. */
export function tell(error: unknown, io: Io): void {
  const { message, name } = error instanceof Error ? error : { message: String(error), name: "" };
  // For a mistake in somebody's task file, the place of the error helps.
  const foreign = error instanceof Error &&
    /^(TypeError|ReferenceError|SyntaxError|RangeError|Error)$/.test(name);
  const place = foreign ? placeIn(error.stack) : undefined;
  // Further lines are indented, so that no line of a foreign error looks like one of ours.
  const said = manyLines(message).replace(/\n(?! {2})/g, "\n  ");
  io.err(
    `muster: ${foreign && name !== "Error" ? `${name}: ` : ""}${said}${place ? `\n  at ${place}` : ""}\n`,
  );
  if (error instanceof UsageError) {
    // A task that is run as a script is its own command.
    const command = error.command === "" ? "" : `muster ${error.command ? `${error.command} ` : ""}`;
    io.err(`Try ${command}--help\n`);
  }
}

/** The URLs of muster's own modules, where the mistake in a task cannot be. */
const OWN = [LIB, new URL("../cli.ts", LIB).href];

/** The first place in the user's own code in a stack; undefined if there is none. */
export function placeIn(stack: string | undefined): string | undefined {
  const places = [...(stack ?? "").matchAll(/\b(?:file|https?|data):[^\s)]+:\d+:\d+/g)].map(([one]) => one);
  const theirs = places.find((one) => !OWN.some((own) => one.startsWith(own)));
  // An expression of the command line has no place in a file.
  return theirs?.startsWith("data:") ? undefined : theirs;
}

const encoder = new TextEncoder();
const write = (to: { writeSync(bytes: Uint8Array): number }, text: string) => {
  const bytes = encoder.encode(guarded(text));
  try {
    for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
  } catch (error) {
    // `muster ls | head`: the reader has all it wanted.
    if (error instanceof Deno.errors.BrokenPipe) return;
    throw new Error(
      `Cannot write the output: the reader or the disk refuses it: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
};

/** The same streams, with secrets removed from everything that is written. */
export const sealed = (io: Io): Io => ({
  out: (text) => io.out(concealed(text)),
  err: (text) => io.err(concealed(text)),
});

/** The process's own streams. */
export const processIo: Io = {
  out: (text) => write(Deno.stdout, text),
  err: (text) => write(Deno.stderr, text),
};
