/** How a simulated datacenter behaves, and what it notes. @module */

/** A span of milliseconds to choose from. */
export interface Span {
  min: number;
  max: number;
}

/** How the datacenter behaves. All times in milliseconds of its clock. */
export interface Settings {
  datacenter: string;
  /** How long a start, stop, reboot, delete or provision takes. */
  transition: Span;
  /** How long a rename, a change of tags and the like take. */
  updates: Span;
  /** From the answer of an action to the first visible change of state. */
  lag: Span;
  /** How many times as long as the others one machine takes; `dice` is its own number from 0 to 1. */
  slowness: (machineId: string, dice: number) => number;
  /** How long a deleted machine is still answered with 410. */
  purgeAfter: number;
  /** The most items of a page, and the default. */
  pageLimit: number;
  /**
   * Who refuses an action that does not fit the state: `"api"` answers 409 InvalidState, as is documented;
   * `"job"` accepts it, and the job fails, as backends of recent years do.
   */
  stateChecks: "api" | "job";
  /** Whether DNS names are handed out, as with CNS. */
  dnsSuffix: string;
}

/** One write that took effect. */
export interface Execution {
  machine: string;
  /** The audit's name: `stop`, `destroy`, `set_tags`. */
  action: string;
  /** Milliseconds since 1970. */
  at: number;
}
