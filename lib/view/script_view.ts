/**
 * What a script's runs need of this process: a view, its Ctrl-C, its keyboard. Loaded at the first run.
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

/** A run on a terminal is shown once it has lasted so long, ms. */
export const SHOWN_AFTER = 1000;
/** Without a terminal a line of progress is written so often, ms. */
export const PROGRESS_EVERY = 10_000;

/**
 * What a bare script shows of a run.
 *
 * On a terminal the live view, on stderr, once the run has lasted a second, and one line when it has ended; a
 * shorter run shows nothing. In a notebook the same as a display of the cell. Without either a line of progress every
 * ten seconds and nothing at the end, as scripts print their own reports.
 */
export function scriptView(device: Device = stderrDevice, wall: Wall = realWall): Listener {
  const cell = notebook();
  // First, as a kernel may have the terminal that its server was started from.
  if (cell) return notebookView(cell, wall);
  return device.terminal && !device.dumb
    ? terminalView(device, { delay: SHOWN_AFTER, ending: "line", wall })
    : progressView(device, PROGRESS_EVERY, wall);
}

/** The process's Ctrl-C, shared by all its runs. */
export const interrupts: Interrupts = new Interrupts();

/** Asks at the process's terminal; Ctrl-C there stops the runs too. */
export const confirm: Confirm = (question, signal) =>
  confirmOn(question, signal, { interrupt: interrupts.interrupt });
