/**
 * Whether a wait is over: reached, still possible, or impossible.
 *
 * @module
 */
import { type AnyAction, type AnyResource, article } from "../resource/describe.ts";
import { isProvable, tookEffect } from "./evidence.ts";
import { isOnlyShownGone } from "./confirm_gone.ts";
import { anyWay, driftOf, passed, reachable, targetStates } from "../resource/graph.ts";
import type { LastAction, LastSeen } from "./last_seen.ts";
import type { WaitStep } from "../resource/steps.ts";

/** How a wait stands. */
export type Standing = "reached" | "pending" | { readonly doomed: string };

/** What a poll shows about a wait. */
export interface Judgement {
  readonly standing: Standing;
  /** Whether this poll, or one before it, showed that the last action took effect. */
  readonly seen: boolean;
}

/**
 * Judges a wait after a poll, and whether the last action has taken effect. A pure function: it changes nothing.
 *
 * @param start The state the member was in when the wait began (after an action: the one it enters).
 * @param last The last action that changed its state in this chain.
 * @param acted Whether this chain changed or created the member. If not, the wait may be for somebody else's action.
 */
export function judgeWait(
  resource: AnyResource,
  wait: Pick<WaitStep, "until" | "targets">,
  look: LastSeen,
  start: string,
  last: LastAction | undefined,
  acted: boolean,
): Judgement {
  const seen = last !== undefined && (last.seen || tookEffect(resource, last, look));
  const standing = standingOf(resource, wait, look, start, last && { ...last, seen }, acted);
  return { standing, seen };
}

function standingOf(
  resource: AnyResource,
  wait: Pick<WaitStep, "until" | "targets">,
  look: LastSeen,
  start: string,
  last: LastAction | undefined,
  acted: boolean,
): Standing {
  const { state } = look;
  const states = targetStates(resource, wait.targets);
  const action = last && resource.actions[last.name];

  // Until the action has visibly taken effect, the member may still look as it did before it, or as it does on the way.
  const lagging = last !== undefined && !last.seen &&
    (mayStillBe(resource, last, state) || (action?.via ?? []).includes(state) ||
      state === action?.enters);
  if (lagging && isProvable(action!)) return "pending";

  const holds = wait.targets.some((target) => {
    const set = resource.sets?.[target];
    if (!set) return target === state;
    return set.states.includes(state) && (look.record === undefined || (set.holds?.(look.record) ?? true));
  });
  if (!wait.until) {
    return holds ? (state === resource.gone.state ? { doomed: "it is gone" } : "pending") : "reached";
  }
  // Gone is proved by the API's 404 or 410, not by a record.
  if (holds && look.record !== undefined && isOnlyShownGone(resource, look.record)) return "pending";
  if (holds) return reverted(resource, last, look) ?? "reached";
  for (const target of wait.targets) {
    const set = resource.sets?.[target];
    const why = set?.states.includes(state) && look.record !== undefined && set.stuck?.(look.record);
    if (why) return { doomed: why };
  }
  if (wait.targets.some((target) => resource.sets?.[target]?.fails?.includes(state))) {
    return { doomed: `it is ${state}` };
  }
  if (state === resource.gone.state) return { doomed: "it is gone" };
  const through = wait.targets.find((target) =>
    !resource.sets?.[target] && passed(driftOf(resource), start, state, target)
  );
  if (through !== undefined) {
    // The member is back where it was before. It would look the same if the action had failed and been undone.
    const back = last !== undefined && state === last.before.state && through !== action?.enters;
    if (!back || provenDone(action!, last, look)) return "reached";
    return { doomed: `it is ${state} again, and nothing shows that it was ${through} in between` };
  }
  if (resource.opaque?.includes(state) || !resource.states.includes(state)) return "pending";
  if (action?.via?.includes(state)) return "pending";
  // After our own action the member changes its state only by itself (its drift). Without one, the wait may be for somebody
  // else's action.
  const ways = reachable(acted ? driftOf(resource) : anyWay(resource), state);
  if (states.some((target) => ways.has(target))) return "pending";
  return {
    doomed: `${article(resource)} that is ${state} does not become ${wait.targets.join(" or ")} by itself`,
  };
}

/**
 * Whether a member may be in this state although its last action has not begun: it was there before, or it has drifted
 * to a state where the action is equally possible.
 */
function mayStillBe(resource: AnyResource, { name, before }: LastAction, now: string): boolean {
  if (now === before.state) return true;
  const { from, foundIn = [] } = resource.actions[name]!;
  return [...from, ...foundIn].includes(now) &&
    (resource.opaque?.includes(before.state) || reachable(driftOf(resource), before.state).has(now));
}

/** Whether the record shows the result of the action. */
function provenDone(action: AnyAction, { args }: LastAction, { record }: LastSeen): boolean {
  return record !== undefined && (action.done?.(record as never, ...args as never[]) ?? false);
}

/** An action that was carried out, and is back where it began: it was undone, such as a resize that found no room. */
function reverted(
  resource: AnyResource,
  last: LastAction | undefined,
  { state, record }: LastSeen,
): { readonly doomed: string } | undefined {
  const action = last?.seen ? resource.actions[last.name] : undefined;
  if (
    !(action?.happened || action?.leavesMark) || !action.done || record === undefined ||
    state !== last!.before.state
  ) return;
  if (action.done(record as never, ...last!.args as never[])) return;
  return { doomed: `${last!.name} did not take effect` };
}
