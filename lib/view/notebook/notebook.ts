/**
 * Shows a run in a notebook: one display that is redrawn while the run goes on, and ends as one line.
 *
 * A notebook shows what a cell displays, and nothing of what the kernel's process writes to stderr.
 *
 * @module
 */
import type { Listener } from "../../engine/run/events.ts";
import { drawRun } from "../live/draw.ts";
import type { Broadcast } from "../../engine/run/notebook_kernel.ts";
import { Speed } from "../lines/rate.ts";
import { recapLine } from "../lines/recap.ts";
import { RunCounts } from "../lines/run_counts.ts";
import { realWall, type Wall } from "../wall_clock.ts";
import { oneLine, outputLine } from "../width.ts";

/** The size of a drawing: the usual width of a cell's output. */
const COLUMNS = 100;
const ROWS = 20;
/** When a run is first shown, and the shortest time between two drawings, in milliseconds of real time. */
const EVERY = 1000;

/** A listener that shows one run in a notebook. A run shorter than a second is not shown. */
export function notebookView(broadcast: Broadcast, wall: Wall = realWall): Listener {
  const tally = new RunCounts();
  const speed = new Speed();
  const id = crypto.randomUUID();
  const device = { size: () => ({ columns: COLUMNS, rows: ROWS }), colors: false };
  let last: Promise<unknown> = Promise.resolve();
  let shown = false;
  let stop = () => {};
  const send = (type: string, content: Record<string, unknown>) => {
    // One after another. A closed notebook must not end a run.
    last = last.then(() => broadcast(type, content)).catch(() => {});
  };
  const show = (text: string) => {
    send(shown ? "update_display_data" : "display_data", {
      data: { "text/plain": text },
      metadata: {},
      transient: { display_id: id },
    });
    shown = true;
  };
  const draw = (): void => {
    show(
      drawRun(tally, { columns: COLUMNS, rows: ROWS, colors: false, frame: 0, speed }).map((one) => one.text)
        .join("\n"),
    );
    stop = wall.after(EVERY, draw);
  };
  return (event) => {
    tally.take(event);
    switch (event.type) {
      case "planned":
        stop();
        stop = wall.after(EVERY, draw);
        return;
      case "line":
        return send("stream", {
          name: "stdout",
          text: `${oneLine(event.member.name)}: ${outputLine(event.text)}\n`,
        });
      case "finished":
        stop();
        if (shown) show(recapLine(event.report, { facts: tally, device }));
        return;
      case "abandoned":
        return stop();
    }
  };
}
