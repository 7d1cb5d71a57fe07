/**
 * What shows that an action was carried out.
 *
 * @module
 */
import { isAudited } from "./audit.ts";
import type { RunContext } from "./context.ts";
import { type AnyAction, type AnyResource, DEFAULT_WAIT } from "./describe.ts";
import { showDuration } from "./duration.ts";
import { WaitTimeoutError } from "./errors.ts";
import { readProven } from "./read_proven.ts";
import { reachable } from "./graph.ts";
import type { LastAction, Look } from "./judge.ts";
import type { Member } from "./member.ts";

/** A mark that is older than this by our own clock is not of this moment, however wrong the clock is, ms. */
const LONG_AGO = 24 * 3_600_000;

/** Whether a look can tell that the action was carried out. */
export function isProvable(action: AnyAction): boolean {
  return Boolean(action.enters !== undefined || action.done || action.happened || action.leavesMark);
}

/** Whether a look shows that an action was carried out. */
export function tookEffect(resource: AnyResource, last: LastAction, look: Look): boolean {
  const action = resource.actions[last.name]!;
  const { before } = last;
  if (look.record === undefined) {
    return action.enters === resource.gone.state;
  }
  if (action.leavesMark) {
    // Anybody's change leaves a mark: where there is an audit, that is asked.
    return isOnTheWay(resource, last, look.state) ||
      (!last.lost && !(isAudited(resource, last.name) && last.sentAt !== undefined) &&
        leftMark(resource, last, look));
  }
  if (action.happened) return action.happened(look.record as never, ...last.args as never[]);
  if (action.done) return action.done(look.record as never, ...last.args as never[]);
  if (action.enters === undefined || look.state === before.state) return false;
  if (reachable(resource.drift, action.enters).has(look.state)) return true;
  // A state in which it may be sent is one that others lead to as well: no sign of a write that may never have arrived.
  const { via = [], from, foundIn = [] } = action;
  return via.includes(look.state) &&
    !(last.lost && (from.includes(look.state) || foundIn.includes(look.state)));
}

/** Whether a member is in a state that the action leads through or to, and was not in before. */
function isOnTheWay(resource: AnyResource, { name, before }: LastAction, state: string): boolean {
  const { via = [], enters } = resource.actions[name]!;
  if (state === before.state || resource.opaque?.includes(state)) return false;
  return via.includes(state) || (enters !== undefined && reachable(resource.drift, enters).has(state));
}

/** Whether a look shows another mark than before the action, and not one of before it: somebody changed the member. */
export function leftMark(resource: AnyResource, last: LastAction, { record }: Look): boolean {
  const { before: { mark }, notBefore } = last;
  if (mark === undefined || record === undefined || resource.mark?.(record) === mark) return false;
  const time = notBefore === undefined ? undefined : resource.markTime?.(record);
  return !time || time.at + time.unit > notBefore!;
}

/** The actions that a look does not show to have been carried out. Of what is gone nothing more will be seen. */
export function stillUnproven(
  resource: AnyResource,
  unproven: readonly LastAction[],
  look: Look,
): LastAction[] {
  return look.record === undefined ? [] : unproven.filter((one) => !tookEffect(resource, one, look));
}

/** Waits until all that was sent shows in a member, as `name` is to be done to it next. */
export async function settle(run: RunContext, member: Member, name: string): Promise<void> {
  const { resource } = run.plan;
  const what = member.unproven.map((one) => one.name).join(" and ");
  const timeout = resource.timeout ?? DEFAULT_WAIT;
  const ending = await run.watch(member, {
    timeout,
    every: undefined,
    stateOnly: false,
    see: (look) => {
      run.saw(member, look);
      return (member.unproven = stillUnproven(resource, member.unproven, look)).length === 0;
    },
  });
  if (ending === "timeout") {
    throw new WaitTimeoutError(
      `Cannot ${name} ${resource.kind} ${member.name} as ${what} did not show in it within ${
        showDuration(timeout)
      }`,
      member.path.map((seen) => seen.state),
    );
  }
}

/**
 * Makes sure that the mark which an action leaves will be told from what the member has now: what was sent before has
 * left its own, and whatever changes from now on leaves another.
 */
export async function settleMark(
  run: RunContext,
  member: Member,
  name: string,
  index: number,
): Promise<void> {
  const { plan: { resource }, clock, signal } = run;
  const about = { member: member.ref(), step: index };
  if (member.unproven.length > 0) await settle(run, member, name);
  else if (member.stale) {
    await readProven(run, member, run.wire(member, about));
  }
  const time = resource.markTime?.(member.record);
  if (!time || Math.abs(clock.now() - time.at) > LONG_AGO) return;
  // The server's clock runs on as ours does, wherever it is.
  const pause = member.readAt + time.unit - clock.now();
  if (pause > 0) await clock.sleep(pause, signal);
}
