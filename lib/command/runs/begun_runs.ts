/**
 * The runs that a task has begun: none is cut off because the task did not wait for it, and no failure is lost because
 * nobody looked at it.
 *
 * @module
 */
import { onAbort } from "../../engine/time/cancel.ts";
import { systemClock } from "../../engine/time/clock.ts";

/** Turns of the event loop in which no run is under way, until none is expected any more. */
const TURNS = 2;
/** Microtasks that are let go by before what is under way is looked at. */
const MICROTASKS = 10;

/** Follows the runs of one task. */
export class BegunRuns {
  readonly #runs = new Map<Promise<unknown>, () => string>();
  /** Rejections that nobody has handled. */
  readonly #unhandled = new Map<Promise<unknown>, unknown>();
  /** Requests that are under way, and endpoints that are being opened: a run may come of them. */
  readonly #work = new Set<Promise<unknown>>();
  #any = false;
  /** Told of runs that begin when the task has come to its end already. */
  #late: ((titles: readonly string[]) => void) | undefined;

  /** Whether something is under way of which a run may come. */
  get working(): boolean {
    return this.#work.size > 0;
  }

  /** Whether any run has begun. */
  get any(): boolean {
    return this.#any;
  }

  /** A run has begun. */
  began = (run: Promise<unknown>, title: () => string): void => {
    this.#any = true;
    this.#runs.set(run, title);
    this.#late?.([title()]);
    const over = () => void this.#runs.delete(run);
    run.then(over, over);
  };

  /** Something is under way of which a run may come. */
  work = (work: Promise<unknown>): void => {
    this.#work.add(work);
    const over = () => void this.#work.delete(work);
    Promise.resolve(work).then(over, over);
  };

  #lost = (event: PromiseRejectionEvent): void => {
    // The runtime would end the process, in the middle of other runs.
    event.preventDefault();
    this.#unhandled.set(event.promise, event.reason);
  };
  #found = (event: PromiseRejectionEvent): void => void this.#unhandled.delete(event.promise);

  /** Hears of rejections that nobody handles, until what it returns is called. */
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
   * Waits until no run is under way, also none that began meanwhile.
   *
   * @param waited Told of the runs that the task did not wait for.
   * @param stop Once it is aborted, nothing is waited for of which a run may come.
   * @returns What was thrown and not handled by anybody.
   */
  async ended(waited: (titles: readonly string[]) => void, stop: AbortSignal): Promise<unknown[]> {
    const under = () => [...this.#runs.keys(), ...stop.aborted ? [] : this.#work];
    const stopped = new Promise<void>((resolve) => onAbort(stop, resolve));
    // What a function has begun to await is begun a little later than that.
    for (let turn = 0; turn < MICROTASKS; turn++) await undefined;
    if (this.#runs.size > 0) waited([...this.#runs.values()].map((title) => title()));
    this.#late = waited;
    for (let quiet = this.#any || under().length > 0 ? 0 : TURNS; quiet < TURNS;) {
      const all = under();
      if (all.length > 0) {
        const ends = all.map((one) => one.then(() => {}, () => {}));
        // A run is stopped by itself, and comes to its end all the same.
        await Promise.race(this.#runs.size > 0 ? ends : [...ends, stopped]);
      }
      // What follows a run may begin another, and that a rejection is nobody's is known in the turn after it.
      await systemClock.sleep(0);
      quiet = under().length > 0 ? 0 : quiet + 1;
    }
    return [...this.#unhandled.values()];
  }
}
