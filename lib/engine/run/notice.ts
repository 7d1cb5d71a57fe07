/**
 * Prints one line for the person: on stderr, or in a notebook.
 *
 * @module
 */
import { notebook } from "./notebook_kernel.ts";
import { oneLine } from "../text/visible.ts";

/** Prints `muster: <line>`. Never throws, because a closed stderr must not end a run. */
export function notice(line: string): void {
  const text = `muster: ${oneLine(line)}\n`;
  const cell = notebook();
  // Nobody sees what is written to a kernel's own stderr.
  if (cell) return void (async () => await cell("stream", { name: "stderr", text }))().catch(() => {});
  try {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  } catch {
    // stderr is closed.
  }
}
