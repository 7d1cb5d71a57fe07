/**
 * Consent: which members a run may destroy, by which steps, who allowed it and how.
 *
 * It is decided once, before the first write, over everything that the chain could destroy, whatever the plan predicts.
 * The journal keeps it. A resumed run stays within it, or asks again.
 *
 * @module
 */
import type { AlsoDestroyed } from "../../resource/destroyed_along.ts";
import { destroyedKey } from "./also_destroyed.ts";
import { isDestructive } from "./destructive.ts";
import type { PlanFacts } from "../plan_facts.ts";

/** How it was allowed. `nothing`: nothing could be destroyed. `plan`: by a saved plan that somebody has seen. */
export type Means = "nothing" | "limit" | "max" | "expect" | "yes" | "answer" | "plan";

/** Who allowed it. `nobody`: nobody said anything, so the usual limit holds. */
export type Giver = "nobody" | "chain" | "run" | "command" | "person" | "file";

/** What a run may destroy of one plan. */
export interface Allowance {
  /** How it was allowed. */
  readonly how: Means;
  /** Who allowed it. */
  readonly by: Giver;
  /** The limit that allowed it, as a number of members; undefined if it was allowed in another way. */
  readonly limit?: number;
  /** For each step's index in the plan, the indexes of the members that the step may destroy. */
  readonly steps: ReadonlyMap<number, ReadonlySet<number>>;
  /** What else may be destroyed with them. */
  readonly others: readonly AlsoDestroyed[];
}

/** What a run may destroy: one allowance for each of its plans. */
export type Consent = readonly Allowance[];

/** Allows nothing to be destroyed. */
export const NOTHING: Allowance = { how: "nothing", by: "nobody", steps: new Map(), others: [] };

/** Everything that a plan could destroy, by step: every member that still has to do the step, whatever is predicted. */
export function couldDestroy(
  plan: Pick<PlanFacts, "resource" | "steps" | "members">,
): Map<number, Set<number>> {
  const steps = new Map<number, Set<number>>();
  for (const [step, one] of plan.steps.entries()) {
    if (!isDestructive(plan.resource, one)) continue;
    const members = new Set<number>();
    for (const [index, { startAt = 0 }] of plan.members.entries()) if (startAt <= step) members.add(index);
    steps.set(step, members);
  }
  return steps;
}

/** The members that a plan could destroy and that an allowance does not cover, or not completely. */
export function notAllowed(plan: PlanFacts, allowance: Allowance | undefined): Set<number> {
  const left = new Set<number>();
  const others = new Set(allowance?.others.map(destroyedKey));
  for (const [step, members] of couldDestroy(plan)) {
    const allowed = allowance?.steps.get(step);
    for (const member of members) {
      const all = allowed?.has(member) &&
        plan.members[member]!.others?.every((other) =>
            others.has(destroyedKey(other)) || isMember(plan, other, allowed)
          ) !== false;
      if (!all) left.add(member);
    }
  }
  return left;
}

/** Whether what is destroyed along with a member is itself one of the `allowed` members. */
export function isMember(
  plan: Pick<PlanFacts, "resource" | "members">,
  other: AlsoDestroyed,
  allowed: ReadonlySet<number>,
): boolean {
  return other.kind === plan.resource.kind &&
    plan.members.some(({ id }, index) => id === other.id && allowed.has(index));
}

/** Allows everything that a plan could destroy. */
export function allOf(plan: PlanFacts, how: Means, by: Giver, limit?: number): Allowance {
  return {
    how,
    by,
    ...(limit === undefined ? {} : { limit }),
    steps: couldDestroy(plan),
    others: plan.others,
  };
}

/** An allowance for members with new indexes: `indexes[now]` is the old index. */
export function renumbered(allowance: Allowance, indexes: readonly number[]): Allowance {
  const steps = new Map<number, Set<number>>();
  for (const [step, allowed] of allowance.steps) {
    steps.set(step, new Set(indexes.flatMap((then, now) => allowed.has(then) ? [now] : [])));
  }
  return { ...allowance, steps };
}
