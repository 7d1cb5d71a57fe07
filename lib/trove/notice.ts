/** One line to the user on stderr. @module */

/** Writes `muster: <line>` to stderr. */
export function notice(line: string): void {
  const bytes = new TextEncoder().encode(`muster: ${line}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
}
