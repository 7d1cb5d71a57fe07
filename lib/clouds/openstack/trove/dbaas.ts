/**
 * The handle of a database service: `dbaas("RegionOne")`.
 *
 * @module
 */
import {
  beginningOf,
  type Chain,
  copied,
  copiedOptions,
  creationChain,
  CredentialsError,
  Handle,
  limitArguments,
  MusterError,
  type One,
  refuseMore,
  select,
  type Selection,
  selectOne,
} from "../../../engine/mod.ts";
import { backup, type Backups } from "./backups/backup.ts";
import type { BackupStrategies } from "./backups/backup_strategies.ts";
import { cluster, type Clusters } from "./clusters/cluster.ts";
import type { ProjectEndpoint } from "./connect.ts";
import type { Configurations } from "./catalogue/configurations.ts";
import { type BackupSpec, checkBackup } from "./backups/create_backup.ts";
import { checkCluster, type ClusterSpec } from "./clusters/create_cluster.ts";
import { checkSpec, type InstanceSpec } from "./instances/create_instance.ts";
import type { Datastores } from "./catalogue/datastores.ts";
import type { Flavors } from "./catalogue/flavor_group.ts";
import { instance, type Instances } from "./instances/instance.ts";
import { lazyGroup } from "../../../api/lazy_group.ts";
import type { Limits, Quota } from "./catalogue/limits.ts";
import type { Management } from "./operator/management.ts";
import type { ManagedVersions } from "./operator/management_versions.ts";
import type { Modules } from "./catalogue/modules.ts";
import type { DatabaseServiceOptions } from "./options.ts";
import { referenceText, type TroveRef } from "./reference.ts";
import type { ApiVersion } from "./catalogue/versions.ts";

/**
 * One Trove and its credentials. It is lazy: nothing is read or opened before the first request.
 *
 * {@linkcode dbaas} makes it. Methods for several things return selections, which are read when awaited; the others
 * send their requests at once. A refusal of the server rejects with an {@linkcode ApiError}, a network failure with a
 * {@linkcode TransportError}, and a missing or refused login with a {@linkcode CredentialsError}.
 *
 * @example
 * ```ts
 * import { type DatabaseService, dbaas } from "@muster/muster";
 *
 * const db: DatabaseService = dbaas("sim");
 * const { name } = await db.endpoint();
 * console.log(String(db), name, await db.projectId(), (await db.versions()).map(({ id }) => id));
 * const { status } = await db.request("GET", "/flavors");
 * console.log(status);
 * ```
 */
export class DatabaseService extends Handle<ProjectEndpoint> {
  readonly #options: DatabaseServiceOptions;

  /** Use {@linkcode dbaas}. */
  constructor(options: DatabaseServiceOptions) {
    const own = copiedOptions(options);
    super({
      written: () => written(own),
      // Loaded only when needed: a handle that is never used costs nothing.
      open: async () => (await import("./endpoint_from_options.ts")).endpointFromOptions(own),
      clock: own.clock,
      resourceOf: (kind) => [instance, backup, cluster].map((one) => one()).find((one) => one.kind === kind),
    });
    this.#options = own;
    Object.freeze(this);
  }

  /**
   * Selects the instances of the project; narrow them with {@linkcode Selection.where}. Members of clusters are not
   * included.
   *
   * @example
   * ```ts
   * import { dbaas } from "@muster/muster";
   *
   * const db = dbaas("sim");
   * const staging = db.instances().where({ name: /^staging-/ });
   * const report = await staging.restart().waitUntil("ready");
   * console.log(await staging.count(), report.succeeded.length);
   * ```
   */
  instances(): Selection<Instances> {
    return select(instance(), { ...beginningOf(this), source: { kind: "list" } });
  }

  /**
   * Selects one instance. Awaiting it returns its record.
   *
   * @param which Its id, its exact name, or its record.
   * @throws {SelectionError} when awaited, if there is none, or more than one of this name.
   *
   * @example
   * ```ts
   * import { dbaas } from "@muster/muster";
   *
   * const billing = dbaas("sim").instance("prod-billing");
   * const { status, volume } = await billing;
   * console.log(status, volume?.size, await billing.databases());
   * await billing.createDatabase("audit").resizeVolume(30).waitUntil("ready");
   * ```
   */
  instance(which: TroveRef): One<Instances> {
    return selectOne(instance(), referenceText("instance", which), beginningOf(this));
  }

  /**
   * A chain that first creates instances.
   *
   * @param spec Their specification; one chain creates `count` of them.
   * @throws {MusterError} for an invalid specification.
   * @throws {ApiError} as the instance's error in the report: the server refused it, for example because a quota is
   * used up.
   *
   * @example
   * ```ts
   * import { dbaas } from "@muster/muster";
   *
   * const spec = { name: "web-{n}", count: 2, flavor: "m1.small", volume: 5, datastore: "mysql" };
   * const report = await dbaas("sim").createInstance(spec).waitUntil("ready");
   * console.log(report.succeeded.map((member) => member.name));
   * ```
   */
  createInstance(spec: InstanceSpec): Chain<Instances, "BUILD"> {
    const { spec: sealed, names } = checkSpec(copied("createInstance()", spec));
    return creationChain(instance(), {
      ...beginningOf(this),
      source: { kind: "create", spec: sealed, names },
    });
  }

