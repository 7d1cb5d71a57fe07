/**
 * What shows that an action was carried out.
 *
 * @module
 */
import { isAudited } from "../resource/has_audit.ts";
import { type AnyAction, type AnyResource } from "../resource/describe.ts";
import { driftOf, reachable, waysOfSuccess } from "../resource/graph.ts";
import { isSpecific } from "../resource/steps.ts";
import type { LastAction, LastSeen } from "./last_seen.ts";

/** Whether a poll can show that the action was carried out. */
export function isProvable(action: AnyAction): boolean {
  return Boolean(action.enters !== undefined || action.done || action.happened || action.leavesMark);
}

/** Whether a poll shows that the action was carried out. */
export function tookEffect(resource: AnyResource, last: LastAction, look: LastSeen): boolean {
  const action = resource.actions[last.name]!;
  const { before } = last;
  if (look.record === undefined) {
    return action.enters === resource.gone.state;
  }
  if (action.leavesMark) {
    // Anybody's change leaves a mark. Where there is an audit, it decides instead.
    return isOnTheWay(resource, last, look.state) ||
      (!last.lost && !(isAudited(resource, last.name) && last.sentAt !== undefined) &&
        leftMark(resource, last, look));
  }
  if (action.happened) return action.happened(look.record as never, ...last.args as never[]);
  if (action.done) return action.done(look.record as never, ...last.args as never[]);
  if (action.enters === undefined || look.state === before.state) return false;
  // The answer was lost, and the state would be the same after somebody else's resize to another size.
  if (last.lost && isSpecific(last.args)) return false;
  if (waysAfter(resource, last, action.enters).has(look.state)) return true;
  // The action can be sent in this state, and other actions lead to it as well. So the state does not prove a write
  // that may never have arrived.
  const { via = [], from, foundIn = [] } = action;
  return via.includes(look.state) &&
    !(last.lost && (from.includes(look.state) || foundIn.includes(look.state)));
}

/** Whether a member is in a state that the action leads through or to, and was not in before. */
function isOnTheWay(resource: AnyResource, last: LastAction, state: string): boolean {
  const { via = [], enters } = resource.actions[last.name]!;
  if (state === last.before.state || resource.opaque?.includes(state)) return false;
  return via.includes(state) || (enters !== undefined && waysAfter(resource, last, enters).has(state));
}

/**
 * The states that an action leads to. If its answer was lost, a state of failure does not count, because members reach
 * it without the action as well.
 */
function waysAfter(resource: AnyResource, { lost }: LastAction, enters: string): Set<string> {
  return reachable(lost ? waysOfSuccess(resource) : driftOf(resource), enters);
}

/**
 * Whether a poll shows a mark that differs from the one before the action and is not older: somebody changed the
 * member.
 */
export function leftMark(resource: AnyResource, last: LastAction, { record }: LastSeen): boolean {
  const { before: { mark }, notBefore } = last;
  if (mark === undefined || record === undefined || resource.mark?.(record) === mark) return false;
  const time = notBefore === undefined ? undefined : resource.markTime?.(record);
  return !time || time.at + time.unit > notBefore!;
}

/** The actions that a poll does not prove. A member that is gone will show nothing more. */
export function stillUnproven(
  resource: AnyResource,
  unproven: readonly LastAction[],
  look: LastSeen,
): LastAction[] {
  return look.record === undefined ? [] : unproven.filter((one) => !tookEffect(resource, one, look));
}
