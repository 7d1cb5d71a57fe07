/**
 * What a run does where nobody said otherwise: how it is shown, who is asked. The public module sets these; the
 * engine itself shows and asks nothing.
 *
 * @module
 */
import type { Confirm } from "./rails.ts";
import type { Listener } from "./events.ts";

/** What `mod.ts` wires in. */
export interface Defaults {
  /** Asks a person, where there is one to ask; undefined result: nobody is there. */
  confirm: Confirm | undefined;
  /** Makes a listener for one run; called when a run that was given no `on` begins. */
  view: (() => Listener) | undefined;
  /** Runs `stop` at the first Ctrl-C; returns what takes that back. */
  interrupts: ((stop: (reason: string) => void) => () => void) | undefined;
  /** Where one-line notices go. */
  notice: (line: string) => void;
}

/** The defaults of this process. */
export const defaults: Defaults = {
  confirm: undefined,
  view: undefined,
  interrupts: undefined,
  notice: () => {},
};
