/**
 * The question to a person before something is destroyed: one for all plans of a run.
 *
 * @module
 */
import { destroyedKey } from "../consent/also_destroyed.ts";
import { counted } from "../../resource/describe.ts";
import type { Question } from "../consent/confirm.ts";
import type { Plan } from "../plan.ts";

/** From this many members on, a person has to type the count. */
const TYPE_COUNT = 100;
/** How many names the question lists. */
const NAMED = 5;

/** The members of a plan that need a person's consent. */
export interface NeedsConsent {
  readonly plan: Plan;
  readonly members: ReadonlySet<number>;
}

/** One question about all of these. `why` adds a reason, such as what was destroyed before. */
export function questionOf(asked: readonly NeedsConsent[], why = ""): Question {
  const kinds = new Map<string, { plan: Plan; does: string; count: number }>();
  const names: string[] = [];
  const others = new Map<string, string>();
  const irreversible = new Set<string>();
  const seen = new Set<string>();
  for (const { plan, members } of asked) {
    const { endpoint, resource } = plan;
    const does = plan.irreversible.join(", ");
    // A member of two chains is destroyed only once.
    const some = [...members].filter((index) => {
      const { id } = plan.members[index]!;
      const key = `${endpoint.key} ${resource.kind} ${id}`;
      return id === "" || !seen.has(key) && seen.add(key);
    });
    const also = new Set(some.flatMap((index) => plan.members[index]!.others?.map(destroyedKey) ?? []));
    for (const other of plan.others) {
      if (also.has(destroyedKey(other))) others.set(`${endpoint.key} ${destroyedKey(other)}`, other.name);
    }
    for (const name of plan.irreversible) irreversible.add(name);
    if (some.length === 0) continue;
    const key = `${does} ${resource.kind} ${endpoint.name}`;
    const before = kinds.get(key)?.count ?? 0;
    kinds.set(key, { plan, does, count: before + some.length });
    for (const index of some) names.push(plan.members[index]!.name);
  }
  // What is destroyed along with a member of one chain may be a member of another.
  for (const key of others.keys()) if (seen.has(key)) others.delete(key);
  const count = names.length + others.size;
  const text = [...kinds.values()].map(({ plan, does, count }) =>
    `${does} ${counted(plan.resource, count)} in ${plan.endpoint.name}`
  ).join(" and ");
  return {
    endpoint: [...new Set(asked.map(({ plan }) => plan.endpoint.name))].join(", "),
    text: text +
      (others.size > 0
        ? `, and ${others.size} more together with that (${some([...others.values()])})`
        : "") +
      why,
    count,
    names: names.slice(0, NAMED),
    ...(others.size > 0 ? { others: [...others.values()] } : {}),
    irreversible: [...irreversible],
    typeCount: count >= TYPE_COUNT,
  };
}

/** The first few of these names. */
export const some = (names: readonly string[], count: number = names.length): string =>
  names.slice(0, NAMED).join(", ") + (count > NAMED ? ", …" : "");
