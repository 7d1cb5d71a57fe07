/**
 * Defaults of a run: how it is shown, and who is asked. The public module sets them; the engine itself shows and asks
 * nothing.
 *
 * @module
 */
import type { Confirm } from "../plan/consent/confirm.ts";
import type { Listener } from "./events.ts";

/** What `mod.ts` sets. */
export interface Defaults {
  /** Asks a person. An undefined result means that nobody can be asked. */
  confirm: Confirm | undefined;
  /** Makes a listener for one run. Called when a run begins, unless its options say `view: false`. */
  view: (() => Listener) | undefined;
  /**
   * Runs `stop` at the first Ctrl-C; returns a function that removes the handler. A listener given to `follow` receives
   * the run's events, so that the handler can say where each member is.
   */
  interrupts:
    | ((stop: (reason: string) => void, follow: (listener: Listener) => void) => () => void)
    | undefined;
  /** Loads what `view` and `interrupts` need. A run awaits it before it calls them. */
  load?: () => Promise<void>;
}

/** The defaults of this process. */
export const defaults: Defaults = {
  confirm: undefined,
  view: undefined,
  interrupts: undefined,
};
