/**
 * What a view writes to: a terminal, a file, a pipe, or a test's memory.
 *
 * @module
 */
import { permittedVariable } from "../platform/permissions.ts";
import { guarded } from "../engine/text/visible.ts";
import { guardOutput } from "./above_live_area.ts";

/** Where a view writes. */
export interface Device {
  /** Whether a person sees it as it is written. */
  readonly terminal: boolean;
  /** Whether the terminal takes nothing but lines, as `TERM=dumb` says where it may be read. */
  readonly dumb?: boolean;
  /** Whether colours are wanted. */
  readonly colors: boolean;
  size(): { columns: number; rows: number };
  /** Writes text. Never throws: a view must not end a run because its reader has gone. */
  write(text: string): void;
  /** Calls `then` whenever the size has changed, until what it returns is called. */
  onResize(then: () => void): () => void;
  /**
   * Tells of whatever else this process writes to the same terminal: `before` each piece, and `after` it whether the
   * piece ended its line. Until what it returns is called.
   */
  guard?(before: () => void, after: (endsLine: boolean) => void): () => void;
}

/** A stream of the process. */
type Stream = Pick<typeof Deno.stderr, "isTerminal" | "writeSync">;

let colourless = false;

/** Leaves out colours on all devices of this process, until what it returns is called. */
export function withoutColors(): () => void {
  colourless = true;
  return () => void (colourless = false);
}

/** What the environment says of the terminal. */
function isDumb(): boolean {
  return permittedVariable("TERM") === "dumb";
}

/** The device that is a stream of this process. Asks the system nothing until it is used. */
export function deviceOf(stream: Stream): Device {
  const encoder = new TextEncoder();
  // Held from before anybody guards the stream: what a view writes itself is not others' output.
  const writeSync = stream.writeSync.bind(stream);
  let terminal: boolean | undefined;
  const isTerminal = () => terminal ??= stream.isTerminal();
  return {
    get terminal() {
      return isTerminal();
    },
    get dumb() {
      return isDumb();
    },
    get colors() {
      return isTerminal() && !colourless && !Deno.noColor && !isDumb();
    },
    size() {
      try {
        const { columns, rows } = Deno.consoleSize();
        // Some terminals say 0 when they do not know.
        return { columns: columns || 80, rows: rows || 24 };
      } catch {
        return { columns: 80, rows: 24 };
      }
    },
    write(text) {
      try {
        const bytes = encoder.encode(guarded(text));
        for (let at = 0; at < bytes.length;) at += writeSync(bytes.subarray(at));
      } catch {
        // The reader is gone, or the pipe is full and does not wait: there is nobody to tell.
      }
    },
    onResize(then) {
      try {
        Deno.addSignalListener("SIGWINCH", then);
      } catch {
        return () => {}; // Windows has no such signal; the size is asked anew at every drawing
      }
      return () => Deno.removeSignalListener("SIGWINCH", then);
    },
    guard: guardOutput,
  };
}

/** Where talk goes. */
export const stderrDevice: Device = deviceOf(Deno.stderr);
/** Where results go. */
export const stdoutDevice: Device = deviceOf(Deno.stdout);
