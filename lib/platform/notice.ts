/** One line to the user, and the same line never twice. @module */
import { talk } from "../engine/run/tell.ts";

const said = new Set<string>();

/** Says `muster: <line>` unless this process already did. */
export function noticeOnce(line: string): void {
  if (said.has(line)) return;
  said.add(line);
  talk(line);
}

/** Says `muster: <line>`. */
export const notice: (line: string) => void = talk;
