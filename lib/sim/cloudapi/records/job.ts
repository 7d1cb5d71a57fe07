/** A piece of work on a machine, as the audit shows it. @module */

/** Who asked for a job, as the audit shows it. */
export interface JobCaller {
  type: string;
  ip?: string;
  keyId?: string;
}

/** One piece of work, under way or done. */
export interface Job {
  id: string;
  /** The audit's name of the action. */
  action: string;
  execution: "queued" | "running" | "succeeded" | "failed" | "canceled";
  caller: JobCaller;
  /** When it was asked for. */
  queued: number;
  finished: number | undefined;
}
