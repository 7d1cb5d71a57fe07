/**
 * The parts of a plan, for the code that shows or checks it.
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
  /** Its id; empty if it does not exist yet. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** Its state, as the API names it; `(new)` if it does not exist yet. */
  readonly state: string;
  /** Its record, as it was read. If it does not exist yet, the specification. */
  readonly record: object;
  /** One for each step that the member is expected to reach. */
  readonly predictions: readonly Prediction[];
  /** What would be destroyed along with it, such as the increments of a backup; undefined if there is nothing. */
  readonly others?: readonly AlsoDestroyed[];
  /** The first step to do: above 0 only when a run is resumed. */
  readonly startAt?: number;
  /** Its positions in earlier chains of the same run, which come first. */
  readonly earlierChains?: readonly Earlier[];
  /**
   * The member before the write at `startAt`, if the result of that write is not known. The write is checked, not
   * repeated.
   */
  readonly doubt?: Before;
  /** When that write was about to be sent, in milliseconds. */
  readonly doubtSince?: number;
  /** The actions of steps before `startAt` that were accepted; `seen` if a later wait showed that they took effect. */
  readonly earlier?: readonly {
    readonly step: number;
    readonly before: SentBefore;
    readonly seen: boolean;
  }[];
}

/** The expected cost of a plan. */
export interface Estimate {
  /** Requests that change something. */
  readonly writes: number;
  /** Requests the selection took. */
  readonly reads: number;
  /**
   * The least time that the writes take at the known rate limit, in milliseconds; undefined while no limit is known.
   */
  readonly atLeast: number | undefined;
}

/** The state of a member that does not exist yet. */
export const UNMADE = "(new)";

/** A plan, as far as it is shown and checked. */
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
