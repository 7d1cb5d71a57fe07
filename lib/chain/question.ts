/**
 * The question that a person is asked before something is destroyed: one for all plans of a run.
 *
 * @module
 */
import { keyOf } from "./also_destroyed.ts";
import { counted } from "./describe.ts";
import type { Plan } from "./plan.ts";

/**
 * A question to a person.
 *
 * @example
 * ```ts
 * import { dc, type Question } from "@muster/muster";
 *
 * const show = ({ endpoint, text, count, names, irreversible }: Question) =>
 *   `${endpoint}: ${text} (${irreversible.join(", ")} ${count}: ${names.join(", ")}, …)`;
 * const chain = dc("sim").machines({ type: "test" }).delete();
 * await chain.run({ confirm: (question) => Promise.resolve(void console.log(show(question))) }).catch(() => {});
 * ```
 */
export interface Question {
  /** Where: the datacenter's name; of several all their names. */
  readonly endpoint: string;
  /** What would happen, in a sentence. */
  readonly text: string;
  /** How many would be destroyed, whatever is destroyed along with the members included. */
  readonly count: number;
  /** The first members' names. */
  readonly names: readonly string[];
  /** The names of what would be destroyed along with them, such as a backup's increments; undefined where nothing is. */
  readonly others?: readonly string[];
  /** The actions that cannot be undone. */
  readonly irreversible: readonly string[];
  /** Whether the count must be typed, as the set is large. */
  readonly typeCount: boolean;
}

/**
 * Asks a person. Resolves to undefined when nobody is there to ask, to false when `signal` aborts meanwhile.
 *
 * @example
 * ```ts
 * import { type Confirm, dc } from "@muster/muster";
 *
 * // Asks nobody: up to fifty members are fine.
 * const confirm: Confirm = (question) => Promise.resolve(question.count <= 50);
 * const report = await dc("sim").machines({ type: "test" }).where({ state: "running" })
 *   .delete().run({ confirm });
 * console.log(report.succeeded.length);
 * ```
 */
export type Confirm = (question: Question, signal?: AbortSignal) => Promise<boolean | undefined>;

/** From how many members on a person has to type the count. */
const TYPE_COUNT = 100;
/** How many names are said. */
const NAMED = 5;

/** What somebody is asked of: members of a plan that nobody has allowed to be destroyed. */
export interface Asked {
  readonly plan: Plan;
  readonly members: ReadonlySet<number>;
}

/** The question about all of these at once; `why` says more, such as what was destroyed before. */
export function questionOf(asked: readonly Asked[], why = ""): Question {
  const kinds = new Map<string, { plan: Plan; does: string; count: number }>();
  const names: string[] = [];
  const others = new Map<string, string>();
  const irreversible = new Set<string>();
  const seen = new Set<string>();
  for (const { plan, members } of asked) {
    const { endpoint, resource } = plan;
    const does = plan.irreversible.join(", ");
    // Who is in two of the chains can be destroyed once.
    const some = [...members].filter((index) => {
      const { id } = plan.members[index]!;
      const key = `${endpoint.key} ${resource.kind} ${id}`;
      return id === "" || !seen.has(key) && seen.add(key);
    });
    const also = new Set(some.flatMap((index) => plan.members[index]!.others?.map(keyOf) ?? []));
    for (const other of plan.others) {
      if (also.has(keyOf(other))) others.set(`${endpoint.key} ${keyOf(other)}`, other.name);
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
      (others.size > 0 ? `, and with that ${others.size} more (${some([...others.values()])})` : "") + why,
    count,
    names: names.slice(0, NAMED),
    ...(others.size > 0 ? { others: [...others.values()] } : {}),
    irreversible: [...irreversible],
    typeCount: count >= TYPE_COUNT,
  };
}

/** The first of some names. */
export const some = (names: readonly string[], count: number = names.length): string =>
  names.slice(0, NAMED).join(", ") + (count > NAMED ? ", …" : "");
