/**
 * Tracks the runs that a task has begun. No run is cut off because the task did not await it, and no failure is lost
 * because nobody handled it.
 *
 * @module
 */
import { onAbort } from "../../engine/time/cancel.ts";
import { systemClock } from "../../engine/time/clock.ts";

/** After this many turns of the event loop without a run, no further run is expected. */
const TURNS = 2;
/** How many microtasks pass before checking what is in flight. */
const MICROTASKS = 10;

/** Tracks the runs of one task. */
export class BegunRuns {
  readonly #runs = new Map<Promise<unknown>, () => string>();
  /** Rejections that nobody has handled. */
  readonly #unhandled = new Map<Promise<unknown>, unknown>();
  /** Requests in flight, and endpoints being opened: they may lead to a run. */
  readonly #work = new Set<Promise<unknown>>();
  #any = false;
  /** Called for runs that begin after the task has ended. */
  #late: ((titles: readonly string[]) => void) | undefined;

  /** Whether something is in flight that may lead to a run. */
  get working(): boolean {
    return this.#work.size > 0;
  }

  /** Whether any run has begun. */
  get any(): boolean {
    return this.#any;
  }

  /** Call it when a run has begun. */
  began = (run: Promise<unknown>, title: () => string): void => {
    this.#any = true;
    this.#runs.set(run, title);
    this.#late?.([title()]);
    const over = () => void this.#runs.delete(run);
    run.then(over, over);
  };

  /** Call it for work in flight that may lead to a run. */
  work = (work: Promise<unknown>): void => {
    this.#work.add(work);
    const over = () => void this.#work.delete(work);
    Promise.resolve(work).then(over, over);
  };

  #lost = (event: PromiseRejectionEvent): void => {
    // Otherwise the runtime would end the process, in the middle of other runs.
    event.preventDefault();
    this.#unhandled.set(event.promise, event.reason);
  };
  #found = (event: PromiseRejectionEvent): void => void this.#unhandled.delete(event.promise);

  /** Listens for unhandled rejections until the returned function is called. */
  listen(): () => void {
    const target = globalThis as EventTarget;
    target.addEventListener("unhandledrejection", this.#lost as EventListener);
    target.addEventListener("rejectionhandled", this.#found as EventListener);
    return () => {
      target.removeEventListener("unhandledrejection", this.#lost as EventListener);
      target.removeEventListener("rejectionhandled", this.#found as EventListener);
    };
  }

  /**
   * Waits until no run is in progress, including those that begin meanwhile.
   *
   * @param waited Called with the runs that the task did not await.
   * @param stop Once it is aborted, work that may lead to a run is no longer awaited.
   * @returns The error that nobody has handled.
   */
  async ended(waited: (titles: readonly string[]) => void, stop: AbortSignal): Promise<unknown[]> {
    const under = () => [...this.#runs.keys(), ...stop.aborted ? [] : this.#work];
    const stopped = new Promise<void>((resolve) => onAbort(stop, resolve));
    // A function may begin to await a run a little later.
    for (let turn = 0; turn < MICROTASKS; turn++) await undefined;
    if (this.#runs.size > 0) waited([...this.#runs.values()].map((title) => title()));
    this.#late = waited;
    for (let quiet = this.#any || under().length > 0 ? 0 : TURNS; quiet < TURNS;) {
      const all = under();
      if (all.length > 0) {
        const ends = all.map((one) => one.then(() => {}, () => {}));
        // Runs have their own abort signal, and end in any case.
        await Promise.race(this.#runs.size > 0 ? ends : [...ends, stopped]);
      }
      // A run's end may begin another run, and an unhandled rejection is only known in the next turn.
      await systemClock.sleep(0);
      quiet = under().length > 0 ? 0 : quiet + 1;
    }
    return [...this.#unhandled.values()];
  }
}
