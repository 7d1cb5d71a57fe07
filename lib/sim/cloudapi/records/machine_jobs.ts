/**
 * The work that the backend does on machines after CloudAPI said yes: one job at a time for each machine, each
 * going through its states at its own pace.
 *
 * @module
 */
import { at32 } from "../../random.ts";
import type { Planned } from "../scheduled_events.ts";
import type { DatacenterEvents } from "../scheduled_events.ts";
import type { Settings } from "../settings.ts";
import type { Job, JobCaller } from "./job.ts";
import { forgetJson, type JsonMemory, type Machine, type Troubles, type VmState } from "./machine.ts";

/** What a job does, and how. */
export interface Work {
  action: string;
  caller: JobCaller;
  /** The state it works from; in any other it fails when its turn comes. */
  from?: VmState;
  /**
   * The states it goes through: each with the share of the whole duration after which it is entered. The last
   * one is entered at the end.
   */
  through?: readonly { state: VmState; share: number }[];
  /** How much of a transition's usual duration it takes; `"update"` for the quick ones. Default 1. */
  pace?: number | "update";
  /** Done at the end, before the machine is marked as changed. */
  finally?: (machine: Machine) => void;
  /** Told of the end, good or bad. */
  ended?: (job: Job) => void;
  /** Which parts of the machine it changes, as the changefeed names them. */
  changes: readonly string[];
}

interface Bench {
  /** Waiting for their turn. */
  waiting: { job: Job; work: Work }[];
  /** Planned steps of the job under way. */
  steps: Planned[];
  current: { job: Job; work: Work } | undefined;
  /** Ends the job that hangs. */
  resume: (() => void) | undefined;
}

/** What jobs need of the world they are done in. */
export interface JobSite {
  readonly seed: number;
  readonly settings: Settings;
  readonly agenda: DatacenterEvents;
  readonly ids: { uuid(): string };
  readonly jsonMemory: JsonMemory;
  readonly feed: { publish(machine: Machine, changes: readonly string[]): void };
  /** A machine has come to its end. */
  buried(machine: Machine): void;
}

const JOB_STREAM = 0x6a0b;

/** Runs the jobs of all machines of a world. */
export class Workshop {
  readonly #site: JobSite;
  readonly #benches = new Map<Machine, Bench>();

  constructor(site: JobSite) {
    this.#site = site;
  }

  /** Queues a job; it starts when those before it on the same machine have ended. */
  add(machine: Machine, work: Work): Job {
    const job: Job = {
      id: this.#site.ids.uuid(),
      action: work.action,
      execution: "queued",
      caller: work.caller,
      queued: this.#site.agenda.now,
      finished: undefined,
    };
    machine.jobs.push(job);
    let bench = this.#benches.get(machine);
    if (bench === undefined) {
      bench = { waiting: [], steps: [], current: undefined, resume: undefined };
      this.#benches.set(machine, bench);
    }
    bench.waiting.push({ job, work });
    if (bench.current === undefined) this.#start(machine, bench);
    return job;
  }

  /** Whether a job of some action waits or runs. */
  pending(machine: Machine, action: string): boolean {
    return machine.jobs.some((job) =>
      job.action === action && (job.execution === "queued" || job.execution === "running")
    );
  }

  /** Puts a machine into a state from outside, calling off whatever goes on. */
  force(machine: Machine, state: VmState): void {
    this.cancel(machine);
    this.enter(machine, state);
  }

  /** Calls off the job under way and those waiting. */
  cancel(machine: Machine): void {
    const bench = this.#benches.get(machine);
    if (bench === undefined) return;
    for (const step of bench.steps) this.#site.agenda.cancel(step);
    for (const { job, work } of [...(bench.current ? [bench.current] : []), ...bench.waiting]) {
      this.#end(job, "canceled", work);
    }
    this.#benches.delete(machine);
  }

