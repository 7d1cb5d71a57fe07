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

/** What is known about a member while its steps run. */
export class Member implements MemberRef {
  readonly planned: PlannedMember;
  readonly index: number;
  readonly plan: number;
  readonly #resource: AnyResource;
  id: string;
  name: string;
  record: object;
  /** The state that was last seen, or that its last accepted action leads to. */
  state: string;
  readonly path: Seen[] = [];
  /** The last action sent to it, for the next wait. */
  last: LastAction | undefined;
  /** Whether this chain has changed its state. From then on only the drift leads further. */
  acted = false;
  /** Actions that change a field and have not visibly taken effect. A wait waits for them too. */
  unproven: LastAction[] = [];
  /** The accepted actions of this run, with their times. */
  readonly deeds: { readonly name: string; readonly args: readonly unknown[]; readonly at: number }[] = [];
  /** The steps that were done, as keys. Steps that do the same have equal keys. */
  readonly did: string[] = [];
  /** The steps that earlier chains of the run have done, with the chain. Each counts once. */
  readonly #before: { readonly key: string; readonly chain: string }[] = [];
  requests = 0;
  /** When `record` was read, in milliseconds. */
  readAt: number;
  /** When the last write for it was sent. */
  sent: ProcessMoment = NEVER;
  /**
   * The server's time when it had answered that write, in milliseconds; undefined if it did not say, or has not
   * answered.
   */
  accepted: number | undefined;
  /** Whether `record` is older than that write: then it does not show the write's effect. */
  stale = false;
  /** Whether it was ever read. A member that was just created may be answered with 404 for a while. */
  shown = true;
  /** The step of the write whose result nobody knows. */
  doubtful: string | undefined;
  /** How many steps changed something. */
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

  /** Continues from where an earlier chain has left the member. */
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

  /** The earlier chain that has already done a step, if there is one. Each such step is returned only once. */
  doneEarlier(key: string | undefined): string | undefined {
    const at = this.#before.findIndex((one) => one.key === key);
    return at < 0 ? undefined : this.#before.splice(at, 1)[0]!.chain;
  }

  /** What is kept of the member from before an action. */
  before(): Before {
    return { state: this.state, mark: this.#resource.mark?.(this.record) };
  }

  /** Call it when a write for the member is sent, or when something else may change it. */
  wrote(moment: ProcessMoment): void {
    this.sent = moment;
    this.accepted = undefined;
    this.stale = true;
  }

  /** Records a poll that was sent after the last write. Returns the previous state if it has changed. */
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

  /** The states it was seen in, as text for a person: `running → stopping`. */
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
