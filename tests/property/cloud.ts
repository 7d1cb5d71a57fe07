/**
 * A little datacenter with rules of its own. It is written from what real CloudAPI servers do and not from the engine's
 * description of machines, so that a mistake there is not made here as well.
 *
 * What is due is worked off when somebody asks: no timers, so that a world costs little.
 */
import type { Meddling, Story } from "./scenario.ts";

export interface Vm {
  readonly id: string;
  name: string;
  state: string;
  tags: Record<string, string>;
  guarded: boolean;
  firewall: boolean;
  readonly slow: number;
  readonly created: number;
  updated: number;
  /** Until when its jobs keep it busy. */
  busy: number;
  /** Whether it is being destroyed. */
  doomed: boolean;
  /** When it was destroyed. */
  destroyedAt: number | undefined;
  /** Where it was, and from when on. */
  readonly history: { at: number; state: string }[];
  /** What it had besides its state, and from when on. */
  readonly fields: { at: number; tags: Record<string, string>; guarded: boolean; firewall: boolean }[];
  /** Finished jobs, newest first. */
  readonly audit: { action: string; time: number; success: boolean }[];
  /** How it was asked for, where somebody made it. */
  readonly asked: string | undefined;
}

/** Something that was asked of a machine and taken. */
export interface Deed {
  /** In the order in which they were taken. */
  readonly n: number;
  readonly by: "us" | "somebody";
  readonly id: string;
  readonly action: string;
  readonly what: unknown;
  /** When whoever asked for it sent it, and when it was taken. */
  readonly sentAt: number;
  readonly takenAt: number;
  /** When it began, if it has. */
  begunAt: number | undefined;
  /** Whether it changed anything; undefined before it began. */
  effect: boolean | undefined;
}

/** A machine as somebody was shown it. */
export interface Shown {
  readonly at: number;
  readonly readAt: number;
  readonly id: string;
  /** Undefined where it was shown to be gone. */
  readonly record: Readonly<Record<string, unknown>> | undefined;
}

/** A write that came in, whatever became of it. */
export interface Written {
  readonly at: number;
  readonly sentAt: number;
  readonly id: string;
  readonly action: string;
}

export const START = Date.UTC(2026, 0, 15, 12);
const IMAGE = "11111111-1111-4111-8111-111111111111";
const PACKAGE = "22222222-2222-4222-8222-222222222222";
/** How long a destroyed machine is remembered, ms. */
const REMEMBERED = 60_000;

export const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

export class Cloud {
  readonly vms = new Map<string, Vm>();
  readonly deeds: Deed[] = [];
  readonly written: Written[] = [];
  readonly shown: Shown[] = [];
  /** When the request that is being served was sent. */
  sentAt = 0;
  /** Told of each change of a machine's state. */
  changed: ((vm: Vm) => void) | undefined;
  readonly #story: Story;
  readonly #due: { at: number; n: number; work: () => void }[] = [];
  #count = 0;
  #now = START;
  #made = 0;

  constructor(story: Story) {
    this.#story = story;
    for (const one of story.machines) {
      const vm = this.#make(one.name, one.tags, one.slow, undefined);
      this.#go(vm, one.state === "provisioning" ? "provisioning" : one.state);
      vm.guarded = one.guarded;
      this.#note(vm);
      if (one.state === "provisioning") this.later(one.slow, () => this.#ready(vm));
    }
    for (const { at, to, what } of story.meanwhile) this.later(at, () => this.meddle(what, idOf(to)));
  }

  get now(): number {
    return this.#now;
  }
  /** When the next thing is due. */
  get next(): number | undefined {
    return this.#due.reduce<number | undefined>(
      (least, { at }) => least === undefined || at < least ? at : least,
      undefined,
    );
  }

  /** Does what is due up to this time. */
  settle(now: number): void {
    for (;;) {
      let first: number | undefined;
      for (const [index, one] of this.#due.entries()) {
        if (one.at > now) continue;
        const best = first === undefined ? undefined : this.#due[first]!;
        if (!best || one.at < best.at || (one.at === best.at && one.n < best.n)) first = index;
      }
      if (first === undefined) break;
      const { at, work } = this.#due.splice(first, 1)[0]!;
      this.#now = Math.max(this.#now, at);
      work();
    }
    this.#now = Math.max(this.#now, now);
  }

