/**
 * What a script's runs need from this process: a view, its Ctrl-C, its keyboard. Loaded at the first run.
 *
 * @module
 */
import type { Listener } from "../engine/run/events.ts";
import type { Confirm } from "../engine/plan/consent/confirm.ts";
import { confirmOn } from "./confirm.ts";
import { type Device, stderrDevice } from "./output_device.ts";
import { Interrupts } from "./live/interrupts.ts";
import { notebook } from "../engine/run/notebook_kernel.ts";
import { notebookView } from "./notebook/notebook.ts";
import { progressView } from "./lines/plain.ts";
import { terminalView } from "./live/terminal.ts";
import { realWall, type Wall } from "./wall_clock.ts";

/** On a terminal a run is shown after this time, in milliseconds. */
export const SHOWN_AFTER = 1000;
/** Without a terminal, the time between two lines of progress, in milliseconds. */
export const PROGRESS_EVERY = 10_000;

/**
 * The default view of a script's run.
 *
 * On a terminal: the live view on stderr, once the run has lasted a second, and one line at its end; a shorter run is
 * not shown. In a notebook: the same, in the cell. Otherwise: a line of progress every ten seconds and nothing at the
 * end, because scripts print their own reports.
 */
export function scriptView(device: Device = stderrDevice, wall: Wall = realWall): Listener {
  const cell = notebook();
  // Checked first, because a kernel may have the terminal from which its server was started.
  if (cell) return notebookView(cell, wall);
  return device.terminal && !device.dumb
    ? terminalView(device, { delay: SHOWN_AFTER, ending: "line", wall })
    : progressView(device, PROGRESS_EVERY, wall);
}

/** The process's Ctrl-C, shared by all its runs. */
export const interrupts: Interrupts = new Interrupts();

/** Asks at the process's terminal. Ctrl-C there stops the runs too. */
export const confirm: Confirm = (question, signal) =>
  confirmOn(question, signal, { interrupt: interrupts.interrupt });
