/**
 * What a run writes to its journal. The engine waits until each `before` is on disk before it sends the write. So a run
 * that dies can be resumed, and no write is ever done twice.
 *
 * @module
 */
import type { Consent } from "../plan/consent/consent.ts";
import type { Before } from "../resource/describe.ts";
import type { Plan } from "../plan/plan.ts";
import type { Report } from "./report/report.ts";

/** A step of a member: indexes of the plan, of the member in it, and of the step. */
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

/** Where a run records what it does. */
export interface Journal {
  /**
   * Called with the plans, and what may be destroyed of them, before anything is sent. If it rejects, the run ends with
   * nothing sent.
   */
  planned(plans: readonly Plan[], consent?: Consent): Promise<void>;
  /** Called when a write is about to be sent. If it rejects, the member fails with nothing sent. */
  before(spot: Spot, before: Before): Promise<void>;
  /** Called when a step has ended. `id` is the member's id; a new member has one only from now on. */
  after(spot: Spot, outcome: StepOutcome, id: string): Promise<void>;
  /** Called when the run has ended and every member has its fate. */
  ended(report: Report): Promise<void>;
}
