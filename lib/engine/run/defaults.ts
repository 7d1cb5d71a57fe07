/**
 * What a run does where nobody said otherwise: how it is shown, who is asked. The public module sets these; the
 * engine itself shows and asks nothing.
 *
 * @module
 */
import type { Confirm } from "../plan/consent/confirm.ts";
import type { Listener } from "./events.ts";

/** What `mod.ts` wires in. */
export interface Defaults {
  /** Asks a person, where there is one to ask; undefined result: nobody is there. */
  confirm: Confirm | undefined;
  /** Makes a listener for one run; called when a run begins whose options do not say `view: false`. */
  view: (() => Listener) | undefined;
  /**
   * Runs `stop` at the first Ctrl-C; returns what takes that back. A listener given to `follow` is told of the run's
   * events, so that it can be said where each member is.
   */
  interrupts:
    | ((stop: (reason: string) => void, follow: (listener: Listener) => void) => () => void)
    | undefined;
  /** Loads what `view` and `interrupts` need; awaited before a run calls them. */
  load?: () => Promise<void>;
}

/** The defaults of this process. */
export const defaults: Defaults = {
  confirm: undefined,
  view: undefined,
  interrupts: undefined,
};
