/**
 * Writes consent as a line of a journal, and reads it.
 *
 * @module
 */
import type { AlsoDestroyed } from "../../resource/destroyed_along.ts";
import { destroyedKey } from "./also_destroyed.ts";
import type { Allowance, Consent, Giver, Means } from "./consent.ts";
import { fields, list, oneOf, type Shape, someText, text, whole } from "../json_shape.ts";

/** What may be destroyed of one plan, as it is written. Members and steps have their numbers in the journal. */
export interface SavedAllowance {
  readonly plan: number;
  readonly how: Means;
  readonly by: Giver;
  readonly limit?: number;
  readonly steps: readonly (readonly [step: number, members: readonly number[]])[];
  readonly others?: readonly AlsoDestroyed[];
}

/**
 * A run's consent, ready to be written.
 *
 * @param plans The number in the journal of each of the run's plans.
 * @param members For each of those plans the numbers of its members in the journal; undefined if they are the same.
 */
export function saveConsent(
  consent: Consent,
  plans?: readonly number[],
  members?: readonly (readonly number[])[],
): SavedAllowance[] {
  return consent.flatMap(({ how, by, limit, steps, others }, number) =>
    steps.size === 0 ? [] : [{
      plan: plans?.[number] ?? number,
      how,
      by,
      ...(limit === undefined ? {} : { limit }),
      steps: [...steps].map(([step, some]) =>
        [step, [...some].map((index) => members?.[number]?.[index] ?? index)] as const
      ),
      ...(others.length === 0 ? {} : { others }),
    }]
  );
}

/** What is destroyed along with a member, as it is written. */
export const alsoDestroyedShape: Shape = list(fields({ kind: someText, id: someText, name: text() }));

/** The required shape of such a line. */
export const consentShape: Shape = fields({
  consent: list(fields({
    plan: whole,
    how: oneOf("limit", "max", "expect", "yes", "answer", "plan" satisfies Means),
    by: oneOf("nobody", "chain", "run", "command", "person", "file" satisfies Giver),
    "limit?": whole,
    steps: list((value, at) =>
      Array.isArray(value) && value.length === 2
        ? whole(value[0], `${at}[0]`) ?? list(whole)(value[1], `${at}[1]`)
        : `${at} is not a step and its members`
    ),
    "others?": alsoDestroyedShape,
  })),
});

/**
 * Reads such a line.
 *
 * @param held What has been allowed so far, by plan.
 * @returns Why the line is invalid; undefined if it is valid.
 */
export function takeConsent(
  line: readonly SavedAllowance[],
  plans: readonly { readonly steps: readonly unknown[]; readonly members: readonly unknown[] }[],
  held: (Allowance | undefined)[],
): string | undefined {
  for (const { plan, steps } of line) {
    const known = plans[plan];
    const fits = known &&
      steps.every(([step, members]) =>
        step < known.steps.length && members.every((member) => member < known.members.length)
      );
    if (!fits) return "it allows something that is not in the plan";
  }
  for (const { plan, how, by, limit, steps, others = [] } of line) {
    held[plan] = joined(held[plan], {
      how,
      by,
      ...(limit === undefined ? {} : { limit }),
      steps: new Map(steps.map(([step, members]) => [step, new Set(members)])),
      others,
    });
  }
  return undefined;
}

/** Combines what was allowed at first with what was allowed when the run was resumed. */
function joined(before: Allowance | undefined, more: Allowance): Allowance {
  if (!before) return more;
  const steps = new Map([...before.steps].map(([step, members]) => [step, new Set(members)]));
  for (const [step, members] of more.steps) {
    const all = steps.get(step) ?? new Set();
    for (const member of members) all.add(member);
    steps.set(step, all);
  }
  const others = new Map([...before.others, ...more.others].map((other) => [destroyedKey(other), other]));
  return { ...more, steps, others: [...others.values()] };
}
