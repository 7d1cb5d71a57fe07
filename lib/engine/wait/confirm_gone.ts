/**
 * How sure it must be that a member is gone. Where an action or the drift leads there, one answer of the API is enough;
 * anywhere else it is looked at once more; and a member that was only just made may not be shown yet.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import { driftOf, reachable } from "../resource/graph.ts";

/** For so long a member must be said to be gone that nothing led there, ms: two looks, a little apart. */
export const UNEXPECTED = 1_000;
/** The same for a member that was made by this chain and has not been shown since, ms. */
const NEWBORN = 30_000;

/** For how long it must be said that a member is gone before it is believed, ms; 0 where one answer is enough. */
export function gonePatience(
  resource: AnyResource,
  member: { readonly shown: boolean; readonly state: string },
): number {
  if (!member.shown) return NEWBORN;
  return reachable(driftOf(resource), member.state).has(resource.gone.state) ? 0 : UNEXPECTED;
}

/** When one looks again that was told so for `said` ms: a second later, then after ever longer. */
export function nextLookAtGone(said: number, patience: number): number {
  return Math.min(Math.max(UNEXPECTED, said), Math.max(UNEXPECTED, patience - said));
}

/** Whether a record shows its member as gone, where that is not yet the API's word for it. */
export function isOnlyShownGone({ gone, state }: AnyResource, record: object): boolean {
  return !gone.shown && state(record) === gone.state;
}
