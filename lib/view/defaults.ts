/**
 * How a script's runs are shown and who is asked, when the script says nothing about it.
 *
 * @module
 */
import { defaults } from "../chain/defaults.ts";
import type { Listener } from "../chain/events.ts";
import { confirmOn } from "./confirm.ts";
import { type Device, stderrDevice } from "./device.ts";
import { planHtml, reportHtml } from "./html.ts";
import { Interrupts } from "./interrupts.ts";
import { areaOf } from "./live_area.ts";
import { progressView } from "./plain.ts";
import { terminalView } from "./terminal.ts";
import { realWall, type Wall } from "./wall.ts";
import { oneLine } from "./width.ts";

/** A run on a terminal is shown once it has lasted so long, ms. */
export const SHOWN_AFTER = 1000;
/** Without a terminal a line of progress is written so often, ms. */
export const PROGRESS_EVERY = 10_000;

/**
 * What a bare script shows of a run.
 *
 * On a terminal the live view, on stderr, once the run has lasted a second, and one line when it has ended; a
 * shorter run shows nothing. Without a terminal a line of progress every ten seconds and nothing at the end, as scripts
 * print their own reports.
 */
export function scriptView(device: Device = stderrDevice, wall: Wall = realWall): Listener {
  return device.terminal
    ? terminalView(device, { delay: SHOWN_AFTER, ending: "line", wall })
    : progressView(device, PROGRESS_EVERY, wall);
}

/** One line of talk: `muster: …` on stderr, above the live view. */
export function notice(line: string, device: Device = stderrDevice): void {
  areaOf(device).print(`muster: ${oneLine(line)}`);
}

/** Connects the engine to this process: its stderr, its terminal, its Ctrl-C. Asks the system nothing yet. */
export function wireDefaults(): void {
  const interrupts = new Interrupts();
  defaults.notice = (line) => notice(line);
  defaults.interrupts = interrupts.follow;
  defaults.confirm = (question, signal) => confirmOn(question, signal, { interrupt: interrupts.interrupt });
  defaults.view = () => scriptView();
  defaults.html = { report: reportHtml, plan: planHtml };
}
