/**
 * Looking behind the API, and meddling there: what tests are written with.
 *
 * @module
 */
import type { Faults } from "../faults.ts";
import type { MachineSpec } from "../seed.ts";
import type { Account, StoredKey } from "./records/account.ts";
import { addKey } from "./account/accounts.ts";
import type { Change, ChangeFeed } from "./change_feed.ts";
import { RequestLog } from "./request_log.ts";
import { forgetJson, type Machine, machineRecord, publicState, visible, vmState } from "./records/machine.ts";
import { troublesOf } from "./records/machine_jobs.ts";
import { releaseNics } from "./records/machine_seed.ts";
import type { Execution } from "./settings.ts";
import type { World } from "./world.ts";

/** A machine as the API would show it now. */
export interface MachineView extends Record<string, unknown> {
  id: string;
  name: string;
  state: string;
  tags: Record<string, unknown>;
}

/** The inspection and control part of a simulated CloudAPI. */
export class SimControl {
  /** Everything there is. For what has no method here. */
  readonly world: World;
  /** The main account. */
  readonly account: Account;
  readonly faults: Faults;
  /** Counters, by route and by status. */
  readonly requests: RequestLog = new RequestLog();

  constructor(world: World, account: Account, faults: Faults) {
    this.world = world;
    this.account = account;
    this.faults = faults;
  }

  /** The last requests, oldest first. */
  get log(): RequestLog["entries"] {
    return this.requests.entries;
  }

  /** Every write that was executed on a machine, in order, whoever asked. */
  get writes(): readonly Execution[] {
    return this.world.executions;
  }

  /** The writes executed on one machine. */
  executions(id: string): { action: string; at: number }[] {
    return this.world.executions.filter(({ machine }) => machine === id).map(({ action, at }) => ({
      action,
      at,
    }));
  }

  /** The truth about all machines of the account, deleted and failed ones included, until they are purged. */
  machines(): MachineView[] {
    this.world.agenda.settle();
    return [...this.account.machines.all()].map(viewOf);
  }

  /** The truth about one machine; undefined where there is none. */
  machine(id: string): MachineView | undefined {
    this.world.agenda.settle();
    const machine = this.account.machines.get(id);
    return machine && viewOf(machine);
  }

  /** Adds a machine, as if it had always been there; its id. */
  add(spec: MachineSpec = {}): string {
    this.world.agenda.settle();
    return this.world.addMachine(this.account, spec).id;
  }

  /** Removes a machine and all memory of it: from now on 404. */
  remove(id: string): void {
    const machine = this.#find(id);
    this.world.workshop.cancel(machine);
    releaseNics(this.world, machine);
    this.account.machines.remove(id);
  }

  /** Puts a machine into a state now, calling off whatever is under way. Either name of the state will do. */
  setState(id: string, state: string): void {
    const machine = this.#find(id);
    const wanted = vmState(state);
    if (wanted === "unreachable") return this.#offline(machine, true);
    if (machine.troubles?.offline) this.#offline(machine, false);
    this.world.workshop.force(machine, wanted);
  }

  /** The job under way, or else the next one that changes the state, ends in `failed`. */
  fail(id: string): void {
    troublesOf(this.#find(id)).fail = true;
  }

  /** The job under way, or else the next one, never ends, until {@linkcode SimControl.release}. */
  hang(id: string): void {
    troublesOf(this.#find(id)).hang = true;
  }

  /** From now on the machines created with such names, or the next so many, fail to come up. */
  failProvisions(which: number | ((name: string) => boolean)): void {
    let left = typeof which === "number" ? which : 0;
    this.world.provisionFails = typeof which === "number" ? () => left-- > 0 : which;
  }

  /** Undoes {@linkcode SimControl.hang}: the job ends now. */
  release(id: string): void {
    this.world.workshop.resume(this.#find(id));
  }

  /** From now on jobs on the machine go to their last state without the ones between. */
  skip(id: string): void {
    troublesOf(this.#find(id)).skip = true;
  }

  /** Shows a machine as `offline` for a while, whatever goes on underneath; without `ms`, until further notice. */
  offline(id: string, ms?: number): void {
    const machine = this.#find(id);
    this.#offline(machine, true);
    if (ms !== undefined) this.world.agenda.after(ms, () => this.#offline(machine, false));
  }

  /** Changes a machine's tags, metadata, name or the like behind the API's back. */
  change(
    id: string,
    changes: { name?: string; tags?: Record<string, unknown>; metadata?: Record<string, unknown> },
  ) {
    const machine = this.#find(id);
    const { name, ...others } = changes;
    if (name !== undefined) this.account.machines.rename(machine, name);
    Object.assign(machine, others);
    this.world.workshop.touch(machine, ["alias", "tags", "customer_metadata"]);
  }

  /** Lets an SSH key sign for the account; undefined where the line is no key or is known already. */
  addKey(line: string, name?: string): StoredKey | undefined {
    return addKey(this.world, this.account, line, name);
  }

  /**
   * Tells of every change of a machine of the account, at the time it happens, as the API's websocket would.
   * The answer ends it; until then the clock is kept going from event to event.
   */
  subscribe(
    tell: (change: Change) => void,
    owner: string = this.account.id,
    drop?: () => void,
  ): () => void {
    const stopListening = this.world.feed.listen(tell, owner, drop);
    const stopWatching = this.world.agenda.watch();
    return () => {
      stopListening();
      stopWatching();
    };
  }

  /** The stream of changes: to count who listens, to break it, to meddle with what it tells. */
  get feed(): ChangeFeed {
    return this.world.feed;
  }

  #offline(machine: Machine, offline: boolean): void {
    troublesOf(machine).offline = offline;
    forgetJson(machine, this.world.jsonMemory);
    this.world.workshop.touch(machine, ["state"]);
  }

  #find(id: string): Machine {
    this.world.agenda.settle();
    const machine = this.account.machines.get(id);
    if (machine === undefined) {
      throw new RangeError(`Cannot find the machine: there is none with this id: ${id}`);
    }
    return machine;
  }
}

function viewOf(machine: Machine): MachineView {
  const record = machineRecord(machine, { version: "9.0.0" });
  return { ...record, state: publicState(visible(machine)) } as MachineView;
}
