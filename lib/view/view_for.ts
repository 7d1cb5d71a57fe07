/**
 * The views by name, for the command line.
 *
 * @module
 */
import type { Listener } from "../engine/run/events.ts";
import type { Device } from "./output_device.ts";
import { jsonView } from "./lines/json.ts";
import { plainView } from "./lines/plain.ts";
import { silentView } from "./lines/silent.ts";
import { terminalView } from "./live/terminal.ts";
import { realWall, type Wall } from "./wall_clock.ts";

/** The ways to show runs. */
export type ViewKind = "terminal" | "plain" | "json" | "silent";

/**
 * A listener that shows one run; make one for each run. Runs at the same time share the terminal's live area.
 *
 * @param kind `"terminal"` draws and needs a terminal; `"plain"` writes lines; `"json"` newline-delimited JSON;
 * `"silent"` nothing but errors.
 * @param out The output: `stderrDevice` for people, `stdoutDevice` for `"json"`.
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
