/**
 * Members that are in several chains of one run, as a plan says it.
 *
 * @module
 */
import { type AnyResource, counted } from "../resource/describe.ts";

/** Members that a plan shares with another of its run. */
export interface Overlap {
  /** How the other chain is written. */
  readonly chain: string;
  /** How many are in both. */
  readonly members: number;
}

/** Where a member is in an earlier plan of the run. */
export interface Earlier {
  /** Which plan of the run it is. */
  readonly plan: number;
  /** Which member of that plan it is. */
  readonly member: number;
  /** How that chain is written. */
  readonly chain: string;
}

/** What of the overlaps a person reads: `3 machines are also in …`. */
export function showOverlaps({ overlaps, resource }: {
  readonly overlaps: readonly Overlap[];
  readonly resource: AnyResource;
}): string[] {
  return overlaps.map(({ chain, members }) =>
    `${counted(resource, members)} ${members === 1 ? "is" : "are"} also in ${chain}`
  );
}
