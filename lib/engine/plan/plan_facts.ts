/**
 * What a plan is made of, for those who show it or weigh it.
 *
 * @module
 */
import type { AnyResource, Before, SentBefore } from "../resource/describe.ts";
import type { AlsoDestroyed } from "../resource/destroyed_along.ts";
import type { Endpoint, RateFacts } from "../resource/endpoint.ts";
import type { Step } from "../resource/steps.ts";
import type { Earlier, Overlap } from "./overlap_facts.ts";
import type { Prediction } from "./predict.ts";

/**
 * One member, and what would be done to it.
 *
 * @example
 * ```ts
 * import { dc, type PlannedMember } from "@muster/muster";
 *
 * const plan = await dc("sim").machines({ type: "db" }).stop().plan();
 * const skipped = (member: PlannedMember) => member.predictions[0]?.verdict === "skip";
 * console.log(plan.members.filter(skipped).map(({ name, state }) => `${name} is ${state}`));
 * ```
 */
export interface PlannedMember {
  /** Its id; empty while it is yet to be made. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** Where it is, in the API's own words; `(new)` while it is yet to be made. */
  readonly state: string;
  /** Its record, as it was read; of one that is yet to be made, the specification. */
  readonly record: object;
  /** One for each step, as far as the member is expected to get. */
  readonly predictions: readonly Prediction[];
  /** What would be destroyed along with it, such as the increments of a backup; undefined where nothing is. */
  readonly others?: readonly AlsoDestroyed[];
  /** The step to begin at: above 0 only when a run is resumed. */
  readonly startAt?: number;
  /** Where it is in earlier chains of the same run, which come first. */
  readonly earlierChains?: readonly Earlier[];
  /** What it was before the write at `startAt` whose answer is not known: that write is checked, not repeated. */
  readonly doubt?: Before;
  /** When that write was about to be sent, ms. */
  readonly doubtSince?: number;
  /** The actions of steps before `startAt` that were accepted; `seen` where a later wait showed that they took. */
  readonly earlier?: readonly {
    readonly step: number;
    readonly before: SentBefore;
    readonly seen: boolean;
  }[];
}

/** What the plan expects to cost. */
export interface Estimate {
  /** Requests that change something. */
  readonly writes: number;
  /** Requests the selection took. */
  readonly reads: number;
  /** The least time the writes take at the known rate limit, ms; undefined while no limit is known. */
  readonly atLeast: number | undefined;
}

/** State of a member that is yet to be made. */
export const UNMADE = "(new)";

/** A plan, as far as it is shown and weighed. */
export interface PlanFacts {
  readonly endpoint: Endpoint;
  readonly resource: AnyResource;
  readonly chain: string;
  readonly steps: readonly Step[];
  readonly members: readonly PlannedMember[];
  readonly protected: readonly { readonly id: string; readonly name: string }[];
  readonly protections: readonly { readonly text: string; readonly keeps: number }[];
  readonly remarks: readonly string[];
  readonly rate: RateFacts;
  readonly estimate: Estimate;
  readonly others: readonly AlsoDestroyed[];
  readonly destroyed: number;
  readonly refused: number;
  readonly overlaps: readonly Overlap[];
  tally(step: number): Map<Prediction["verdict"] | "unreached", number>;
}
