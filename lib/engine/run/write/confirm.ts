/**
 * A wait after an action that shows in nothing but the member's mark: as anybody's change leaves a mark, the API's audit is
 * asked before the action is believed to be over.
 *
 * @module
 */
import { Evidence } from "./audit.ts";
import { isAudited } from "../../resource/audited.ts";
import type { RunContext } from "../run_context.ts";
import { MusterError } from "../../errors.ts";
import type { MemberRef } from "../events.ts";
import { leftMark, tookEffect } from "../../wait/evidence.ts";
import type { LastAction, Look } from "../../wait/look.ts";
import { isRefusal } from "../../wait/look_at_many.ts";
import type { Member } from "../member.ts";

/** Times between two readings of the audit, ms. */
const SOONEST = 1_000, LATEST = 15_000;

/** Asks the audit for one wait. */
export class Confirming {
  readonly #run: RunContext;
  readonly #member: Member;
  readonly #last: LastAction;
  readonly #evidence: Evidence;
  #pause = SOONEST;
  #notBefore = -Infinity;

  private constructor(run: RunContext, member: Member, last: LastAction, sentAt: number) {
    this.#run = run;
    this.#member = member;
    this.#last = last;
    this.#evidence = new Evidence(run, member, last.name, sentAt);
  }

  /** For a wait after `last`; undefined where the audit need not, or cannot, be asked. */
  static after(run: RunContext, member: Member, last: LastAction | undefined): Confirming | undefined {
    const { resource } = run.plan;
    if (!last || last.seen || last.sentAt === undefined) return undefined;
    if (!resource.actions[last.name]!.leavesMark || !isAudited(resource, last.name)) return undefined;
    return new Confirming(run, member, last, last.sentAt);
  }

  /** Whether a look shows that somebody changed the member, and not that it was the action. */
  isDue(look: Look): boolean {
    const { plan: { resource }, clock } = this.#run;
    return !this.#last.seen && clock.now() >= this.#notBefore &&
      leftMark(resource, this.#last, look) && !tookEffect(resource, this.#last, look);
  }

  /**
   * Asks. The action is seen from then on where the audit says so, or cannot be read by this user.
   *
   * @throws {MusterError} where it says that the action failed.
   */
  async ask(about: { member: MemberRef; step: number }): Promise<void> {
    const { plan: { resource }, clock, signal } = this.#run;
    this.#notBefore = clock.now() + this.#pause;
    this.#pause = Math.min(LATEST, this.#pause * 2);
    try {
      const said = await this.#evidence.ask(about);
      if (said === "done") this.#last.seen = true;
      if (said !== "failed") return;
    } catch (error) {
      signal.throwIfAborted();
      if (isRefusal(error as Error)) this.#last.seen = true;
      return;
    }
    throw new MusterError(
      `Cannot ${this.#last.name} ${resource.kind} ${this.#member.name}: the server's audit says that it failed.`,
    );
  }
}
