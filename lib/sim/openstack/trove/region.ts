/**
 * One region's Trove, with everything in it.
 *
 * @module
 */
import type { Random } from "../../random.ts";
import type { Identity, Project } from "../keystone/identity.ts";
import type { Quota, Release, Transition } from "../options.ts";
import { seconds } from "../times.ts";
import { CloudEvents } from "../scheduled_events.ts";
import type { Backup, BackupStrategy } from "./records/backup.ts";
import type { Cluster } from "./records/cluster.ts";
import type { Configuration } from "./records/configuration.ts";
import type { Instance } from "./records/instance.ts";
import type { Module } from "./records/module.ts";
import { type Datastore, datastores, type DatastoreVersion } from "./records/instance_choices.ts";

/** What a region is made from. */
export interface RegionFacts {
  name: string;
  identity: Identity;
  random: Random;
  durations: Readonly<Record<Transition, number>>;
  spread: number;
  quota: Quota;
  maxVolumeSize: number;
  clusters: boolean;
  release: Release;
}

/** A write that was carried out. */
export interface Execution {
  /** The time of the clock. */
  at: number;
  region: string;
  project: string;
  /** The instance that it changed; undefined if none. */
  instanceId: string | undefined;
  /** The instance's name at that time. */
  name: string | undefined;
  /** `create`, `restart`, `resize-volume`, `delete`, …: a word for the change. */
  action: string;
}

/** The state of one region. It also makes durations and ids. */
export class Region {
  readonly facts: RegionFacts;
  readonly timeline = new CloudEvents();
  readonly instances = new Map<string, Instance>();
  readonly backups: Backup[] = [];
  readonly strategies: BackupStrategy[] = [];
  readonly configurations: Configuration[] = [];
  readonly modules: Module[] = [];
  readonly clusters = new Map<string, Cluster>();
  readonly datastores: Datastore[];
  /** Deleted instances, newest last: administrators can still see them. */
  readonly graveyard: { instance: Instance; at: number }[] = [];
  readonly executions: Execution[] = [];
  /** How the transitions that a test holds will end, by instance. */
  readonly held = new Map<string, (at: number) => void>();
  readonly #quotas = new Map<string, Quota>();
  #sorted: Instance[] | undefined;
  #order = 0;

  constructor(facts: RegionFacts) {
    this.facts = facts;
    this.datastores = datastores(facts.random, facts.clusters);
  }

  get name(): string {
    return this.facts.name;
  }

  uuid(): string {
    return this.facts.random.uuid();
  }

  /** The next number in order of creation. */
  order(): number {
    return this.#order++;
  }

  /** How long a transition takes this time: evenly distributed around its length. */
  duration(transition: Transition): number {
    const { random, durations, spread } = this.facts;
    return Math.round(durations[transition] * random.between(1 - spread, 1 + spread));
  }

  quotaOf(project: string): Quota {
    let quota = this.#quotas.get(project);
    if (quota === undefined) this.#quotas.set(project, quota = { ...this.facts.quota });
    return quota;
  }

  add(instance: Instance): void {
    this.instances.set(instance.id, instance);
    this.#sorted = undefined;
  }

  /** Removes the instance, and cancels its scheduled changes. */
  bury(instance: Instance, at: number): void {
    this.timeline.cancel(instance.id);
    this.held.delete(instance.id);
    if (!this.instances.delete(instance.id)) return;
    this.#sorted = undefined;
    this.graveyard.push({ instance, at });
    for (const other of this.instances.values()) {
      if (other.replicaOf === instance) other.replicaOf = undefined;
    }
  }

  /** All instances by id, the order of the pages. */
  byId(): readonly Instance[] {
    return this.#sorted ??= [...this.instances.values()].sort((a, b) => a.id < b.id ? -1 : 1);
  }

  instancesOf(project: Project): Instance[] {
    return this.byId().filter((one) => one.project === project);
  }

  replicasOf(instance: Instance): Instance[] {
    return this.byId().filter((one) => one.replicaOf === instance);
  }

  /** Sets the message as the instance's fault. It stays when the instance is healthy again. */
  setFault(instance: Instance, message: string, at: number, error = "TroveError"): void {
    const details = `Server type: api\nTraceback (most recent call last):\n  (the simulator has none)\n` +
      `trove.common.exception.${error}: ${message}\n`;
    instance.fault = { message, created: seconds(at), details };
  }

  allVersions(): DatastoreVersion[] {
    return this.datastores.flatMap((one) => one.versions);
  }
}
