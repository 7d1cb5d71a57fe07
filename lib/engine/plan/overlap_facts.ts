/**
 * Members that are in several chains of one run, as the plan shows them.
 *
 * @module
 */
import { type AnyResource, counted } from "../resource/describe.ts";

/** Members that a plan has in common with another plan of its run. */
export interface Overlap {
  /** How the other chain is written. */
  readonly chain: string;
  /** How many members are in both. */
  readonly members: number;
}

/** The position of a member in an earlier plan of the run. */
export interface Earlier {
  /** The index of the plan in the run. */
  readonly plan: number;
  /** The index of the member in that plan. */
  readonly member: number;
  /** How that chain is written. */
  readonly chain: string;
}

/** The overlaps as text for a person: `3 machines are also in …`. */
export function showOverlaps({ overlaps, resource }: {
  readonly overlaps: readonly Overlap[];
  readonly resource: AnyResource;
}): string[] {
  return overlaps.map(({ chain, members }) =>
    `${counted(resource, members)} ${members === 1 ? "is" : "are"} also in ${chain}`
  );
}
