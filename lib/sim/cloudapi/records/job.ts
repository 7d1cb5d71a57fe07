/** A job on a machine, as the audit shows it. @module */

/** The sender of a job, as the audit shows it. */
export interface JobCaller {
  type: string;
  ip?: string;
  keyId?: string;
}

/** One job, in progress or done. */
export interface Job {
  id: string;
  /** The audit's name for the action. */
  action: string;
  execution: "queued" | "running" | "succeeded" | "failed" | "canceled";
  caller: JobCaller;
  /** When it was requested. */
  queued: number;
  finished: number | undefined;
}
