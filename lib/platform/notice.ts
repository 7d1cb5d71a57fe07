/** One line to the user, and the same line never twice. @module */
import { notice } from "../engine/run/notice.ts";

export { notice };

const said = new Set<string>();

/** Says `muster: <line>` unless this process already did. */
export function noticeOnce(line: string): void {
  if (said.has(line)) return;
  said.add(line);
  notice(line);
}
