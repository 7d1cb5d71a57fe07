/**
 * Inspects and changes the simulated cloud behind the APIs, for tests.
 *
 * @module
 */
import type { Clock } from "../../engine/time/clock.ts";
import { VirtualClock } from "../clock.ts";
import { RequestLog } from "../cloudapi/request_log.ts";
import type { Faults } from "../faults.ts";
import type { Keystone } from "./keystone/keystone.ts";
import { type Instance, operatingStatusOf, statusOf } from "./trove/records/instance.ts";
import { blankInstance } from "./trove/instances/instance_create.ts";
import type { InstanceSeed } from "./instance_seed.ts";
import { breakDown, force, letGo } from "./trove/instances/lifecycle.ts";
import { FLAVORS } from "./trove/records/instance_choices.ts";
import type { Execution, Region } from "./trove/region.ts";
import { addUsers } from "./trove/instances/users.ts";

/** The actual state of an instance. */
export interface InstanceTruth {
  id: string;
  name: string;
  region: string;
  project: string;
  status: string;
  operatingStatus: string;
  flavor: string;
  volume: number;
  /** `mysql 5.7.29`. */
  version: string;
  databases: string[];
  users: string[];
  replicaOf: string | undefined;
  configuration: string | undefined;
  public: boolean;
  rootEnabled: boolean;
}

/** The part of a simulated OpenStack for inspection and control. */
export class OpenStackControl {
  readonly clock: Clock;
  /** The users, the tokens and the catalogue. */
  readonly keystone: Keystone;
  readonly faults: Faults;
  /** Counts of all requests, by route (`GET /instances`, `identity POST /v3/auth/tokens`) and by status. */
  readonly requests: RequestLog = new RequestLog();
  readonly #regions: ReadonlyMap<string, Region>;

  constructor(clock: Clock, keystone: Keystone, regions: readonly Region[], faults: Faults) {
    this.clock = clock;
    this.keystone = keystone;
    this.faults = faults;
    this.#regions = new Map(regions.map((region) => [region.name, region]));
  }

  /** The last requests, oldest first. */
  get log(): RequestLog["entries"] {
    return this.requests.entries;
  }

