/**
 * Consent as a line of a journal, and back.
 *
 * @module
 */
import type { AlsoDestroyed } from "../../resource/destroyed_along.ts";
import { destroyedKey } from "./also_destroyed.ts";
import type { Allowance, Consent, Giver, Means } from "./consent.ts";
import { fields, list, oneOf, type Shape, someText, text, whole } from "../json_shape.ts";

/** What one plan's members may suffer, as it is written: members and steps by their numbers in the journal. */
export interface SavedAllowance {
  readonly plan: number;
  readonly how: Means;
  readonly by: Giver;
  readonly limit?: number;
  readonly steps: readonly (readonly [step: number, members: readonly number[]])[];
  readonly others?: readonly AlsoDestroyed[];
}

/**
 * A run's consent, to be written.
 *
 * @param plans For each of the run's plans its number in the journal.
 * @param members For each of those plans the numbers of its members there; undefined where they are the same.
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

/** What such a line must be. */
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
 * Takes in a line that was read.
 *
 * @param held By plan, what has been allowed so far.
 * @returns Why that cannot be; undefined where it can.
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

/** What was allowed, and what was allowed besides when the run was taken up. */
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
