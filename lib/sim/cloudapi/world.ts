/**
 * Everything in one simulated datacenter.
 *
 * @module
 */
import type { Clock } from "../../engine/time/clock.ts";
import { Random } from "../random.ts";
import { expandSeeds, type MachineSeeds, type MachineSpec } from "../seed.ts";
import type { Account } from "./records/account.ts";
import { DatacenterEvents } from "./scheduled_events.ts";
import { ChangeFeed } from "./change_feed.ts";
import { imageCatalog, type Img } from "./records/image_catalog.ts";
import type { JsonMemory, Machine } from "./records/machine.ts";
import { Workshop } from "./records/machine_jobs.ts";
import { machineOf, releaseNics } from "./records/machine_seed.ts";
import { machineId, MachineStore } from "./records/machine_store.ts";
import { type Net, networkCatalog } from "./records/network_catalog.ts";
import { packageCatalog, type Pkg } from "./records/package_catalog.ts";
import type { Execution, Settings } from "./settings.ts";
import { stableId } from "./stable_id.ts";
import type { MigrationRecord } from "./records/migration.ts";
import type { Volume } from "./records/volume.ts";

/** One simulated datacenter. */
export class World {
  readonly clock: Clock;
  readonly seed: number;
  readonly settings: Settings;
  /** When it began, in milliseconds since 1970. */
  readonly began: number;
  readonly agenda: DatacenterEvents;
  readonly feed: ChangeFeed;
  readonly workshop: Workshop;
  readonly ids: Random;
  readonly images: Img[] = imageCatalog();
  readonly packages: Pkg[] = packageCatalog();
  readonly networks: Net[] = networkCatalog();
  /** The ids of the compute nodes. */
  readonly servers: readonly string[];
  volumes: Volume[] = [];
  /** Migrations under way, by the machine. */
  readonly migrations: Map<string, MigrationRecord> = new Map();
  readonly accounts: Map<string, Account> = new Map();
  readonly executions: Execution[] = [];
  readonly executionsOf: Map<string, Execution[]> = new Map();
  readonly jsonMemory: JsonMemory = { left: 25_000 };
  /** The serial number of the next NIC added to a machine. */
  nextNic = 0xc00000;
  /** Whether a machine with a name fails to start. Tests replace it. */
  provisionFails: (name: string) => boolean = () => false;
  #serial = 0;

  constructor(clock: Clock, seed: number, settings: Settings) {
    this.clock = clock;
    this.seed = seed;
    this.settings = settings;
    this.began = clock.now();
    this.agenda = new DatacenterEvents(clock);
    this.feed = new ChangeFeed(() => this.agenda.now);
    this.workshop = new Workshop(this);
    this.ids = new Random(seed, 1);
    this.servers = Array.from({ length: 24 }, (_, i) => stableId(`server ${settings.datacenter} ${i}`));
  }

  /** A store for an account's machines, with the machines at the start. */
  machineStore(owner: string, seeds: MachineSeeds): MachineStore {
    const { count, each } = expandSeeds(seeds, this.seed);
    const first = this.#serial;
    this.#serial += count;
    return new MachineStore(this.seed, first, {
      count,
      make: (id, serial, index) => machineOf(this, owner, each(index), id, serial),
      nameOf: (index) => each(index).name,
    });
  }

  /** A new machine's serial number and id. No other machine's id has the same first eight digits. */
  nextMachine(): { id: string; serial: number } {
    const serial = this.#serial++;
    return { id: machineId(this.seed, serial), serial };
  }

  /** Adds a machine from outside, without provisioning. */
  addMachine(account: Account, spec: MachineSpec): Machine {
    const { id, serial } = this.nextMachine();
    const machine = machineOf(this, account.id, spec, spec.id ?? id, serial);
    account.machines.add(machine);
    this.feed.publish(machine, ["state", "alias", "tags", "nics"]);
    return machine;
  }

  /** Records a write that was carried out on a machine. */
  executed(machine: Machine, action: string): void {
    const execution = { machine: machine.id, action, at: this.agenda.now };
    this.executions.push(execution);
    const same = this.executionsOf.get(machine.id);
    if (same === undefined) this.executionsOf.set(machine.id, [execution]);
    else same.push(execution);
  }

  /** A machine was destroyed: its addresses are free, and later it is forgotten. */
  buried(machine: Machine): void {
    releaseNics(this, machine);
    machine.nics = [];
    const owner = [...this.accounts.values()].find(({ id }) => id === machine.owner);
    this.agenda.after(this.settings.purgeAfter, () => owner?.machines.remove(machine.id));
  }
}
