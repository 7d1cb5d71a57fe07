/**
 * One line to the person: on stderr, or where a notebook shows it.
 *
 * @module
 */
import { notebook } from "./notebook_kernel.ts";
import { oneLine } from "../text/visible.ts";

/** Says `muster: <line>`. Never throws: that nobody listens must not end a run. */
export function notice(line: string): void {
  const text = `muster: ${oneLine(line)}\n`;
  const cell = notebook();
  // What is written to a kernel's own stderr is seen by nobody.
  if (cell) return void (async () => await cell("stream", { name: "stderr", text }))().catch(() => {});
  try {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  } catch {
    // Nobody reads stderr any more.
  }
}
