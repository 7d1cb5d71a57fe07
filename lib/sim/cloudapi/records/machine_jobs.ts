/**
 * The jobs that the backend does on machines after CloudAPI has accepted a request: one at a time for each machine,
 * each through its states at its own pace.
 *
 * @module
 */
import { at32 } from "../../random.ts";
import type { Planned } from "../scheduled_events.ts";
import type { DatacenterEvents } from "../scheduled_events.ts";
import type { Settings } from "../settings.ts";
import type { Job, JobCaller } from "./job.ts";
import { forgetJson, type JsonMemory, type Machine, type Troubles, type VmState } from "./machine.ts";

/** The effect of a job, and its way. */
export interface Work {
  action: string;
  caller: JobCaller;
  /** The state in which it works; in any other state it fails when its turn comes. */
  from?: VmState;
  /**
   * The states that it goes through, each with the share of the whole duration after which it is entered. The last one
   * is entered at the end.
   */
  through?: readonly { state: VmState; share: number }[];
  /** How long it takes, relative to a transition's usual duration; `"update"` for quick ones. Default 1. */
  pace?: number | "update";
  /** Called at the end, before the machine is marked as changed. */
  finally?: (machine: Machine) => void;
  /** Called at the end, after success or failure. */
  ended?: (job: Job) => void;
  /** The parts of the machine that it changes, as the changefeed names them. */
  changes: readonly string[];
}

interface Bench {
  /** Jobs that wait for their turn. */
  waiting: { job: Job; work: Work }[];
  /** The planned steps of the current job. */
  steps: Planned[];
  current: { job: Job; work: Work } | undefined;
  /** Ends the job that hangs. */
  resume: (() => void) | undefined;
}

/** What jobs need from their world. */
export interface JobSite {
  readonly seed: number;
  readonly settings: Settings;
  readonly agenda: DatacenterEvents;
  readonly ids: { uuid(): string };
  readonly jsonMemory: JsonMemory;
  readonly feed: { publish(machine: Machine, changes: readonly string[]): void };
  /** Called when a machine was destroyed. */
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

  /** Queues a job. It starts when the earlier jobs on the same machine have ended. */
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

  /** Whether a job with this action waits or runs. */
  pending(machine: Machine, action: string): boolean {
    return machine.jobs.some((job) =>
      job.action === action && (job.execution === "queued" || job.execution === "running")
    );
  }

  /** Puts a machine into a state from outside, and cancels all its jobs. */
  force(machine: Machine, state: VmState): void {
    this.cancel(machine);
    this.enter(machine, state);
  }

  /** Cancels the current job and those that wait. */
  cancel(machine: Machine): void {
    const bench = this.#benches.get(machine);
    if (bench === undefined) return;
    for (const step of bench.steps) this.#site.agenda.cancel(step);
    for (const { job, work } of [...(bench.current ? [bench.current] : []), ...bench.waiting]) {
      this.#end(job, "canceled", work);
    }
    this.#benches.delete(machine);
  }

  /** Lets a job that hangs end. */
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
      // Jobs behind one that hangs wait too.
      if (machine.troubles?.hang) bench.resume = finish;
      else finish();
    }));
  }

  #end(job: Job, how: "succeeded" | "failed" | "canceled", work: Work): void {
    job.execution = how;
    job.finished = this.#site.agenda.now;
    work.ended?.(job);
  }

  /** Equal worlds have equal paces, whatever else happens in them. */
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
