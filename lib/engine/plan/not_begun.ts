/**
 * Members that are not begun, because the plan refuses one of their steps and half a chain is worse than none.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import type { PlannedMember } from "./plan_facts.ts";
import type { Prediction } from "./predict.ts";
import { labelOf, type Step } from "../resource/steps.ts";

/** Whether a member is not begun. */
export function isRefused({ predictions }: Pick<PlannedMember, "predictions">): boolean {
  return predictions.at(-1)?.verdict === "refuse";
}

/** Why a member is not begun, and which step is refused; undefined if none is. */
export function refusalOf(
  { resource, steps }: { readonly resource: AnyResource; readonly steps: readonly Step[] },
  member: PlannedMember,
): { readonly step: number; readonly text: string } | undefined {
  if (!isRefused(member)) return undefined;
  const index = member.predictions.length - 1;
  const step = steps[index]!;
  const what = step.kind === "perform" ? step.performance.name : "name" in step ? step.name : labelOf(step);
  const begun = (member.startAt ?? 0) > 0;
  return {
    step: index,
    text: `Cannot ${what} ${resource.kind} ${member.name}: ${member.predictions[index]!.why}. It was not ${
      begun ? "resumed: nothing more" : "begun: nothing"
    } was sent to it.`,
  };
}

/**
 * Marks all members as not begun if a barrier is certain to hold them: a member that is not begun never reaches the
 * barrier, and then it lets nobody pass.
 */
export function heldAtBarriers(
  steps: readonly Step[],
  members: readonly PlannedMember[],
): readonly PlannedMember[] {
  const barrier = steps.findLastIndex((step) => step.kind === "barrier" && step.ifFailed === "hold");
  const refused = members.filter((member) => isRefused(member) && (member.startAt ?? 0) <= barrier).length;
  if (refused === 0) return members;
  const why =
    `${
      refused === 1 ? "1 member is" : `${refused} members are`
    } not begun, and the barrier holds the others ` +
    `there. Leave ${refused === 1 ? "it" : "them"} out, or use barrier({ ifFailed: "continue" })`;
  return members.map((member): PlannedMember => {
    const { predictions, startAt = 0, state } = member;
    if (isRefused(member) || startAt > barrier || predictions.length <= barrier) return member;
    const withheld = (one: Prediction, index: number): Prediction =>
      one.verdict === "skip" || index < startAt ? one : { verdict: "withheld", why: "", state };
    return {
      ...member,
      predictions: [...predictions.slice(0, barrier).map(withheld), { verdict: "refuse", why, state }],
    };
  });
}