  /** Lets a job that hangs come to its end. */
  resume(machine: Machine): void {
    if (machine.troubles) machine.troubles.hang = false;
    this.#benches.get(machine)?.resume?.();
  }

  /** Marks a machine as changed. */
  touch(machine: Machine, changes: readonly string[]): void {
    machine.updated = this.#site.agenda.now;
    forgetJson(machine, this.#site.jsonMemory);
    this.#site.feed.publish(machine, changes);
  }

  /** Puts a machine into a state. */
  enter(machine: Machine, state: VmState): void {
    if (machine.state === state) return;
    machine.state = state;
    const changes = ["state"];
    const nicState = state === "running" ? "running" : state === "stopped" ? "stopped" : undefined;
    if (nicState !== undefined) machine.nics = machine.nics.map((nic) => ({ ...nic, state: nicState }));
    if (state === "destroyed") {
      changes.push("destroyed");
      this.#site.buried(machine);
    }
    this.touch(machine, changes);
  }

  #start(machine: Machine, bench: Bench): void {
    const next = bench.waiting.shift();
    bench.current = next;
    bench.steps = [];
    bench.resume = undefined;
    if (next === undefined) return void this.#benches.delete(machine);
    const { job, work } = next;
    job.execution = "running";
    const { agenda } = this.#site;
    const pace = this.#pace(machine, job, work);
    if (work.from !== undefined && machine.state !== work.from) {
      bench.steps.push(agenda.after(pace.lag, () => {
        this.#end(job, "failed", work);
        this.#start(machine, bench);
      }));
      return;
    }
    const through = work.through ?? [];
    const last = through.at(-1);
    if (!machine.troubles?.skip) {
      for (const { state, share } of through.slice(0, -1)) {
        const delay = pace.lag + share * pace.duration;
        bench.steps.push(agenda.after(delay, () => this.enter(machine, state)));
      }
    }
    const finish = () => {
      bench.resume = undefined;
      if (last !== undefined && machine.troubles?.fail) {
        machine.troubles.fail = false;
        this.enter(machine, "failed");
        this.#end(job, "failed", work);
      } else {
        work.finally?.(machine);
        const before = machine.state;
        if (last !== undefined) this.enter(machine, last.state);
        const others = machine.state === before
          ? work.changes
          : work.changes.filter((each) => each !== "state");
        if (others.length > 0) this.touch(machine, others);
        this.#end(job, "succeeded", work);
      }
      this.#start(machine, bench);
    };
    bench.steps.push(agenda.after(pace.lag + pace.duration, () => {
      // Whoever hangs is waited for by the jobs behind it, too.
      if (machine.troubles?.hang) bench.resume = finish;
      else finish();
    }));
  }

  #end(job: Job, how: "succeeded" | "failed" | "canceled", work: Work): void {
    job.execution = how;
    job.finished = this.#site.agenda.now;
    work.ended?.(job);
  }

  /** Equal worlds give equal paces, whatever else goes on in them. */
  #pace(machine: Machine, job: Job, work: Work): { lag: number; duration: number } {
    const { settings, seed } = this.#site;
    const head = Number.parseInt(machine.id.slice(0, 8), 16);
    const nth = machine.jobs.indexOf(job) * 2;
    const dice = (n: number) => at32(seed, head ^ JOB_STREAM, n) / 4294967296;
    const between = ({ min, max }: { min: number; max: number }, n: number) => min + dice(n) * (max - min);
    const lag = between(settings.lag, nth);
    if (work.pace === "update") return { lag: 0, duration: between(settings.updates, nth + 1) };
    const slow = settings.slowness(machine.id, dice(-1));
    return { lag, duration: between(settings.transition, nth + 1) * slow * (work.pace ?? 1) };
  }
}

/** The troubles of a machine, to be changed. */
export function troublesOf(machine: Machine): Troubles {
  return machine.troubles ??= { fail: false, hang: false, skip: false, offline: false };
}
