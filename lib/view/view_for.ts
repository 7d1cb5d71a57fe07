/**
 * The views by name, for the command line.
 *
 * @module
 */
import type { Listener } from "../chain/events.ts";
import type { Device } from "./device.ts";
import { jsonView } from "./json.ts";
import { plainView } from "./plain.ts";
import { silentView } from "./silent.ts";
import { terminalView } from "./terminal.ts";
import { realWall, type Wall } from "./wall.ts";

/** How runs are shown. */
export type ViewKind = "terminal" | "plain" | "json" | "silent";

/**
 * A listener that shows one run; make one for each run. Runs at the same time share the terminal's live area.
 *
 * @param kind `"terminal"` draws and needs a terminal; `"plain"` writes lines; `"json"` newline-delimited JSON;
 * `"silent"` nothing but errors.
 * @param out Where to: `stderrDevice` for talk, `stdoutDevice` for `"json"`.
 */
export function viewFor(kind: ViewKind, out: Device, wall: Wall = realWall): Listener {
  switch (kind) {
    case "terminal":
      return terminalView(out, { wall });
    case "plain":
      return plainView(out, { wall });
    case "json":
      return jsonView(out);
    case "silent":
      return silentView(out);
  }
}
