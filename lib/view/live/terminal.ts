/**
 * The live view: a run on a terminal while it goes on, and a recap at its end.
 *
 * @module
 */
import type { Listener } from "../../engine/run/events.ts";
import { type Device, stderrDevice } from "../output_device.ts";
import { drawRun, FEW, isFew } from "./draw.ts";
import { areaOf, type Line } from "./live_area.ts";
import { Speed } from "../lines/rate.ts";
import { recap, recapLine } from "../lines/recap.ts";
import { RunCounts } from "../lines/run_counts.ts";
import { realWall, type Wall } from "../wall_clock.ts";
import { oneLine, outputLine } from "../width.ts";

/** Options of the live view. */
export interface TerminalOptions {
  /** How long a run lasts before it is shown, in milliseconds of real time. Default 0. */
  delay?: number;
  /**
   * What is written at the end: a screen, or a line, which is left out if the run was never shown. Default `"screen"`.
   */
  ending?: "screen" | "line";
  wall?: Wall;
}

/** How many output lines of steps are kept until the view appears. */
const KEPT = 1000;

/** A listener that shows one run on a terminal. */
export function terminalView(device: Device = stderrDevice, options: TerminalOptions = {}): Listener {
  const { delay = 0, ending = "screen", wall = realWall } = options;
  const area = areaOf(device, wall);
  const tally = new RunCounts();
  const speed = new Speed();
  const kept: string[] = [];
  let frame = 0;
  let shown = false;
  let waiting: (() => void) | undefined;
  let remove = () => {};
  const block = {
    lines: (columns: number, rows: number): readonly Line[] =>
      tally.total === 0
        ? []
        : drawRun(tally, { columns, rows, colors: device.colors, frame: frame++, speed }),
    get lively() {
      return tally.total <= FEW && isFew(tally, device.size().rows - 1);
    },
  };
  const show = () => {
    waiting = undefined;
    shown = true;
    if (kept.length > 0) area.print(kept.splice(0).join("\n"));
    remove = area.add(block);
  };
  const end = () => {
    waiting?.();
    waiting = undefined;
    remove();
  };
  return (event) => {
    tally.take(event);
    switch (event.type) {
      case "planned":
        // Nothing is drawn before there is a plan, because a passphrase may be asked for.
        if (shown || waiting) break;
        if (delay > 0) waiting = wall.after(delay, show);
        else show();
        return;
      case "line": {
        const line = `${oneLine(event.member.name)}: ${outputLine(event.text)}`;
        if (shown) area.print(line);
        else if (kept.length < KEPT) kept.push(line);
        return;
      }
      case "finished":
        end();
        if (ending === "screen") area.print(recap(event.report, { facts: tally, device }));
        else if (shown) area.print(recapLine(event.report, { facts: tally, device }));
        return;
      case "abandoned":
        return end();
    }
    if (shown) area.touch();
  };
}
