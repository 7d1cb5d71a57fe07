/**
 * Checks a step again right before it is sent, by the record that was last seen.
 *
 * @module
 */
import type { RunContext } from "../run_context.ts";
import { MusterError } from "../../errors.ts";
import { settle } from "./wait_for_mark.ts";
import type { Member } from "../member.ts";
import {
  changedBy,
  ExpectedRecord,
  markFields,
  obstacleTo,
  stateFields,
} from "../../plan/expected_record.ts";
import { isPlain } from "../../resource/fields.ts";
import { protects, showProtection } from "../../select/protect.ts";
import { isDestructive } from "../../plan/consent/destructive.ts";
import { changedSincePlan, told } from "../../plan/saved/changed_since.ts";
import { matches, type SelectionConditions } from "../../select/conditions.ts";
import type { ActionStep, PerformStep } from "../../resource/steps.ts";

/** The record that a member is expected to have after the chain's own actions since it was read. */
export function outlookOf({ plan: { resource } }: RunContext, member: Member): ExpectedRecord {
  const outlook = new ExpectedRecord();
  for (const { name, args, at } of member.deeds) {
    const unproven = member.unproven.some((one) => one.name === name && one.args === args);
    if ((member.stale && at >= member.readAt) || unproven) {
      outlook.afterAction(resource.actions[name]!, member.record, args);
    }
  }
  return outlook;
}

/**
 * Refuses a step if the member's record now forbids it.
 *
 * If the record forbids it but an earlier action of the chain should change that, it waits until the change shows.
 * Servers carry out such actions a moment after they accept them.
 *
 * @throws {MusterError} with the reason.
 */
export async function checkAgain(
  run: RunContext,
  member: Member,
  step: ActionStep | PerformStep,
  index: number,
): Promise<void> {
  const { resource } = run.plan;
  const name = step.kind === "action" ? step.name : step.performance.name;
  const changed = isDestructive(resource, step) ? changedMeanwhile(run, member, index) : undefined;
  if (changed !== undefined) {
    throw new MusterError(
      `Cannot ${name} ${resource.kind} ${member.name}: ${changed}. It was not destroyed. Plan again.`,
    );
  }
  const obstacle = (outlook: ExpectedRecord) =>
    obstacleTo(resource, step, outlook, {
      record: member.record,
      state: member.state,
      now: run.clock.now(),
    });
  let why = obstacle(new ExpectedRecord());
  if (why === undefined) why = obstacle(outlookOf(run, member));
  else if (!obstacle(outlookOf(run, member))) {
    if (member.unproven.length > 0) await settle(run, member, name);
    why = obstacle(outlookOf(run, member));
  }
  if (why !== undefined) throw new MusterError(`Cannot ${name} ${resource.kind} ${member.name}: ${why}`);
}

/** Why a member no longer matches its selection; undefined if it does, or was not read since. */
function changedMeanwhile({ plan }: RunContext, member: Member, index: number): string | undefined {
  const { planned } = member;
  const { resource, conditions, guards, which } = plan;
  if (member.record === planned.record || planned.id === "") return undefined;
  const own = ownFields(plan, member, index);
  const record = asSelected(member, own);
  const guard = guards.find((one) =>
    protects(resource, record, one) && !(planned.startAt && isAbout(resource, one.given, own))
  );
  if (guard) {
    return `it is protected by ${showProtection(guard.given)} now, and was not when the plan was made`;
  }
  const names = resource.names?.(record) ?? [resource.name(record)];
  if (which !== undefined && !names.includes(which) && !(planned.startAt && own.has("name"))) {
    return `its name is ${member.name} now, not ${which}`;
  }
  if (!conditions) {
    // For a resumed run or a saved plan, any change of the name or the tags may mean that the member would not be
    // selected.
    return changedSincePlan(
      resource,
      told(resource, planned.record),
      member.record,
      plan.steps.slice(0, index),
    );
  }
  const kept = planned.startAt ? withoutConditions(resource, conditions, own) : conditions;
  return matches(resource, record, kept) ? undefined : `it no longer matches the selection ${plan.selection}`;
}

/** Conditions without those about what the chain itself changes. */
export function withoutConditions(
  resource: RunContext["plan"]["resource"],
  { tags, where }: SelectionConditions,
  own: ReadonlySet<string>,
): SelectionConditions {
  const less = (all: Readonly<Record<string, unknown>>, of: (key: string, value: unknown) => object) =>
    Object.fromEntries(Object.entries(all).filter(([key, value]) => !isAbout(resource, of(key, value), own)));
  return {
    tags: less(tags, (key, value) => ({ tags: { [key]: value } })),
    where: where.map((one) => less(one, (key, value) => ({ [key]: value }))),
  };
}

/**
 * Whether conditions name attributes that the chain itself changes. A resumed run does not know the values from when the
 * member was selected.
 */
function isAbout(
  resource: RunContext["plan"]["resource"],
  conditions: object,
  own: ReadonlySet<string>,
): boolean {
  const keys = Object.entries(conditions).flatMap(([key, value]) =>
    key === "tags" && isPlain(value) ? Object.keys(value).map((tag) => `tags.${tag}`) : [key, `tags.${key}`]
  );
  return keys.some((key) =>
    own.has(key) || resource.fields?.[key] === "state" || (key.startsWith("tags.") && own.has("tags"))
  );
}

/** The fields of a member's record that earlier steps may have changed. */
export function ownFields(
  { resource, steps }: Pick<RunContext["plan"], "resource" | "steps">,
  { record }: { readonly record: object },
  index: number,
): Set<string> {
  const fields = new Set<string>();
  const before = steps.slice(0, index);
  if (before.some((step) => step.kind === "action" || step.kind === "wait" || step.kind === "create")) {
    // The state counts as well, because the chain changes it and waits for it.
    for (const field of stateFields(resource, record)) fields.add(field);
  }
  if (before.some((step) => step.kind === "action" || step.kind === "perform")) {
    for (const field of markFields(resource, record)) fields.add(field);
  }
  for (const step of before) {
    const own = step.kind === "action"
      ? changedBy(resource.actions[step.name]!, step.args)
      : step.kind === "perform"
      ? step.performance.changes ?? []
      : [];
    for (const field of own) fields.add(field);
  }
  return fields;
}

/** The record that was last seen, with the old value of every field that the chain itself may have changed. */
function asSelected({ record, planned }: Member, own: ReadonlySet<string>): object {
  const was = planned.record as Readonly<Record<string, unknown>>;
  const made: Record<string, unknown> = { ...record };
  for (const path of own) restore(made, was, path);
  return made;
}

/** Restores the old value of a field: `state`, or `status.phase` for a nested one. The tag `a.b` is `tags.a.b`. */
function restore(made: Record<string, unknown>, was: Readonly<Record<string, unknown>>, path: string): void {
  const [, field, rest] = /^(.+?)\.(.+)$/.exec(path) ?? [];
  if (field === undefined || Object.hasOwn(made, path) || Object.hasOwn(was, path)) {
    if (Object.hasOwn(was, path)) made[path] = was[path];
    else delete made[path];
    return;
  }
  const part = { ...made[field] as Record<string, unknown> };
  restore(part, (was[field] ?? {}) as Record<string, unknown>, rest!);
  made[field] = part;
}
