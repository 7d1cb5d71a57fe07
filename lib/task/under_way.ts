/**
 * The runs that a task has begun: none is cut off because the task did not wait for it, and no failure is lost because
 * nobody looked at it.
 *
 * @module
 */
import { systemClock } from "../chain/clock.ts";

/** Turns of the event loop in which no run is under way, until none is expected any more. */
const TURNS = 2;

/** Follows the runs of one task. */
export class UnderWay {
  readonly #runs = new Map<Promise<unknown>, () => string>();
  /** Rejections that nobody has handled. */
  readonly #unhandled = new Map<Promise<unknown>, unknown>();
  #any = false;

  /** A run has begun. */
  began = (run: Promise<unknown>, title: () => string): void => {
    this.#any = true;
    this.#runs.set(run, title);
    const over = () => void this.#runs.delete(run);
    run.then(over, over);
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
   * @returns What was thrown and not handled by anybody.
   */
  async ended(waited: (titles: readonly string[]) => void): Promise<unknown[]> {
    const told = new Set<Promise<unknown>>();
    for (let quiet = this.#any ? 0 : TURNS; quiet < TURNS;) {
      const fresh = [...this.#runs].filter(([run]) => !told.has(run));
      for (const [run] of fresh) told.add(run);
      if (fresh.length > 0) waited(fresh.map(([, title]) => title()));
      if (this.#runs.size > 0) {
        await Promise.race([...this.#runs.keys()].map((run) => run.then(() => {}, () => {})));
      }
      // What follows a run may begin another, and that a rejection is nobody's is known in the turn after it.
      await systemClock.sleep(0);
      quiet = this.#runs.size > 0 ? 0 : quiet + 1;
    }
    return [...this.#unhandled.values()];
  }
}
