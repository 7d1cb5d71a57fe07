/**
 * What is destroyed along with a member, as its description tells: the increments of a backup, the instances of a cluster.
 *
 * @module
 */
import type { AnyResource } from "./describe.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Step } from "./steps.ts";

/** Something that is destroyed when a member is, though it is none of the chain's. */
export interface AlsoDestroyed {
  /** What it is: `backup`. */
  readonly kind: string;
  /** Its id. */
  readonly id: string;
  /** What it is called. */
  readonly name: string;
  /** Its record, where it is of the member's own kind: `.protect()` holds for it as well. */
  readonly record?: object;
}

/** Tells such things apart. */
export const keyOf = ({ kind, id }: Pick<AlsoDestroyed, "kind" | "id">): string => `${kind} ${id}`;

/** Without its record. */
export const bare = ({ kind, id, name }: AlsoDestroyed): AlsoDestroyed => ({ kind, id, name });

/** What is destroyed by these steps along with members of these records, by the members' ids. Sends nothing but reads. */
export async function alsoDestroyed(
  resource: AnyResource,
  steps: readonly Step[],
  records: readonly object[],
  endpoint: Endpoint,
): Promise<Map<string, AlsoDestroyed[]>> {
  const found = new Map<string, AlsoDestroyed[]>();
  if (records.length === 0) return found;
  for (const step of steps) {
    const action = step.kind === "action" ? resource.actions[step.name] : undefined;
    if (step.kind !== "action" || !action?.destructive || !action.alsoDestroys) continue;
    for (const [id, others] of await action.alsoDestroys(endpoint, records, ...step.args as never[])) {
      const before = found.get(id) ?? [];
      found.set(id, [
        ...before,
        ...others.filter((one) => !before.some((other) => keyOf(other) === keyOf(one))),
      ]);
    }
  }
  return found;
}

/** Members with what is destroyed along with each; `startAt` of a member says from which step on. */
export async function takingAlong<
  M extends {
    readonly id: string;
    readonly state: string;
    readonly record: object;
    readonly startAt?: number;
  },
>(
  resource: AnyResource,
  steps: readonly Step[],
  members: readonly M[],
  endpoint: Endpoint,
): Promise<(M & { others?: readonly AlsoDestroyed[] })[]> {
  // The earliest step that anybody is still to do: to find more than is destroyed is the safe side.
  const from = members.reduce((least, { startAt = 0 }) => Math.min(least, startAt), steps.length);
  const there = members.filter(({ id, state }) => id !== "" && state !== resource.gone.state);
  const found = await alsoDestroyed(resource, steps.slice(from), there.map(({ record }) => record), endpoint);
  if (found.size === 0) return [...members];
  return members.map((member) => {
    const others = found.get(member.id);
    return others?.length ? { ...member, others } : member;
  });
}

/** Of all that is destroyed along with members that which is itself no member, each once. */
export function othersOf(
  resource: AnyResource,
  members: readonly { readonly id: string; readonly others?: readonly AlsoDestroyed[] }[],
): AlsoDestroyed[] {
  const others = new Map<string, AlsoDestroyed>();
  for (const member of members) {
    for (const other of member.others ?? []) others.set(keyOf(other), bare(other));
  }
  if (others.size > 0) { for (const { id } of members) others.delete(keyOf({ kind: resource.kind, id })); }
  return [...others.values()];
}
