/** One line to the user on stderr, and the same line never twice. @module */

const said = new Set<string>();

/** Writes `muster: <line>` to stderr unless this process already did. */
export function noticeOnce(line: string): void {
  if (said.has(line)) return;
  said.add(line);
  notice(line);
}

/** Writes `muster: <line>` to stderr. */
export function notice(line: string): void {
  const bytes = new TextEncoder().encode(`muster: ${line}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
}
