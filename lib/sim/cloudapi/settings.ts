/** Settings of a simulated datacenter, and the record of writes. @module */

/** A range of milliseconds to choose from. */
export interface Span {
  min: number;
  max: number;
}

/** How the datacenter behaves. All times in milliseconds of its clock. */
export interface Settings {
  datacenter: string;
  /** How long a start, stop, reboot, delete or provision takes. */
  transition: Span;
  /** How long a rename, a change of tags and similar changes take. */
  updates: Span;
  /** The time from the answer of an action to the first visible change of state. */
  lag: Span;
  /** How much slower one machine is than the others; `dice` is its own number from 0 to 1. */
  slowness: (machineId: string, dice: number) => number;
  /** How long a deleted machine is answered with 410. */
  purgeAfter: number;
  /** The largest page, which is also the default. */
  pageLimit: number;
  /**
   * Who refuses an action that does not fit the state. `"api"` answers 409 InvalidState, as documented. `"job"` accepts
   * it, and the job fails, as backends of recent years do.
   */
  stateChecks: "api" | "job";
  /** The suffix of DNS names, as with CNS. */
  dnsSuffix: string;
}

/** One write that was carried out. */
export interface Execution {
  machine: string;
  /** The audit's name: `stop`, `destroy`, `set_tags`. */
  action: string;
  /** Milliseconds since 1970. */
  at: number;
}
