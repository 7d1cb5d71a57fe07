/**
 * Members that are in several chains of one run.
 *
 * They are done one after another, in the order of the chains, so that none sees what another is in the middle of. What an
 * earlier chain has done to a member is not done to it again. Where one of the chains destroys and they are not the same,
 * nobody knows what was meant: such a member is not begun in any of them.
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

/** What a step does, as a text: equal for two that do the same. Undefined for one that does nothing to a member. */
export function stepKey(step: Step): string | undefined {
  if (step.kind !== "action" && step.kind !== "perform") return undefined;
  if (step.kind === "perform" && step.name === undefined) return `perform ${numberOf(step.performance)}`;
  const args = JSON.stringify(step.args ?? [], function (this: Record<string, unknown>, key, value) {
    if (typeof value === "function") return `function ${numberOf(value)}`;
    if (typeof value === "bigint") return `${value}n`;
    const own = this[key];
    // What does not say what it holds, as a secret, is equal to nothing but itself.
    return hides(own) ? `object ${numberOf(own)}` : own instanceof RegExp ? String(own) : value;
  });
  return `${step.kind} ${step.name} ${args}`;
}

/** Whether its JSON may be that of something else. */
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

/** The plans of one run, each knowing which of its members the others have too. */
export function foreseeOverlaps(plans: readonly Plan[]): readonly Plan[] {
  if (plans.length < 2) return plans;
  const places = new Map<string, { plan: number; member: number }[]>();
  for (const [number, plan] of plans.entries()) {
    // A chain that only looks or waits is in nobody's way.
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

/** A step as far as it tells two chains apart. */
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

/** Where the members of all plans of a run wait for one another. */
export class Sequence {
  readonly #ends = new Map<string, { promise: Promise<Member>; resolve(member: Member): void }>();

  #of(plan: number, member: number) {
    const key = `${plan} ${member}`;
    let end = this.#ends.get(key);
    if (!end) this.#ends.set(key, end = Promise.withResolvers<Member>());
    return end;
  }

  /** A member has come to its end. */
  ended(member: Member): void {
    this.#of(member.plan, member.index).resolve(member);
  }

  /**
   * Waits until earlier chains are done with a member, and goes on from there.
   *
   * @throws {MusterError} when one of them failed: what comes after was meant for what they had made of it.
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