  /**
   * Selects the backups of the project, of all its instances. `where({ instance_id })` is sent to the server.
   *
   * See {@linkcode DatabaseService.createBackup} for an example.
   */
  backups(): Selection<Backups> {
    return select(backup(), { ...beginningOf(this), source: { kind: "list" } });
  }

  /**
   * Selects one backup. Awaiting it returns its record.
   *
   * See {@linkcode DatabaseService.createBackup} for an example.
   *
   * @param which Its id, its exact name, or its record.
   * @throws {SelectionError} when awaited, if there is none, or more than one of this name.
   */
  backup(which: TroveRef): One<Backups> {
    return selectOne(backup(), referenceText("backup", which), beginningOf(this));
  }

  /**
   * A chain that first takes a backup of one instance. For many instances use `instances().backup(name)`.
   *
   * @param spec The instance, and the name of the backup.
   * @throws {MusterError} for an invalid specification.
   *
   * @example
   * ```ts
   * import { dbaas } from "@muster/muster";
   *
   * const db = dbaas("sim");
   * await db.createBackup({ instance: "prod-billing", name: "nightly" }).waitUntil("COMPLETED");
   * const { size, instance_id } = await db.backup("nightly");
   * console.log(`${size} GB`, await db.backups().where({ instance_id: instance_id! }).count());
   * ```
   */
  createBackup(spec: BackupSpec): Chain<Backups, "NEW"> {
    const own = copied("createBackup()", spec);
    checkBackup(own);
    return creationChain(backup(), {
      ...beginningOf(this),
      source: { kind: "create", spec: own, names: [own.name] },
    });
  }

  /**
   * Selects the clusters of the project.
   *
   * @example
   * ```ts
   * import { dbaas } from "@muster/muster";
   *
   * const db = dbaas("sim");
   * console.log(await db.clusters().where({ name: /^ring/ }).count());
   * // The simulator's cloud offers no datastore that makes clusters.
   * const ring = { name: "ring", datastore: "cassandra", instances: [{ flavor: "m1.small", volume: 5 }] };
   * const made = await db.createCluster(ring).run().catch((error) => error.message);
   * const read = await db.cluster("ring").then(({ task }) => task.name, (error) => error.message);
   * console.log(made, read);
   * ```
   */
  clusters(): Selection<Clusters> {
    return select(cluster(), { ...beginningOf(this), source: { kind: "list" } });
  }

  /**
   * Selects one cluster. Awaiting it returns its record.
   *
   * @param which Its id, its exact name, or its record.
   * @throws {SelectionError} when awaited, if there is none, or more than one of this name.
   */
  cluster(which: TroveRef): One<Clusters> {
    return selectOne(cluster(), referenceText("cluster", which), beginningOf(this));
  }

  /**
   * A chain that first creates a cluster.
   *
   * See {@linkcode DatabaseService.clusters} for an example.
   *
   * @param spec The specification.
   * @throws {MusterError} for an invalid specification.
   * @throws {ApiError} when the server refuses the request. It is the error of that cluster in the report.
   */
  createCluster(spec: ClusterSpec): Chain<Clusters, "BUILDING"> {
    const own = copied("createCluster()", spec);
    const names = checkCluster(own);
    return creationChain(cluster(), { ...beginningOf(this), source: { kind: "create", spec: own, names } });
  }

