/**
 * How much evidence it takes that a member is gone. If an action or the drift leads there, one answer of the API is
 * enough. Otherwise the member is polled once more. A member that was just created may not be listed yet.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import { driftOf, reachable } from "../resource/graph.ts";

/**
 * If nothing led to gone, the API must report the member as gone for this long (in milliseconds): two polls, a little
 * apart.
 */
export const UNEXPECTED = 1_000;
/** The same for a member that this chain created and that was not seen since, in milliseconds. */
const NEWBORN = 30_000;

/** How long the API must report a member as gone before we believe it (in milliseconds); 0 if one answer is enough. */
export function gonePatience(
  resource: AnyResource,
  member: { readonly shown: boolean; readonly state: string },
): number {
  if (!member.shown) return NEWBORN;
  return reachable(driftOf(resource), member.state).has(resource.gone.state) ? 0 : UNEXPECTED;
}

/**
 * When to poll again after the API has reported the member as gone for `said` ms: a second later, then less and less
 * often.
 */
export function nextLookAtGone(said: number, patience: number): number {
  return Math.min(Math.max(UNEXPECTED, said), Math.max(UNEXPECTED, patience - said));
}

/** Whether a record shows its member as gone, while the API has not yet answered 404 or 410. */
export function isOnlyShownGone({ gone, state }: AnyResource, record: object): boolean {
  return !gone.shown && state(record) === gone.state;
}
