/**
 * A view that shows only errors.
 *
 * @module
 */
import type { Listener } from "../../engine/run/events.ts";
import { causesOf } from "./causes.ts";
import { type Device, stderrDevice } from "../output_device.ts";
import { many } from "../../engine/text/palette.ts";
import { oneLine } from "../width.ts";

/** A listener that writes a line for each cause of failure when the run has ended, and nothing else. */
export function silentView(device: Device = stderrDevice): Listener {
  return (event) => {
    if (event.type !== "finished") return;
    for (const cause of causesOf(event.report.failed)) {
      const more = cause.members.length > 1 ? ` (${many(cause.members.length, "member")})` : "";
      device.write(`muster: ${oneLine(cause.text)}${more}\n`);
    }
  };
}