  /** Everything in a region, for what has no method here. Default: the first region. */
  region(name?: string): Region {
    const region = name === undefined ? [...this.#regions.values()][0] : this.#regions.get(name);
    if (region === undefined) {
      throw new RangeError(`Cannot find the region: there is none with this name: ${name}`);
    }
    return region;
  }

  /** The id of a project. */
  projectId(name: string): string {
    return this.#project(name).id;
  }

  /** The id and secret of the application credential `toolkit` of the user `demo`. */
  get applicationCredential(): { id: string; name: string; secret: string } {
    const [first] = this.keystone.identity.credentials;
    if (first === undefined) {
      throw new RangeError("Cannot find an application credential: there is no user.");
    }
    return { id: first.id, name: first.name, secret: first.secret };
  }

  /** Every write that was carried out, in every region, in order. */
  get writes(): readonly Execution[] {
    return [...this.#regions.values()].flatMap((one) => one.executions).sort((a, b) => a.at - b.at);
  }

  /** The writes carried out on one instance, even on one that is gone. */
  executions(id: string): { action: string; at: number }[] {
    return this.writes.filter(({ instanceId }) => instanceId === id).map(({ action, at }) => ({
      action,
      at,
    }));
  }

  /** The actual state of all instances. */
  instances(): InstanceTruth[] {
    this.#settle();
    return [...this.#regions.values()].flatMap((region) => region.byId().map(truth));
  }

  /** The actual state of one instance, by id or name; undefined if there is none, or it is gone. */
  instance(idOrName: string): InstanceTruth | undefined {
    return this.instances().find((one) => one.id === idOrName || one.name === idOrName);
  }

  /** Adds an instance as if it had always existed. Returns its id. */
  add(seed: InstanceSeed): string {
    this.#settle();
    const region = this.region(seed.region);
    const datastore = region.datastores.find((one) => one.name === (seed.datastore ?? "mysql"));
    const version = seed.version === undefined
      ? datastore?.defaultVersion
      : datastore?.versions.find((one) => one.name === seed.version);
    const flavor = FLAVORS.find((one) => one.id === (seed.flavor ?? "1"));
    if (version === undefined || flavor === undefined) {
      throw new RangeError(
        `Cannot add the instance: its datastore, version or flavor is unknown: ${seed.name}`,
      );
    }
    const facts = {
      name: seed.name,
      project: this.#project(seed.project ?? "demo"),
      flavor,
      version,
      volume: { size: seed.volume ?? 1 },
      ...(seed.id === undefined ? {} : { id: seed.id }),
    };
    const now = this.clock.now();
    // Some minutes older than the rest of the world, and each a little younger than the one before.
    const instance = blankInstance(region, facts, now - 3_600_000 + region.instances.size * 1000);
    instance.access.isPublic = seed.public ?? false;
    for (const name of seed.databases ?? []) instance.databases.add(name);
    addUsers(instance, (seed.users ?? []).map((name) => ({ name, password: `secret-of-${name}` })));
    if (seed.replicaOf !== undefined) {
      instance.replicaOf = region.byId().find((one) =>
        one.name === seed.replicaOf || one.id === seed.replicaOf
      );
      if (instance.replicaOf === undefined) {
        throw new RangeError(`Cannot add the replica: its source does not exist: ${seed.replicaOf}`);
      }
    }
    region.add(instance);
    if (seed.status !== undefined || seed.operatingStatus !== undefined) {
      force(region, instance, seed.status ?? "ACTIVE", seed.operatingStatus);
    }
    if (seed.fault !== undefined) region.setFault(instance, seed.fault, instance.created);
    return instance.id;
  }

  /** Removes an instance: from now on 404. */
  remove(id: string): void {
    const { instance, region } = this.#find(id);
    region.bury(instance, this.clock.now());
  }

  /**
   * Puts an instance into a status now, and cancels what is in progress. It stays there until something is done to it:
   * a busy status never ends by itself.
   */
  setState(id: string, status: string, operatingStatus?: string): void {
    const { instance, region } = this.#find(id);
    force(region, instance, status, operatingStatus);
  }

  /** The current transition, or else the next, ends in ERROR with the reason as its fault. */
  fail(id: string, reason = "The simulator was told to fail this."): void {
    const { instance } = this.#find(id);
    instance.doomed = reason;
  }

  /** Breaks an instance now: ERROR, with the reason as its fault. */
  break(id: string, reason = "The simulator was told to break this."): void {
    const { instance, region } = this.#find(id);
    breakDown(region, instance, reason, this.clock.now());
  }

  /** The current transition, or else the next, never ends, until {@linkcode OpenStackControl.release}. */
  hang(id: string): void {
    this.#find(id).instance.stuck = true;
  }

  /** Undoes {@linkcode OpenStackControl.hang}; a transition that should have ended ends now. */
  release(id: string): void {
    const { instance, region } = this.#find(id);
    letGo(region, instance, this.clock.now());
  }

  /** Revokes every token, or those of a user. Returns how many. */
  revokeTokens(user?: string): number {
    return this.keystone.tokens.endAll(this.clock.now(), "revoke", user);
  }

  /** Lets every token, or those of a user, expire now. Returns how many. */
  expireTokens(user?: string): number {
    return this.keystone.tokens.endAll(this.clock.now(), "expire", user);
  }

  /** Lets time pass, in milliseconds. Only with a virtual clock. */
  advance(ms: number): void {
    if (!(this.clock instanceof VirtualClock)) {
      throw new TypeError("Cannot let time pass: the simulator's clock is not a VirtualClock.");
    }
    this.clock.advance(ms);
    this.#settle();
  }

  #settle(): void {
    const now = this.clock.now();
    for (const region of this.#regions.values()) region.timeline.settle(now);
  }

  #project(name: string) {
    const project = this.keystone.identity.projects.find((one) => one.name === name);
    if (project === undefined) {
      throw new RangeError(`Cannot find the project: there is none with this name: ${name}`);
    }
    return project;
  }

  #find(id: string): { instance: Instance; region: Region } {
    this.#settle();
    for (const region of this.#regions.values()) {
      const instance = region.instances.get(id);
      if (instance !== undefined) return { instance, region };
    }
    throw new RangeError(`Cannot find the instance: there is none with this id: ${id}`);
  }
}

function truth(instance: Instance): InstanceTruth {
  const { version } = instance;
  return {
    id: instance.id,
    name: instance.name,
    region: instance.region,
    project: instance.project.name,
    status: statusOf(instance),
    operatingStatus: operatingStatusOf(instance),
    flavor: instance.flavor.id,
    volume: instance.volume.size,
    version: `${version.datastore.name} ${version.name}`,
    databases: [...instance.databases],
    users: [...instance.users.keys()],
    replicaOf: instance.replicaOf?.id,
    configuration: instance.configuration?.id,
    public: instance.access.isPublic,
    rootEnabled: instance.root !== undefined,
  };
}