  later(after: number, work: () => void): void {
    this.#due.push({ at: this.#now + after, n: this.#count++, work });
  }

  #make(name: string, tags: Record<string, string>, slow: number, asked: string | undefined): Vm {
    const id = idOf(this.#made++);
    const vm: Vm = {
      id,
      name,
      state: "provisioning",
      tags: { ...tags },
      guarded: false,
      firewall: false,
      slow,
      created: this.#now,
      updated: this.#now,
      busy: 0,
      doomed: false,
      destroyedAt: undefined,
      history: [],
      fields: [],
      audit: [],
      asked,
    };
    this.vms.set(id, vm);
    this.#note(vm);
    return vm;
  }
  #note(vm: Vm): void {
    const { tags, guarded, firewall } = vm;
    vm.fields.push({ at: this.#now, tags: { ...tags }, guarded, firewall });
  }
  #go(vm: Vm, state: string): void {
    vm.state = state;
    vm.updated = Math.max(this.#now, vm.updated + 1);
    vm.history.push({ at: this.#now, state });
    if (state === "deleted") vm.destroyedAt = this.#now;
    this.changed?.(vm);
  }
  #touch(vm: Vm): void {
    vm.updated = Math.max(this.#now, vm.updated + 1);
  }
  #ready(vm: Vm): void {
    if (vm.state === "provisioning") this.#go(vm, "running");
  }

  /** Whether the name is somebody else's. */
  taken(name: string, than?: Vm): boolean {
    return [...this.vms.values()].some((one) =>
      one !== than && one.name === name && one.state !== "deleted" && one.state !== "failed"
    );
  }

  /** Makes a machine; undefined where there is one of this name. */
  create(name: string, tags: Record<string, string>, by: Deed["by"], asked?: string): Vm | undefined {
    if (this.taken(name)) return undefined;
    const slow = this.#story.machines[0]?.slow ?? 0;
    const vm = this.#make(name, tags, slow, asked);
    this.#go(vm, "provisioning");
    this.deeds.push({
      n: this.deeds.length,
      by,
      id: vm.id,
      action: "create",
      what: name,
      sentAt: by === "us" ? this.sentAt : this.#now,
      takenAt: this.#now,
      begunAt: this.#now,
      effect: true,
    });
    this.later(slow + 1, () => this.#ready(vm));
    return vm;
  }

  /** Takes an action or says why not. */
  ask(by: Deed["by"], vm: Vm, action: string, what?: unknown): { refused: string } | undefined {
    const refused = this.#refusal(vm, action, what);
    if (refused) return { refused };
    const deed: Deed = {
      n: this.deeds.length,
      by,
      id: vm.id,
      action,
      what,
      sentAt: by === "us" ? this.sentAt : this.#now,
      takenAt: this.#now,
      begunAt: undefined,
      effect: undefined,
    };
    this.deeds.push(deed);
    const begin = Math.max(this.#now + this.#story.lag, vm.busy);
    const lasts = ["stop", "start", "reboot", "delete"].includes(action) ? vm.slow : 0;
    vm.busy = begin + lasts + 1; // one job after another
    this.#due.push({ at: begin, n: this.#count++, work: () => this.#begin(vm, deed) });
    return undefined;
  }

  #refusal(vm: Vm, action: string, what: unknown): string | undefined {
    const { state } = vm;
    switch (action) {
      case "stop":
      case "reboot":
        return state === "running" ? undefined : `the machine is ${state}`;
      case "start":
        return state === "stopped" ? undefined : `the machine is ${state}`;
      case "delete":
        return vm.guarded ? "deletion_protection is set" : undefined;
      case "rename":
        return this.taken(what as string, vm) ? "the name is taken" : undefined;
      case "tag":
      case "untag":
        return state === "provisioning" || state === "failed" ? `the machine is ${state}` : undefined;
      default:
        return undefined;
    }
  }

  #begin(vm: Vm, deed: Deed): void {
    deed.begunAt = this.#now;
    const over = (effect: boolean) => {
      deed.effect = effect;
      vm.audit.unshift({ action: deed.action, time: this.#now, success: effect });
    };
    if (vm.state === "deleted") return over(false);
    switch (deed.action) {
      case "stop":
        if (vm.state !== "running") return over(false);
        deed.effect = true;
        this.#go(vm, "stopping");
        return this.later(vm.slow, () => {
          if (vm.state === "stopping") this.#go(vm, "stopped");
          over(true);
        });
      case "start":
        if (vm.state !== "stopped") return over(false);
        deed.effect = true;
        return this.later(vm.slow, () => {
          if (vm.state === "stopped") this.#go(vm, "running");
          over(true);
        });
      case "reboot":
        if (vm.state !== "running") return over(false);
        deed.effect = true;
        this.#go(vm, "stopping");
        this.later(vm.slow / 2, () => vm.state === "stopping" && this.#go(vm, "ready"));
        return this.later(vm.slow, () => {
          if (vm.state === "ready" || vm.state === "stopping") this.#go(vm, "running");
          over(true);
        });
      case "delete":
        if (vm.guarded || vm.doomed) return over(false);
        deed.effect = vm.doomed = true;
        if (this.#story.api === "trove") this.#go(vm, "deleting");
        return this.later(vm.slow, () => {
          if (vm.state !== "deleted") this.#go(vm, "deleted");
          over(true);
        });
      case "rename":
        vm.name = deed.what as string;
        break;
      case "tag":
        Object.assign(vm.tags, deed.what);
        break;
      case "untag":
        delete vm.tags[deed.what as string];
        break;
      case "guard":
        vm.guarded = deed.what as boolean;
        break;
      case "firewall":
        vm.firewall = deed.what as boolean;
        break;
    }
    this.#touch(vm);
    this.#note(vm);
    over(true);
  }

  /** Somebody else does something. */
  meddle(what: Meddling, id: string): void {
    const vm = this.vms.get(id);
    if (!vm || vm.state === "deleted") return;
    const at = (action: string, value?: unknown) => void this.ask("somebody", vm, action, value);
    switch (what) {
      case "keep":
        return at("tag", { keep: "yes" });
      case "retype":
        return at("tag", { type: vm.tags.type === "test" ? "prod" : "test" });
      case "note":
        return at("tag", { note: String(this.#now) });
      case "rename":
        return at("rename", `${vm.name}-x`);
      case "guard":
        return at("guard", true);
      case "unguard":
        return at("guard", false);
      case "delete":
      case "stop":
      case "start":
      case "reboot":
        return at(what);
      case "fail":
        if (vm.state === "running") this.#go(vm, "failed");
        return;
      case "namesake":
        return void this.create("new-1", { type: "prod" }, "somebody", "otherwise");
      case "join":
        return void this.create(`late-${vm.name}`, { type: "test" }, "somebody", "otherwise");
      case "recreate": {
        const { name } = vm;
        this.#go(vm, "deleted");
        return void this.create(name, { type: "prod" }, "somebody", "otherwise");
      }
    }
  }

  /** A time as the server has it. */
  time(at: number): string {
    return new Date(at + (this.#story.skew ?? 0)).toISOString();
  }
  /** The machine in CloudAPI's words. */
  record(vm: Vm): Record<string, unknown> {
    return {
      id: vm.id,
      name: vm.name,
      type: "virtualmachine",
      brand: "bhyve",
      state: vm.state,
      image: IMAGE,
      memory: 1024,
      disk: 10_240,
      metadata: {},
      tags: { ...vm.tags },
      created: this.time(vm.created),
      updated: this.time(vm.updated),
      ips: [],
      networks: [],
      nics: [],
      firewall_enabled: vm.firewall,
      deletion_protection: vm.guarded,
      compute_node: idOf(999),
      package: "small",
    };
  }
  get image(): Record<string, unknown> {
    return {
      id: IMAGE,
      name: "base",
      version: "1.0.0",
      os: "smartos",
      type: "zone-dataset",
      state: "active",
      public: true,
      owner: idOf(998),
      published_at: "2020-01-01T00:00:00.000Z",
      requirements: {},
      tags: {},
    };
  }
  get package(): Record<string, unknown> {
    return {
      id: PACKAGE,
      name: "small",
      memory: 1024,
      disk: 10_240,
      swap: 2048,
      vcpus: 1,
      lwps: 4000,
      version: "1.0.0",
    };
  }
  isForgotten(vm: Vm): boolean {
    return vm.destroyedAt !== undefined && this.#now - vm.destroyedAt > REMEMBERED;
  }
}
