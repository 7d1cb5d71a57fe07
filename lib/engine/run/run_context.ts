/**
 * What the steps of a run share: its plan, its events, its counts, its cancellation.
 *
 * @module
 */
import type { Clock } from "../time/clock.ts";
import type { Allowance } from "../plan/consent/consent.ts";
import type { Before } from "../resource/describe.ts";
import type { SendOptions } from "../resource/endpoint.ts";
import type { Happening } from "./events.ts";
import { ConsentGate } from "./permit/check_consent.ts";
import { gonePatience } from "../wait/confirm_gone.ts";
import type { Journal, StepOutcome } from "./journal.ts";
import type { Reservation } from "../plan/asking/destroyed_so_far.ts";
import type { LastSeen } from "../wait/last_seen.ts";
import type { Member } from "./member.ts";
import { momentOf } from "../wait/process_order.ts";
import type { Plan } from "../plan/plan.ts";
import type { Ending } from "../wait/wait_request.ts";
import { DestructiveQueue } from "./permit/destructive_queue.ts";
import { watcherOf } from "../wait/watchers.ts";

/** The counts of a run's requests, as they grow. */
export interface Counting {
  total: number;
  writes: number;
  polls: number;
  retried: number;
  refused: number;
}

/** Listens to the requests and counts them. */
export function counter(
  counts: Counting,
  emit: (event: Happening) => void,
  endpoint: () => string,
  poll: boolean,
) {
  return (event: import("../resource/endpoint.ts").WireEvent) => {
    if (event.type === "send") {
      counts.total++;
      if (poll) counts.polls++;
      else if (event.method !== "GET" && event.method !== "HEAD") counts.writes++;
      if (event.attempt > 1) counts.retried++;
    } else if (event.type === "throttled") {
      counts.refused++;
      emit({ type: "throttled", endpoint: endpoint(), rate: event.rate });
    }
  };
}

/** One plan that is being carried out. */
export class RunContext {
  readonly plan: Plan;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly emit: (event: Happening) => void;
  readonly #counts: Counting;
  readonly #journal: Journal | undefined;
  readonly #number: number;
  readonly #gate: ConsentGate;
  readonly #polls: NonNullable<SendOptions["on"]>;
  readonly #unknown = new Set<string>();
  /** The queue for steps that cannot be undone. */
  readonly turns: DestructiveQueue;
  /** Why the last poll of the plan's members failed; undefined if it did not. */
  lookFailed: Error | undefined;

  constructor(
    plan: Plan,
    number: number,
    shared: {
      signal: AbortSignal;
      emit: (event: Happening) => void;
      counts: Counting;
      journal: Journal | undefined;
      consent: readonly Allowance[];
      reservations: readonly (Reservation | undefined)[];
    },
  ) {
    this.plan = plan;
    this.clock = plan.endpoint.clock;
    this.turns = new DestructiveQueue(plan.endpoint.concurrency, this.clock);
    this.signal = shared.signal;
    this.emit = shared.emit;
    this.#counts = shared.counts;
    this.#journal = shared.journal;
    this.#number = number;
    this.#gate = new ConsentGate(plan, shared.consent[number]!, shared.reservations[number]);
    this.#polls = counter(shared.counts, shared.emit, () => plan.endpoint.name, true);
  }

  /**
   * Counts and reports one member's requests. An action counts as sent when its request goes out. That may be long
   * after it was asked for, because other requests go first.
   */
  wire(
    member: Member,
    about: { member: Member["ref"] extends () => infer Ref ? Ref : never; step: number },
    sent?: { action: string; attempt: number },
  ) {
    const count = counter(this.#counts, this.emit, () => this.plan.endpoint.name, false);
    return (event: import("../resource/endpoint.ts").WireEvent) => {
      count(event);
      if (event.type === "send") {
        member.requests++;
        if (event.method !== "GET" && event.method !== "HEAD") member.wrote(momentOf(this.clock));
        if (sent && event.attempt === 1) this.emit({ type: "sent", ...sent, ...about });
      }
      if (event.type === "retry") {
        const step = this.plan.steps[about.step]!;
        this.emit({
          type: "retried",
          action: ("name" in step ? step.name : undefined) ?? step.kind,
          reason: event.reason,
          delay: event.delay,
          ...about,
        });
      }
    };
  }

  /** Records a poll of a member, and reports what has changed. */
  saw(member: Member, look: LastSeen): void {
    const change = member.saw(look);
    if (!change) return;
    this.emit({ type: "state", member: member.ref(), from: change.from, to: look.state });
    if (!this.plan.resource.states.includes(look.state) && !this.#unknown.has(look.state)) {
      this.#unknown.add(look.state);
      this.emit({ type: "unknownState", member: member.ref(), state: look.state });
    }
  }

  /** Watches a member until `see` returns true or the time limit passes. */
  watch(
    member: Member,
    wait: {
      timeout: number;
      every: number | undefined;
      /** Whether only the member's state is waited for. */
      stateOnly: boolean;
      /** Whether a write that was sent, and may not have arrived, leads to gone. */
      leadsToGone?: boolean;
      see: (look: LastSeen) => boolean;
    },
  ): Promise<Ending> {
    const { endpoint, resource, query, pages } = this.plan;
    return watcherOf(endpoint, resource).watch({
      id: member.id,
      see: wait.see,
      deadline: this.clock.now() + wait.timeout,
      every: wait.every,
      stateOnly: wait.stateOnly,
      record: member.record,
      since: member.sent,
      accepted: member.accepted,
      gonePatience: wait.leadsToGone ? 0 : gonePatience(resource, member),
      query,
      pages,
      signal: this.signal,
      news: (news) => {
        this.lookFailed = news.type === "pollFailed" ? news.error : undefined;
        this.emit({ endpoint: endpoint.name, ...news });
      },
      on: this.#polls,
      company: this.plan.members.length,
      run: this,
    });
  }

  /**
   * Call it before a write is sent: it checks that the write is allowed, and waits until the journal has it on disk.
   * Every write goes through here.
   */
  async before(member: Member, step: number, before: Before): Promise<void> {
    await this.#gate.pass(member, step);
    await this.#note(member, step, before);
  }
  async #note(member: Member, step: number, before: Before): Promise<void> {
    await this.#journal?.before({ plan: this.#number, member: member.index, step }, before);
  }
  /**
   * The same for a write with one request, which may have to wait for its turn. It is checked now, and is in the
   * journal when it is sent. So after a run has died, only requests in flight are in doubt.
   *
   * @returns The options with which it is sent.
   */
  async beforeLeaving(
    member: Member,
    step: number,
    before: Before,
  ): Promise<Pick<SendOptions, "leaving">> {
    await this.#gate.pass(member, step);
    if (!this.#journal) return {};
    if (this.plan.endpoint.announcesLeaving) return { leaving: () => this.#note(member, step, before) };
    await this.#note(member, step, before);
    return {};
  }
  /** Call it when a step has ended. */
  async after(member: Member, step: number, outcome: StepOutcome): Promise<void> {
    await this.#journal?.after({ plan: this.#number, member: member.index, step }, outcome, member.id);
  }
}
