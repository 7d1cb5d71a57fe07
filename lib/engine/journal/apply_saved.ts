/**
 * Runs a saved plan: exactly its members, each of which is read again first.
 *
 * @module
 */
import { destroyedKey, takingAlong } from "../plan/consent/also_destroyed.ts";
import { allOf, type Consent } from "../plan/consent/consent.ts";
import { JournalError } from "../errors.ts";
import type { Plan } from "../plan/plan.ts";
import { type PlannedMember, UNMADE } from "../plan/plan_facts.ts";
import { predict } from "../plan/predict.ts";
import { protectedSince } from "../plan/saved/saved_protections.ts";
import { heldAtBarriers } from "../plan/not_begun.ts";
import { type FindPlace, readMembers } from "./resume.ts";
import { asking } from "../select/resolve.ts";
import {
  type ChainPlace,
  checkPlace,
  checkTaken,
  lostSteps,
  restorePlan,
  restoreSteps,
  titleOf,
} from "../plan/saved/saved_plan.ts";
import type { SavedMember, SavedPlan } from "../plan/saved/saved_plan.ts";

/** A member that differs from the plan, and so is not changed. */
export interface Drifted {
  readonly id: string;
  readonly name: string;
  /** The difference. */
  readonly why: string;
}

/**
 * Makes a saved plan into a current one. Sends only reads.
 *
 * A member that was changed in any way since is left out, because consent was given for the earlier one.
 *
 * @throws {JournalError} when it now leads elsewhere, or has steps that were not kept.
 */
export async function planAgain(
  saved: SavedPlan,
  find: FindPlace,
  signal?: AbortSignal,
): Promise<{ plan: Plan; drifted: Drifted[] }> {
  const lost = lostSteps(saved);
  if (lost.length > 0) {
    throw new JournalError(
      `Cannot apply ${titleOf(saved)}: the plan does not keep all of it: ${lost.join("; ")}`,
    );
  }
  const place = await find(saved);
  checkPlace(saved, place);
  const { resource } = place;
  const steps = restoreSteps(saved, resource);
  const records = await readMembers(place, saved.members, signal);
  const members: PlannedMember[] = [];
  const drifted: Drifted[] = [];
  for (const member of saved.members) {
    const record = records.get(member.id);
    const why = member.id === ""
      ? await madeMeanwhile(saved, place, member)
      : driftOf(member, record, resource) ??
        protectedSince(resource, record!, member, saved.protect);
    if (why !== undefined) {
      drifted.push({ id: member.id, name: member.name, why });
      continue;
    }
    const state = record ? resource.state(record) : UNMADE;
    checkTaken(saved, resource, steps, record);
    members.push({
      id: member.id,
      name: member.name,
      state,
      record: record ?? specOf(saved),
      predictions: predict(resource, steps, state, { record, now: place.endpoint.clock.now() }),
    });
  }
  const along = await takingAlong(resource, steps, members, asking(place.endpoint, { signal }));
  const shown = new Map(saved.members.map(({ id, others = [] }) => [id, new Set(others.map(destroyedKey))]));
  const same = along.filter(({ id, name, others = [] }) => {
    const more = others.filter((other) => !shown.get(id)?.has(destroyedKey(other)));
    if (more.length === 0) return true;
    const what = more.map(({ kind, name }) => `${kind} ${name}`).join(", ");
    drifted.push({ id, name, why: `more would be destroyed together with it now: ${what}` });
    return false;
  });
  return { plan: restorePlan(saved, place, steps, heldAtBarriers(steps, same)), drifted };
}

/**
 * The consent in saved plans: everything in them, because somebody has seen it. Nothing if a member has drifted,
 * because then the set is another one.
 */
export function consentOf(again: readonly { readonly plan: Plan; readonly drifted: readonly Drifted[] }[]):
  | Consent
  | undefined {
  if (again.some(({ drifted }) => drifted.length > 0)) return undefined;
  return again.map(({ plan }) => allOf(plan, "plan", "file"));
}

const specOf = ({ steps }: SavedPlan) => (steps[0]?.do === "create" ? steps[0].spec : {}) as object;

/** Whether a member that was to be created already exists. */
async function madeMeanwhile(saved: SavedPlan, { endpoint, resource }: ChainPlace, { name }: SavedMember) {
  const made = await resource.create!.find(endpoint, name, specOf(saved));
  return made ? "it exists already" : undefined;
}

/** How a member differs from the plan; undefined if it does not. */
function driftOf(
  was: SavedMember,
  record: object | undefined,
  resource: ChainPlace["resource"],
): string | undefined {
  if (record === undefined) return `it was ${was.state} and is gone`;
  const state = resource.state(record);
  if (state !== was.state) return `it was ${was.state} and is ${state}`;
  const name = resource.name(record);
  if (name !== was.name) return `its name is ${name} now`;
  const tags = resource.tags?.(record);
  if (sorted(tags) !== sorted(was.tags)) return "its tags were changed";
  const mark = resource.mark?.(record);
  if (mark !== was.mark) {
    return `it was changed after the plan was made (${was.mark ?? "?"}, now ${mark ?? "?"})`;
  }
  return undefined;
}

const sorted = (tags: Readonly<Record<string, unknown>> | undefined) =>
  JSON.stringify(Object.entries(tags ?? {}).sort(([a], [b]) => a < b ? -1 : 1));
