/** Prints one line for the user, and never the same line twice. @module */
import { notice } from "../engine/run/notice.ts";

export { notice };

const said = new Set<string>();

/** Prints `muster: <line>`, unless this process already did. */
export function noticeOnce(line: string): void {
  if (said.has(line)) return;
  said.add(line);
  notice(line);
}
