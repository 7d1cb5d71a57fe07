/**
 * What is known about a run while it goes on, from its events alone. The cost of an event does not depend on the number
 * of members.
 *
 * @module
 */
import { stateAfter } from "../../engine/resource/describe.ts";
import type { RunEvent } from "../../engine/run/events.ts";
import type { Plan } from "../../engine/plan/plan.ts";
import type { Fate } from "../../engine/run/report/report_facts.ts";

/** Up to this many members their paths are kept. */
const PATHS = 200;

/** One member, as last known. */
export interface Entry {
  name: string;
  readonly id: string;
  state: string;
  /** The states it was seen in; in large runs only the last one. */
  path: string[];
  /** What is being done or waited for; empty if nothing. */
  doing: string;
  /** When `doing` began, in milliseconds of the run's clock. */
  since: number;
  /** Whether anything has happened to it yet. */
  begun: boolean;
  /** Whether it is being waited for. */
  waiting: boolean;
  fate: Fate | undefined;
  /** Why it failed. */
  why: string;
}

/** Facts for a view or a recap that are not in the report. */
export interface RunFacts {
  /** How many requests one poll a second for each waiting member would have taken, computed from the waits. */
  readonly lonePolls: number;
  /** The last rate that a server asked for, in requests per second, by endpoint. */
  readonly rates: ReadonlyMap<string, number>;
}

/** The counts of one run. */
export class RunCounts implements RunFacts {
  readonly plans: Plan[] = [];
  readonly entries: Entry[][] = [];
  /** Unfinished members, by state. */
  readonly states = new Map<string, number>();
  readonly fates: Record<Fate, number> = { succeeded: 0, skipped: 0, failed: 0, interrupted: 0 };
  readonly rates = new Map<string, number>();
  /** Members that are being worked on or waited for, the longest first. */
  readonly busy = new Set<Entry>();
  total = 0;
  begun = 0;
  requests = 0;
  lonePolls = 0;
  /** When the first member's first step began. A person may have been asked before. */
  startedAt: number | undefined;
  /** The longest wait that has ended, in milliseconds. */
  longestWait = 0;
  /** When the first and the last member so far ended. */
  firstDoneAt = 0;
  lastDoneAt = 0;
  /** The member that failed last. */
  failure: Entry | undefined;
  cancelled: string | undefined;
  readonly #untils = new Map<readonly string[], string>();

  /** Members that have their fate. */
  get done(): number {
    const { succeeded, skipped, failed, interrupted } = this.fates;
    return succeeded + skipped + failed + interrupted;
  }
  /** The time now by the run's clock. */
  now(): number {
    return this.plans[0]?.endpoint.clock.now() ?? 0;
  }

  /** Records an event. */
  take(event: RunEvent): void {
    this.requests = event.sent;
    switch (event.type) {
      case "planned":
        return this.#planned(event.plan, event.at);
      case "cancelled":
        this.cancelled = event.reason;
        return;
      case "throttled":
        if (event.rate !== undefined) this.rates.set(event.endpoint, event.rate);
        return;
      case "finished":
      case "polled":
      case "pollFailed":
      case "abandoned":
        return;
    }
    const entry = this.entries[event.member.plan]?.[event.member.index];
    if (!entry) return;
    this.startedAt ??= event.at;
    entry.name = event.member.name;
    switch (event.type) {
      case "sent":
        this.#does(entry, event.attempt > 1 ? `${event.action} again` : event.action, event.at);
        if (this.#isPerform(event.member.plan, event.step)) {
          this.#begins(entry);
          this.busy.add(entry);
        }
        break;
      case "accepted": {
        this.#begins(entry);
        this.busy.delete(entry);
        entry.doing = "";
        const plan = this.plans[event.member.plan]!;
        const action = plan.resource.actions[event.action];
        const enters = event.action === "create"
          ? plan.resource.create?.enters
          : action && stateAfter(action);
        if (enters !== undefined) this.#sees(entry, enters);
        break;
      }
      case "retried":
        entry.doing = `${event.action} again: ${event.reason}`;
        break;
      case "doubted":
        this.#does(entry, `checking ${event.action}`, event.at);
        break;
      case "skipped":
      case "barrier":
        this.#begins(entry);
        this.#does(entry, event.type === "barrier" && !event.open ? "at the barrier" : "", event.at);
        break;
      case "state":
        this.#sees(entry, event.to);
        break;
      case "waiting":
        this.#begins(entry);
        this.#does(entry, this.#until(event.targets), event.at);
        entry.waiting = true;
        this.busy.add(entry);
        break;
      case "waited":
        this.longestWait = Math.max(this.longestWait, event.ms);
        this.#waited(entry, event.ms);
        entry.doing = "";
        break;
      case "done":
        this.#ends(entry, event.fate, event.at);
        break;
      case "failed":
        entry.why = event.error.message;
        this.failure = entry;
        this.#ends(entry, "failed", event.at);
        break;
      case "interrupted":
        this.#ends(entry, "interrupted", event.at);
        break;
    }
  }

  #planned(plan: Plan, at: number) {
    this.plans.push(plan);
    this.total += plan.members.length;
    this.entries.push(plan.members.map(({ id, name, state }) => {
      this.#count(state, 1);
      const path = [state];
      return {
        id,
        name,
        state,
        path,
        doing: "",
        since: at,
        begun: false,
        waiting: false,
        fate: undefined,
        why: "",
      };
    }));
  }
  #isPerform(plan: number, step: number): boolean {
    return this.plans[plan]?.steps[step]?.kind === "perform";
  }
  #begins(entry: Entry) {
    if (entry.begun) return;
    entry.begun = true;
    this.begun++;
  }
  #does(entry: Entry, what: string, at: number) {
    entry.doing = what;
    entry.since = at;
  }
  #count(state: string, by: number) {
    const count = (this.states.get(state) ?? 0) + by;
    if (count > 0) this.states.set(state, count);
    else this.states.delete(state);
  }
  #sees(entry: Entry, state: string) {
    if (entry.state === state) return;
    if (!entry.fate) {
      this.#count(entry.state, -1);
      this.#count(state, 1);
    }
    entry.state = state;
    if (this.total <= PATHS) entry.path.push(state);
    else entry.path[0] = state;
  }
  /** All members of a step wait for the same, so the text is made once. */
  #until(targets: readonly string[]): string {
    let text = this.#untils.get(targets);
    if (text === undefined) this.#untils.set(targets, text = `until ${targets.join(" or ")}`);
    return text;
  }
  #waited(entry: Entry, ms: number) {
    if (!this.busy.delete(entry)) return; // it was already there, so there was no wait
    entry.waiting = false;
    this.lonePolls += Math.max(1, Math.ceil(ms / 1000));
  }
  #ends(entry: Entry, fate: Fate, at: number) {
    if (entry.fate) return;
    if (entry.waiting) this.#waited(entry, at - entry.since);
    this.busy.delete(entry);
    this.#begins(entry);
    this.#count(entry.state, -1);
    entry.doing = "";
    entry.fate = fate;
    this.fates[fate]++;
    this.firstDoneAt ||= at;
    this.lastDoneAt = at;
  }
}
