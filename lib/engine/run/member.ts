/**
 * One member on its way through a run.
 *
 * @module
 */
import type { AnyResource, Before } from "../resource/describe.ts";
import type { MemberRef } from "./events.ts";
import type { LastAction, LastSeen } from "../wait/last_seen.ts";
import { NEVER, type ProcessMoment } from "../wait/process_order.ts";
import type { PlannedMember } from "../plan/plan_facts.ts";
import type { Fate, MemberReport, Seen } from "./report/report_facts.ts";

/** What is known of a member while its pipeline runs. */
export class Member implements MemberRef {
  readonly planned: PlannedMember;
  readonly index: number;
  readonly plan: number;
  readonly #resource: AnyResource;
  id: string;
  name: string;
  record: object;
  /** Where it is as last seen, or where its last accepted action puts it. */
  state: string;
  readonly path: Seen[] = [];
  /** The last action sent to it, for the next wait. */
  last: LastAction | undefined;
  /** Whether this chain has changed its state: from then on only the drift leads further. */
  acted = false;
  /** Actions that change a field and have not been seen to have taken; a wait waits for them too. */
  unproven: LastAction[] = [];
  /** The actions of this run that were accepted, and when. */
  readonly deeds: { readonly name: string; readonly args: readonly unknown[]; readonly at: number }[] = [];
  /** The steps that were done to it, as texts that are equal for two that do the same. */
  readonly did: string[] = [];
  /** The same of earlier chains of the run that it is in, with the chain; each counts once. */
  readonly #before: { readonly key: string; readonly chain: string }[] = [];
  requests = 0;
  /** When `record` was read, ms. */
  readAt: number;
  /** When the last write for it was sent. */
  sent: ProcessMoment = NEVER;
  /** The server's time when it had answered that, ms; undefined where it did not say, or has not answered. */
  accepted: number | undefined;
  /** Whether `record` is from before that: then it tells nothing of what the write did. */
  stale = false;
  /** Whether it was ever read. One that was only just made may be answered with 404 for a while. */
  shown = true;
  /** The write of which nobody knows whether it was carried out, as its step reads. */
  doubtful: string | undefined;
  /** Steps that changed something. */
  changes = 0;
  skips: string[] = [];
  step = 0;
  readonly output: unknown[] = [];
  readonly startedAt: number;
  endedAt = 0;
  fate: Fate | undefined;
  error: Error | undefined;

  constructor(
    resource: AnyResource,
    planned: PlannedMember,
    index: number,
    plan: number,
    now: number,
    readAt = now,
  ) {
    this.#resource = resource;
    this.planned = planned;
    this.index = index;
    this.plan = plan;
    this.id = planned.id;
    this.name = planned.name;
    this.record = planned.record;
    this.state = planned.state;
    this.startedAt = now;
    this.readAt = Math.min(now, readAt);
    if (planned.id) this.path.push({ state: planned.state, at: now });
  }

  /** Goes on from where an earlier chain has left it. */
  follow(before: Member, chain: string): void {
    for (const key of before.did) this.#before.push({ key, chain });
    this.name = before.name;
    this.record = before.record;
    this.readAt = before.readAt;
    this.state = before.state;
    if (this.path.at(-1)?.state !== before.state) this.path.push({ state: before.state, at: before.endedAt });
    this.last = before.last;
    this.acted = before.acted;
    this.unproven = [...before.unproven];
    this.deeds.push(...before.deeds);
    this.sent = before.sent;
    this.accepted = before.accepted;
    this.stale = before.stale;
    this.shown = before.shown;
  }

  /** The earlier chain that has done a step already, if one has; asked again, once more than it has been done. */
  doneEarlier(key: string | undefined): string | undefined {
    const at = this.#before.findIndex((one) => one.key === key);
    return at < 0 ? undefined : this.#before.splice(at, 1)[0]!.chain;
  }

  /** What is kept of it from before an action. */
  before(): Before {
    return { state: this.state, mark: this.#resource.mark?.(this.record) };
  }

  /** A write for it is being sent, or something else is done to it that may change it. */
  wrote(moment: ProcessMoment): void {
    this.sent = moment;
    this.accepted = undefined;
    this.stale = true;
  }

  /** Takes a look in, asked for after the last write; returns the state before when it has changed. */
  saw(look: LastSeen): { from: string | undefined } | undefined {
    this.stale = false;
    if (look.record) {
      this.record = look.record;
      this.shown = true;
      this.readAt = look.at;
      this.name = this.#resource.name(look.record);
    }
    this.state = look.state;
    const from = this.path.at(-1)?.state;
    if (from === look.state) return undefined;
    this.path.push({ state: look.state, at: look.at });
    return { from };
  }

  /** The states it was seen in, as people read them: `running → stopping`. */
  way(): string {
    return this.path.map((seen) => seen.state).join(" → ");
  }

  /** For events: a small value, not the member itself. */
  ref(): MemberRef {
    return { id: this.id, name: this.name, index: this.index, plan: this.plan };
  }

  report(stepLabel: (index: number) => string): MemberReport {
    const fate = this.fate ?? "interrupted";
    return {
      id: this.id,
      name: this.name,
      fate,
      why: fate === "skipped" ? this.skips.join("; ") : this.error?.message ?? "",
      state: this.state,
      path: this.path,
      requests: this.requests,
      step: fate === "failed" || fate === "interrupted" ? stepLabel(this.step) : undefined,
      error: this.error,
      doubtful: this.doubtful,
      record: this.record,
      output: this.output,
      startedAt: this.startedAt,
      endedAt: this.endedAt,
    };
  }
}
