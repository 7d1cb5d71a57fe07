/**
 * A wait after an action that the API audits. Where nothing but the member's mark would show the action, the audit is asked
 * before it is believed to be over, because anybody's change leaves a mark. Where the member looks as it did before, the
 * audit is asked whether the action failed, because a stop that was refused behind the API may leave no other trace.
 *
 * @module
 */
import { Evidence } from "./audit.ts";
import { isAudited } from "../../resource/has_audit.ts";
import type { RunContext } from "../run_context.ts";
import { MusterError } from "../../errors.ts";
import type { MemberRef } from "../events.ts";
import { leftMark, tookEffect } from "../../wait/evidence.ts";
import type { LastAction, LastSeen } from "../../wait/last_seen.ts";
import { isRefusal } from "../../wait/poll_members.ts";
import type { Member } from "../member.ts";

/** Times between two readings of the audit, ms. */
const SOONEST = 1_000, LATEST = 15_000;

/** Asks the audit for one wait. */
export class Confirming {
  readonly #run: RunContext;
  readonly #member: Member;
  readonly #last: LastAction;
  readonly #evidence: Evidence;
  readonly #byMark: boolean;
  #pause = SOONEST;
  #notBefore: number;

  private constructor(run: RunContext, member: Member, last: LastAction, sentAt: number) {
    this.#run = run;
    this.#member = member;
    this.#last = last;
    this.#evidence = new Evidence(run, member, last.name, sentAt);
    this.#byMark = run.plan.resource.actions[last.name]!.leavesMark === true;
    this.#notBefore = this.#byMark ? -Infinity : sentAt + SOONEST;
  }

  /** For a wait after `last`; undefined where the audit need not, or cannot, be asked. */
  static after(run: RunContext, member: Member, last: LastAction | undefined): Confirming | undefined {
    const { resource } = run.plan;
    if (!last || last.seen || last.sentAt === undefined) return undefined;
    if (!isAudited(resource, last.name)) return undefined;
    return new Confirming(run, member, last, last.sentAt);
  }

  /** Whether a look leaves open what became of the action, and the audit may tell. */
  isDue(look: LastSeen): boolean {
    const { plan: { resource }, clock } = this.#run;
    const last = this.#last;
    if (clock.now() < this.#notBefore || tookEffect(resource, last, look)) return false;
    // Somebody changed it: perhaps the action. Or nothing is to be seen of the action.
    return this.#byMark ? leftMark(resource, last, look) : look.state === last.before.state;
  }

  /**
   * Asks. An action that only a mark shows counts as seen where the audit says that it was carried out, or where this user may
   * not read the audit. Any other has still to show: of those the audit tells only that they failed.
   *
   * @returns Whether the action counts as seen from now on.
   * @throws {MusterError} where it says that the action failed.
   */
  async ask(about: { member: MemberRef; step: number }): Promise<boolean> {
    const { plan: { resource }, clock, signal } = this.#run;
    try {
      const said = await this.#evidence.ask(about);
      if (said !== "failed") return said === "done" && this.#byMark;
    } catch (error) {
      signal.throwIfAborted();
      if (!isRefusal(error as Error)) return false;
      // It will not be allowed the next time either.
      this.#pause = Infinity;
      return this.#byMark;
    } finally {
      this.#notBefore = clock.now() + this.#pause;
      this.#pause = Math.min(LATEST, this.#pause * 2);
    }
    throw new MusterError(
      `Cannot ${this.#last.name} ${resource.kind} ${this.#member.name}: the server's audit says that it failed.`,
    );
  }
}
