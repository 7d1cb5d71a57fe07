/**
 * The check before every write: a step that cannot be undone is sent only if the run's consent includes the member and
 * the step.
 *
 * @module
 */
import { alsoDestroyed, destroyedKey } from "../../plan/consent/also_destroyed.ts";
import { type Allowance, isMember } from "../../plan/consent/consent.ts";
import { isDestructive } from "../../plan/consent/destructive.ts";
import { ConfirmationRequiredError } from "../../errors.ts";
import type { Reservation } from "../../plan/asking/destroyed_so_far.ts";
import type { Member } from "../member.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Step } from "../../resource/steps.ts";

/** How old the data about what is destroyed along with members may be, in milliseconds. */
const FRESH = 5_000;

/** Allows or refuses the writes of a plan. */
export class ConsentGate {
  readonly #plan: Plan;
  readonly #allowance: Allowance;
  readonly #reservation: Reservation | undefined;
  /** For each step what is destroyed along with each member, and when the reading of that began. */
  readonly #along = new Map<number, { at: number; found: ReturnType<typeof alsoDestroyed> }>();

  constructor(plan: Plan, allowance: Allowance, reservation: Reservation | undefined) {
    this.#plan = plan;
    this.#allowance = allowance;
    this.#reservation = reservation;
  }

  /**
   * Resolves when the step may be done to the member.
   *
   * @throws {ConfirmationRequiredError} when nobody has allowed it. Then nothing may be sent.
   */
  async pass(member: Member, index: number): Promise<void> {
    const { resource, steps } = this.#plan;
    const step = steps[index]!;
    if (!isDestructive(resource, step)) return;
    const allowed = this.#allowance.steps.get(index);
    if (!allowed?.has(member.index)) {
      throw this.#refusal(step, member, "this run is not allowed to destroy it");
    }
    const others = await this.#othersOf(step, index, member);
    const known = new Set(this.#allowance.others.map(destroyedKey));
    const strangers = others.filter((other) =>
      !known.has(destroyedKey(other)) && !isMember(this.#plan, other, allowed)
    );
    if (strangers.length > 0) {
      const names = strangers.map(({ kind, name }) => `${kind} ${name}`).join(", ");
      throw this.#refusal(
        step,
        member,
        `that would also destroy ${names}, which was not allowed. Plan again`,
      );
    }
    this.#reservation?.use(member.index);
  }

  /** What would be destroyed along with a member now. */
  async #othersOf(step: Step, index: number, member: Member) {
    const { resource, endpoint, members, at } = this.#plan;
    const action = step.kind === "action" ? resource.actions[step.name] : undefined;
    if (!action?.alsoDestroys) return [];
    const now = endpoint.clock.now();
    const planned = members[member.index]!;
    if (planned.id !== "" && now - at <= FRESH) return planned.others ?? [];
    if (planned.id === "") {
      return (await alsoDestroyed(resource, [step], [member.record], endpoint)).get(member.id) ?? [];
    }
    let along = this.#along.get(index);
    if (!along || now - along.at > FRESH) {
      // Read for all members at once, because others will reach this step as well.
      const records = members.filter(({ id }) => id !== "").map(({ record }) => record);
      along = { at: now, found: alsoDestroyed(resource, [step], records, endpoint) };
      this.#along.set(index, along);
    }
    return (await along.found).get(member.id) ?? [];
  }

  #refusal(step: Step, { name }: Member, why: string): ConfirmationRequiredError {
    const what = step.kind === "perform" ? step.performance.name : (step as { name: string }).name;
    return new ConfirmationRequiredError(`Cannot ${what} ${this.#plan.resource.kind} ${name}: ${why}`, 1);
  }
}
