/**
 * The output of a view: a terminal, a file, a pipe, or a test's memory.
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
  /** Whether the terminal accepts only lines, as `TERM=dumb` says if it may be read. */
  readonly dumb?: boolean;
  /** Whether colours are wanted. */
  readonly colors: boolean;
  size(): { columns: number; rows: number };
  /** Writes text. Never throws, because a view must not end a run when its reader has gone. */
  write(text: string): void;
  /** Calls `then` whenever the size has changed, until the returned function is called. */
  onResize(then: () => void): () => void;
  /**
   * Reports other output of this process to the same terminal: `before` is called before each piece, and `after` with
   * whether the piece ended its line. Until the returned function is called.
   */
  guard?(before: () => void, after: (endsLine: boolean) => void): () => void;
}

/** A stream of the process. */
type Stream = Pick<typeof Deno.stderr, "isTerminal" | "writeSync">;

let colourless = false;

/** Turns off colours on all devices of this process, until the returned function is called. */
export function withoutColors(): () => void {
  colourless = true;
  return () => void (colourless = false);
}

/** Whether the environment says that the terminal is dumb. */
function isDumb(): boolean {
  return permittedVariable("TERM") === "dumb";
}

/** The device of a stream of this process. It makes no system call before it is used. */
export function deviceOf(stream: Stream): Device {
  const encoder = new TextEncoder();
  // Kept from before the stream is guarded, because a view's own output does not count as other output.
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
        // Some terminals report 0 if they do not know.
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
        // The reader is gone, or the pipe is full and does not wait: nobody can be notified.
      }
    },
    onResize(then) {
      try {
        Deno.addSignalListener("SIGWINCH", then);
      } catch {
        return () => {}; // Windows has no such signal; the size is read again at every drawing
      }
      return () => Deno.removeSignalListener("SIGWINCH", then);
    },
    guard: guardOutput,
  };
}

/** For notices. */
export const stderrDevice: Device = deviceOf(Deno.stderr);
/** For results. */
export const stdoutDevice: Device = deviceOf(Deno.stdout);
