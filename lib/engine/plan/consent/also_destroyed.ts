/**
 * What is destroyed along with a member, according to its description: the increments of a backup, the instances of a
 * cluster.
 *
 * @module
 */
import type { AlsoDestroyed } from "../../resource/destroyed_along.ts";
import type { AnyResource } from "../../resource/describe.ts";
import type { Endpoint } from "../../resource/endpoint.ts";
import type { Step } from "../../resource/steps.ts";

/** A key that is different for each such thing. */
export const destroyedKey = ({ kind, id }: Pick<AlsoDestroyed, "kind" | "id">): string => `${kind} ${id}`;

/** The same without its record. */
export const bare = ({ kind, id, name }: AlsoDestroyed): AlsoDestroyed => ({ kind, id, name });

/** What these steps destroy along with the members of these records, by the members' ids. Sends only reads. */
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
        ...others.filter((one) => !before.some((other) => destroyedKey(other) === destroyedKey(one))),
      ]);
    }
  }
  return found;
}

/** Members with what is destroyed along with each. `startAt` of a member is its first step. */
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
  // The earliest step that any member still has to do. Finding more than is destroyed is the safe side.
  const from = members.reduce((least, { startAt = 0 }) => Math.min(least, startAt), steps.length);
  const there = members.filter(({ id, state }) => id !== "" && state !== resource.gone.state);
  const found = await alsoDestroyed(resource, steps.slice(from), there.map(({ record }) => record), endpoint);
  if (found.size === 0) return [...members];
  return members.map((member) => {
    const others = found.get(member.id);
    return others?.length ? { ...member, others } : member;
  });
}

/** Everything that is destroyed along with members and is not itself a member. Each only once. */
export function othersOf(
  resource: AnyResource,
  members: readonly { readonly id: string; readonly others?: readonly AlsoDestroyed[] }[],
): AlsoDestroyed[] {
  const others = new Map<string, AlsoDestroyed>();
  for (const member of members) {
    for (const other of member.others ?? []) others.set(destroyedKey(other), bare(other));
  }
  if (others.size > 0) {
    for (const { id } of members) others.delete(destroyedKey({ kind: resource.kind, id }));
  }
  return [...others.values()];
}
