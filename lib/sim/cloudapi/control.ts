/**
 * Inspects and changes the simulated datacenter behind the API, for tests.
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

/** The part of a simulated CloudAPI for inspection and control. */
export class SimControl {
  /** Everything in the datacenter, for what has no method here. */
  readonly world: World;
  /** The main account. */
  readonly account: Account;
  readonly faults: Faults;
  /** Counts of requests, by route and by status. */
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

  /** Every write that was executed on a machine, in order, whoever requested it. */
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

  /** The actual state of all machines of the account, including deleted and failed ones until they are purged. */
  machines(): MachineView[] {
    this.world.agenda.settle();
    return [...this.account.machines.all()].map(viewOf);
  }

  /** The actual state of one machine; undefined if there is none. */
  machine(id: string): MachineView | undefined {
    this.world.agenda.settle();
    const machine = this.account.machines.get(id);
    return machine && viewOf(machine);
  }

  /** Adds a machine, as if it had always existed. Returns its id. */
  add(spec: MachineSpec = {}): string {
    this.world.agenda.settle();
    return this.world.addMachine(this.account, spec).id;
  }

  /** Removes a machine completely: from now on 404. */
  remove(id: string): void {
    const machine = this.#find(id);
    this.world.workshop.cancel(machine);
    releaseNics(this.world, machine);
    this.account.machines.remove(id);
  }

  /** Puts a machine into a state now, and cancels its jobs. Either name of the state is accepted. */
  setState(id: string, state: string): void {
    const machine = this.#find(id);
    const wanted = vmState(state);
    if (wanted === "unreachable") return this.#offline(machine, true);
    if (machine.troubles?.offline) this.#offline(machine, false);
    this.world.workshop.force(machine, wanted);
  }

  /** The current job, or else the next one that changes the state, ends in `failed`. */
  fail(id: string): void {
    troublesOf(this.#find(id)).fail = true;
  }

  /** The current job, or else the next one, never ends, until {@linkcode SimControl.release}. */
  hang(id: string): void {
    troublesOf(this.#find(id)).hang = true;
  }

  /** From now on new machines with such names, or this many of the next ones, fail to start. */
  failProvisions(which: number | ((name: string) => boolean)): void {
    let left = typeof which === "number" ? which : 0;
    this.world.provisionFails = typeof which === "number" ? () => left-- > 0 : which;
  }

  /** Undoes {@linkcode SimControl.hang}: the job ends now. */
  release(id: string): void {
    this.world.workshop.resume(this.#find(id));
  }

  /** From now on jobs on the machine go directly to their last state. */
  skip(id: string): void {
    troublesOf(this.#find(id)).skip = true;
  }

  /** Shows a machine as `offline` for a while, whatever its actual state. Without `ms`, until further notice. */
  offline(id: string, ms?: number): void {
    const machine = this.#find(id);
    this.#offline(machine, true);
    if (ms !== undefined) this.world.agenda.after(ms, () => this.#offline(machine, false));
  }

  /** Changes a machine's tags, metadata, name or other fields behind the API. */
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

  /** Adds an SSH key for the account; undefined if the line is not a key, or it is known already. */
  addKey(line: string, name?: string): StoredKey | undefined {
    return addKey(this.world, this.account, line, name);
  }

  /**
   * Reports every change of the account's machines when it happens, as the API's WebSocket would. Returns a function
   * that stops it; until then the clock keeps going from event to event.
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

  /** The stream of changes: to count its listeners, to break it, or to change its messages. */
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
