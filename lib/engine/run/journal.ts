/**
 * What a run tells its journal. The engine waits for each `before` to be on disk before it sends the write: a run
 * that dies can be taken up again, and no write is ever done twice.
 *
 * @module
 */
import type { Consent } from "../plan/consent/consent.ts";
import type { Before } from "../resource/describe.ts";
import type { Plan } from "../plan/plan.ts";
import type { Report } from "./report/report.ts";

/** Which step of which member: indexes into the plans, their members and their steps. */
export interface Spot {
  /** Which of the run's plans. */
  readonly plan: number;
  /** Which of that plan's members. */
  readonly member: number;
  /** Which of that plan's steps. */
  readonly step: number;
}

/** How a step ended for a member. */
export type StepOutcome = "accepted" | "skipped" | "reached" | "performed" | "refused" | "met";

/** Where a run writes down what it does. */
export interface Journal {
  /**
   * The plans, and what of them may be destroyed, before anything is sent. Rejecting ends the run with nothing sent.
   */
  planned(plans: readonly Plan[], consent?: Consent): Promise<void>;
  /** A write is about to be sent. Rejecting fails the member with nothing sent. */
  before(spot: Spot, before: Before): Promise<void>;
  /** A step has ended. `id` is the member's, which a new member only has from now on. */
  after(spot: Spot, outcome: StepOutcome, id: string): Promise<void>;
  /** The run has ended and every member has its fate. */
  ended(report: Report): Promise<void>;
}
