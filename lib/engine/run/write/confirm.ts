/**
 * A wait after an action that the API audits. If only the member's mark would show the action, the audit has to confirm
 * it, because anybody's change leaves a mark. If the member looks as it did before, the audit is asked whether the
 * action failed, because a stop that was refused behind the API may leave no other trace.
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

/** Shortest and longest time between two reads of the audit, in milliseconds. */
const SOONEST = 1_000, LATEST = 15_000;

/** Reads the audit for one wait. */
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

  /** For a wait after `last`; undefined if the audit is not needed, or cannot be read. */
  static after(run: RunContext, member: Member, last: LastAction | undefined): Confirming | undefined {
    const { resource } = run.plan;
    if (!last || last.seen || last.sentAt === undefined) return undefined;
    if (!isAudited(resource, last.name)) return undefined;
    return new Confirming(run, member, last, last.sentAt);
  }

  /** Whether a poll does not show what happened to the action, and the audit may. */
  isDue(look: LastSeen): boolean {
    const { plan: { resource }, clock } = this.#run;
    const last = this.#last;
    if (clock.now() < this.#notBefore || tookEffect(resource, last, look)) return false;
    // The mark has changed, perhaps because of the action. Or the action does not show at all.
    return this.#byMark ? leftMark(resource, last, look) : look.state === last.before.state;
  }

  /**
   * Reads the audit. An action that only a mark shows counts as seen if the audit says that it was carried out, or if
   * this user may not read the audit. Any other action still has to show: for those the audit only reports failures.
   *
   * @returns Whether the action counts as seen from now on.
   * @throws {MusterError} when the audit says that the action failed.
   */
  async ask(about: { member: MemberRef; step: number }): Promise<boolean> {
    const { plan: { resource }, clock, signal } = this.#run;
    try {
      const said = await this.#evidence.ask(about);
      if (said !== "failed") return said === "done" && this.#byMark;
    } catch (error) {
      signal.throwIfAborted();
      if (!isRefusal(error as Error)) return false;
      // The next read will not be allowed either.
      this.#pause = Infinity;
      return this.#byMark;
    } finally {
      this.#notBefore = clock.now() + this.#pause;
      this.#pause = Math.min(LATEST, this.#pause * 2);
    }
    throw new MusterError(
      `Cannot ${this.#last.name} ${resource.kind} ${this.#member.name}: the server's audit says that it failed${await this
        .#evidence.reason()}.`,
    );
  }
}

/**
 * Why a member's last action failed, where the API's audit says it; else empty. Asked where a wait has already failed, so
 * that whatever goes wrong here changes nothing.
 */
export async function auditedReason(
  run: RunContext,
  member: Member,
  last: LastAction | undefined,
  about: { member: MemberRef; step: number },
): Promise<string> {
  if (last?.sentAt === undefined || !isAudited(run.plan.resource, last.name)) return "";
  try {
    const evidence = new Evidence(run, member, last.name, last.sentAt);
    return await evidence.ask(about) === "failed" ? await evidence.reason() : "";
  } catch {
    return "";
  }
}
