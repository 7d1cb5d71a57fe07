/**
 * Members that are in several chains of one run.
 *
 * One chain after another handles such a member, in order, so that no chain sees it in the middle of another. What an
 * earlier chain has done to a member is not done to it again. If one of the chains destroys, and the chains differ,
 * nobody knows what was meant: then the member is begun in none of them.
 *
 * @module
 */
import { MusterError } from "../errors.ts";
import type { Member } from "./member.ts";
import { Plan } from "../plan/plan.ts";
import type { PlannedMember } from "../plan/plan_facts.ts";
import type { Prediction } from "../plan/predict.ts";
import { heldAtBarriers, isRefused } from "../plan/not_begun.ts";
import type { Earlier } from "../plan/overlap_facts.ts";
import type { Step } from "../resource/steps.ts";

const functions = new WeakMap<object, number>();
let known = 0;

/**
 * A key for what a step does: equal for two steps that do the same. Undefined for a step that does nothing to a member.
 */
export function stepKey(step: Step): string | undefined {
  if (step.kind !== "action" && step.kind !== "perform") return undefined;
  if (step.kind === "perform" && step.name === undefined) return `perform ${numberOf(step.performance)}`;
  const args = JSON.stringify(step.args ?? [], function (this: Record<string, unknown>, key, value) {
    if (typeof value === "function") return `function ${numberOf(value)}`;
    if (typeof value === "bigint") return `${value}n`;
    const own = this[key];
    // An object that hides its content, such as a secret, is equal only to itself.
    return hides(own) ? `object ${numberOf(own)}` : own instanceof RegExp ? String(own) : value;
  });
  return `${step.kind} ${step.name} ${args}`;
}

/** Whether different objects of this kind may have the same JSON. */
function hides(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  if (value instanceof RegExp || value instanceof Date || value instanceof URL) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype !== Object.prototype && prototype !== null;
}

function numberOf(one: object): number {
  let number = functions.get(one);
  if (number === undefined) functions.set(one, number = ++known);
  return number;
}

const keysOf = (plan: Plan) => plan.steps.flatMap((step) => stepKey(step) ?? []);

/** The plans of one run. Each gets the members that it has in common with the others. */
export function foreseeOverlaps(plans: readonly Plan[]): readonly Plan[] {
  if (plans.length < 2) return plans;
  const places = new Map<string, { plan: number; member: number }[]>();
  for (const [number, plan] of plans.entries()) {
    // A chain that only reads or waits does not disturb the others.
    if (keysOf(plan).length === 0) continue;
    for (const [index, { id }] of plan.members.entries()) {
      if (id === "") continue;
      const key = JSON.stringify([plan.endpoint.key, plan.resource.kind, id]);
      const same = places.get(key);
      if (same) same.push({ plan: number, member: index });
      else places.set(key, [{ plan: number, member: index }]);
    }
  }
  const shared = [...places.values()].filter((all) => new Set(all.map(({ plan }) => plan)).size > 1);
  if (shared.length === 0) return plans;
  const members = plans.map((plan) => [...plan.members]);
  const counts = plans.map(() => new Map<number, number>());
  for (const all of shared) {
    const chains = [...new Set(all.map(({ plan }) => plan))];
    for (const one of chains) {
      for (const other of chains) {
        if (one !== other) counts[one]!.set(other, (counts[one]!.get(other) ?? 0) + 1);
      }
    }
    const destroying = chains.find((number) => plans[number]!.irreversible.length > 0);
    const alike = new Set(chains.map((number) =>
      JSON.stringify(plans[number]!.steps.map(outline))
    )).size === 1;
    for (const [nth, { plan: number, member: index }] of all.entries()) {
      const plan = plans[number]!;
      const member = members[number]![index]!;
      if (destroying !== undefined && !alike) {
        const other = chains.find((one) => one !== number)!;
        members[number]![index] = isRefused(member) ? member : notBegun(
          member,
          plan.steps,
          `it is in ${chains.length} chains of this run, and ${
            plans[destroying]!.irreversible.join(", ")
          } cannot be undone. Run them one after another, or leave it out of one (the other is ${
            plans[other]!.chain
          })`,
        );
      } else if (nth > 0) {
        const before = all.slice(0, nth).map((one): Earlier => ({ ...one, chain: plans[one.plan]!.chain }));
        members[number]![index] = follower(member, plan, before, plans);
      }
    }
  }
  return plans.map((plan, number) =>
    new Plan({
      ...plan,
      members: heldAtBarriers(plan.steps, members[number]!),
      overlaps: [...counts[number]!].map(([other, count]) => ({
        chain: plans[other]!.chain,
        members: count,
      })),
    })
  );
}

/** A step, as far as it distinguishes two chains. */
function outline(step: Step): unknown {
  return stepKey(step) ?? step;
}

function notBegun(member: PlannedMember, steps: readonly Step[], why: string): PlannedMember {
  const { state } = member;
  const at = steps.findIndex((step) => stepKey(step) !== undefined);
  const withheld: Prediction = { verdict: "withheld", why: "", state };
  return { ...member, predictions: [...Array(at).fill(withheld), { verdict: "refuse", why, state }] };
}

/** A member that comes after itself in earlier chains. */
function follower(
  member: PlannedMember,
  plan: Plan,
  earlier: readonly Earlier[],
  plans: readonly Plan[],
): PlannedMember {
  if (isRefused(member)) return member;
  const done = earlier.flatMap((one) =>
    isRefused(plans[one.plan]!.members[one.member]!)
      ? []
      : keysOf(plans[one.plan]!).map((key) => ({ key, chain: one.chain }))
  );
  const predictions = member.predictions.map((prediction, index): Prediction => {
    const at = done.findIndex(({ key }) => key === stepKey(plan.steps[index]!));
    if (at < 0) return prediction;
    const { chain } = done.splice(at, 1)[0]!;
    return { verdict: "skip", why: `already done by ${chain}`, state: prediction.state };
  });
  return { ...member, predictions, earlierChains: earlier };
}

/** Makes members wait for the same members in earlier plans of a run. */
export class Sequence {
  readonly #ends = new Map<string, { promise: Promise<Member>; resolve(member: Member): void }>();

  #of(plan: number, member: number) {
    const key = `${plan} ${member}`;
    let end = this.#ends.get(key);
    if (!end) this.#ends.set(key, end = Promise.withResolvers<Member>());
    return end;
  }

  /** Call it when a member has reached its end. */
  ended(member: Member): void {
    this.#of(member.plan, member.index).resolve(member);
  }

  /**
   * Waits until the earlier chains have finished with a member, and continues from there.
   *
   * @throws {MusterError} when one of them failed, because the later steps depend on the earlier ones.
   */
  async follow(member: Member, kind: string, signal: AbortSignal): Promise<void> {
    for (const { plan, member: index, chain } of member.planned.earlierChains ?? []) {
      const before = await this.#of(plan, index).promise;
      signal.throwIfAborted();
      if (before.fate === "failed" || before.fate === "interrupted") {
        throw new MusterError(
          `Cannot go on with ${kind} ${member.name}: it is also in ${chain}, which did not finish for it. ` +
            "This chain sent nothing to it.",
        );
      }
      member.follow(before, chain);
    }
  }
}