  /**
   * Lists, reads, creates, changes and deletes configurations.
   *
   * See {@linkcode Configurations} for an example.
   */
  get configurations(): Configurations {
    return this.#group(
      "Configurations",
      async () => (await import("./catalogue/configurations.ts")).Configurations,
    );
  }
  /**
   * Datastores, their versions, and the parameters that a configuration can set.
   *
   * See {@linkcode Datastores} for an example.
   */
  get datastores(): Datastores {
    return this.#group("Datastores", async () => (await import("./catalogue/datastores.ts")).Datastores);
  }
  /**
   * Lists and reads flavors.
   *
   * See {@linkcode Flavors} for an example.
   */
  get flavors(): Flavors {
    return this.#group("Flavors", async () => (await import("./catalogue/flavor_group.ts")).Flavors);
  }
  /**
   * Where backups are stored.
   *
   * See {@linkcode BackupStrategies} for an example.
   */
  get backupStrategies(): BackupStrategies {
    return this.#group(
      "BackupStrategies",
      async () => (await import("./backups/backup_strategies.ts")).BackupStrategies,
    );
  }
  /**
   * Lists, reads, creates, changes, deletes and applies modules.
   *
   * See {@linkcode Modules} for an example.
   */
  get modules(): Modules {
    return this.#group("Modules", async () => (await import("./catalogue/modules.ts")).Modules);
  }
  /**
   * What only a cloud's operator may do.
   *
   * See {@linkcode Management} for an example.
   */
  get management(): Management {
    return this.#group("Management", async () => (await import("./operator/management.ts")).Management);
  }

  /**
   * The versions of datastores and their parameters, for a cloud's operator.
   *
   * See {@linkcode ManagedVersions} for an example.
   */
  get datastoreVersions(): ManagedVersions {
    return this.#group(
      "ManagedVersions",
      async () => (await import("./operator/management_versions.ts")).ManagedVersions,
    );
  }

  #group<G extends object>(
    name: string,
    load: () => Promise<new (endpoint: () => Promise<ProjectEndpoint>) => G>,
  ): G {
    return lazyGroup(`${this} ${name}`, async () => new (await load())(() => this.endpoint()));
  }

  /**
   * What the project may have, and how many requests it may send.
   *
   * @example
   * ```ts
   * import { dbaas } from "@muster/muster";
   *
   * const db = dbaas("sim");
   * const { absolute, rates } = await db.limits();
   * console.log(absolute?.max_instances, rates.map(({ verb, value, unit }) => `${value} ${verb} a ${unit}`));
   * const full = (await db.quotas()).filter(({ limit, in_use }) => limit >= 0 && in_use >= limit);
   * console.log(full.map(({ resource }) => resource));
   * const admin = dbaas({ name: "sim", username: "admin", password: "admin-of-sim", project: "admin" });
   * await admin.setQuotas(await db.projectId(), { instances: 60 });
   * ```
   */
  async limits(): Promise<Limits> {
    return await (await import("./catalogue/limits.ts")).readLimits(await this.endpoint());
  }

  /**
   * How much a project may have, and has.
   *
   * @param project Its id; another project's needs an administrator. Default: the project of the login.
   * @throws {CredentialsError} when the login has no project and none is given.
   */
  async quotas(project?: string): Promise<Quota[]> {
    return await (await import("./catalogue/limits.ts")).readQuotas(
      await this.endpoint(),
      project ?? await this.projectId(),
    );
  }

  /**
   * Sets some of a project's quotas. Only for administrators.
   *
   * @param project Its id.
   * @param quotas Such as `{ instances: 60 }`; -1 means unlimited.
   * @throws {MusterError} for a value that is not a whole number of -1 or more.
   * @throws {ApiError} when the user is not an administrator.
   */
  async setQuotas(
    project: string,
    quotas: Readonly<Record<string, number>>,
  ): Promise<Record<string, number>> {
    const own = copied("setQuotas()", quotas);
    return await (await import("./catalogue/limits.ts")).writeQuotas(await this.endpoint(), project, own);
  }

  /**
   * The versions of the server's API. Needs no credentials if the server's URL is known.
   *
   * @param address The server's URL, such as `http://cloud.example.org:8779`. Default: this service's.
   * @throws {MusterError} when the server does not list any.
   */
  async versions(address?: string): Promise<ApiVersion[]> {
    return await (await import("./endpoint_from_options.ts")).openVersions(this.#options, address);
  }

  /**
   * The id of the login's project.
   *
   * @throws {CredentialsError} when it is not known, for example for a token that Keystone was not asked about.
   */
  async projectId(): Promise<string> {
    const { projectId, name } = await this.endpoint();
    if (projectId !== undefined) return projectId;
    throw new CredentialsError(
      `Cannot tell the project of ${name}: the login does not name one. Give its id, or log in with a project.`,
    );
  }
}
const CHAIN_WHERE = "Chain .where({ … }) to it.";
limitArguments(DatabaseService, { instances: CHAIN_WHERE, backups: CHAIN_WHERE, clusters: CHAIN_WHERE });

/** The source text of a handle that was made from options. Nothing secret is shown. */
function written({ name, cloud, region, authUrl, endpoint }: DatabaseServiceOptions): string {
  const said = name ?? cloud ?? region ?? authUrl ?? endpoint;
  return `dbaas(${said === undefined ? "" : JSON.stringify(said)})`;
}

/**
 * A database service, by a cloud's name, a region's name, or options. Nothing is read yet.
 *
 * `dbaas("sim")` is the built-in simulator. No other name leads to it.
 *
 * @param where Default: the current cloud, from the `OS_*` variables or `clouds.yaml`.
 * @throws {MusterError} for an empty name.
 *
 * @example
 * ```ts
 * import { dbaas } from "@muster/muster";
 *
 * const db = dbaas("sim"); // a cloud's name, a region's name, or { authUrl, username, project, … }
 * console.log(String(db), await db.instances().where({ name: /^prod-/ }).count());
 * ```
 */
export function dbaas(where: string | DatabaseServiceOptions = {}): DatabaseService {
  refuseMore("dbaas()", arguments, 1);
  if (typeof where !== "string") return new DatabaseService(where);
  if (where === "") throw new MusterError(`Cannot use a database service with an empty name.`);
  return new DatabaseService({ name: where });
}
