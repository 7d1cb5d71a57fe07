/**
 * The handle of a database service: `dbaas("RegionOne")`.
 *
 * @module
 */
import {
  type ApiRequest,
  type ApiResponse,
  type Chain,
  creation,
  CredentialsError,
  MusterError,
  type One,
  select,
  type Selection,
  selectOne,
} from "../chain/mod.ts";
import { backup, type Backups } from "./backup.ts";
import type { BackupStrategies } from "./backup_strategies.ts";
import { cluster, type Clusters } from "./cluster.ts";
import type { ProjectEndpoint } from "./connect.ts";
import type { Configurations } from "./configurations.ts";
import { type BackupSpec, checkBackup } from "./create_backup.ts";
import { checkCluster, type ClusterSpec } from "./create_cluster.ts";
import { checkSpec, type InstanceSpec } from "./create_instance.ts";
import type { Datastores } from "./datastores.ts";
import type { Flavors } from "./flavor_group.ts";
import { instance, type Instances } from "./instance.ts";
import { lazyGroup } from "./lazy_group.ts";
import type { Limits, Quota } from "./limits.ts";
import type { Management } from "./management.ts";
import type { ManagedVersions } from "./management_versions.ts";
import type { Modules } from "./modules.ts";
import type { DatabaseServiceOptions } from "./options.ts";
import { type Ref, textOf } from "./reference.ts";
import type { ApiVersion } from "./versions.ts";

/** One Trove and the credentials for it. Lazy: nothing is read or opened before the first request. */
export class DatabaseService {
  readonly #options: DatabaseServiceOptions;
  #endpoint: Promise<ProjectEndpoint> | undefined;

  /** Use {@linkcode dbaas}. */
  constructor(options: DatabaseServiceOptions) {
    this.#options = Object.freeze({ ...options });
    Object.freeze(this);
  }

  /** What requests are sent with; finds the credentials and logs in at the first call. */
  endpoint(): Promise<ProjectEndpoint> {
    // Loaded only now: a handle that is never used costs nothing.
    return this.#endpoint ??= import("./open.ts").then(({ open }) => open(this.#options)).catch((error) => {
      this.#endpoint = undefined; // the next request looks again: a variable may have been set meanwhile
      throw error;
    });
  }

  #from() {
    return { endpoint: () => this.endpoint(), handle: String(this) };
  }

  /** The instances of the project; narrowed by {@linkcode Selection.where}. Members of clusters are not among them. */
  instances(): Selection<Instances> {
    return select(instance, { ...this.#from(), source: { kind: "list" } });
  }

  /**
   * One instance. Awaiting it gives its record.
   *
   * @param which Its id, its exact name, or its record.
   * @throws {SelectionError} when awaited and there is none, or more than one of this name.
   */
  instance(which: Ref): One<Instances> {
    return selectOne(instance, textOf("instance", which), this.#from());
  }

  /**
   * New instances, as a chain that begins with making them.
   *
   * @throws {MusterError} for a specification that cannot be right.
   */
  createInstance(spec: InstanceSpec): Chain<Instances, "BUILD"> {
    const { spec: sealed, names } = checkSpec(spec);
    return creation(instance, { ...this.#from(), source: { kind: "create", spec: sealed, names } });
  }

  /** The backups of the project, of all its instances; `where({ instance_id })` is asked of the server. */
  backups(): Selection<Backups> {
    return select(backup, { ...this.#from(), source: { kind: "list" } });
  }

  /**
   * One backup. Awaiting it gives its record.
   *
   * @param which Its id, its exact name, or its record.
   */
  backup(which: Ref): One<Backups> {
    return selectOne(backup, textOf("backup", which), this.#from());
  }

  /**
   * A new backup of one instance, as a chain that begins with taking it. Of many instances: `instances().backup(name)`.
   *
   * @throws {MusterError} for a specification that cannot be right.
   *
   * @example
   * ```ts
   * import { dbaas } from "@muster/muster";
   *
   * const nightly = { instance: "prod-billing", name: "nightly" };
   * await dbaas("sim").createBackup(nightly).waitUntil("COMPLETED");
   * ```
   */
  createBackup(spec: BackupSpec): Chain<Backups, "NEW"> {
    checkBackup(spec);
    return creation(backup, { ...this.#from(), source: { kind: "create", spec, names: [spec.name] } });
  }

  /** The clusters of the project. */
  clusters(): Selection<Clusters> {
    return select(cluster, { ...this.#from(), source: { kind: "list" } });
  }

  /**
   * One cluster. Awaiting it gives its record.
   *
   * @param which Its id, its exact name, or its record.
   */
  cluster(which: Ref): One<Clusters> {
    return selectOne(cluster, textOf("cluster", which), this.#from());
  }

  /**
   * A new cluster, as a chain that begins with making it.
   *
   * @throws {MusterError} for a specification that cannot be right.
   */
  createCluster(spec: ClusterSpec): Chain<Clusters, "BUILDING"> {
    const names = checkCluster(spec);
    return creation(cluster, { ...this.#from(), source: { kind: "create", spec, names } });
  }

  /** Configurations: listed, shown, made, changed, deleted. */
  get configurations(): Configurations {
    return this.#group("Configurations", async () => (await import("./configurations.ts")).Configurations);
  }
  /** Datastores, their versions, and the parameters a configuration may set. */
  get datastores(): Datastores {
    return this.#group("Datastores", async () => (await import("./datastores.ts")).Datastores);
  }
  /** Flavors: listed and shown. */
  get flavors(): Flavors {
    return this.#group("Flavors", async () => (await import("./flavor_group.ts")).Flavors);
  }
  /** Where backups go. */
  get backupStrategies(): BackupStrategies {
    return this.#group(
      "BackupStrategies",
      async () => (await import("./backup_strategies.ts")).BackupStrategies,
    );
  }
  /** Modules: listed, shown, made, changed, deleted, applied anew. */
  get modules(): Modules {
    return this.#group("Modules", async () => (await import("./modules.ts")).Modules);
  }
  /** What only a cloud's operator may do. */
  get management(): Management {
    return this.#group("Management", async () => (await import("./management.ts")).Management);
  }

  /** The versions of datastores as a cloud's operator keeps them, and their parameters. */
  get datastoreVersions(): ManagedVersions {
    return this.#group(
      "ManagedVersions",
      async () => (await import("./management_versions.ts")).ManagedVersions,
    );
  }

  #group<G extends object>(
    name: string,
    load: () => Promise<new (endpoint: () => Promise<ProjectEndpoint>) => G>,
  ): G {
    return lazyGroup(`${this} ${name}`, async () => new (await load())(() => this.endpoint()));
  }

  /** What the project may have, and how often it may ask. */
  async limits(): Promise<Limits> {
    return await (await import("./limits.ts")).readLimits(await this.endpoint());
  }

  /**
   * What a project may have and has.
   *
   * @param project Its id; another's needs an administrator. Default: the project logged in to.
   */
  async quotas(project?: string): Promise<Quota[]> {
    return await (await import("./limits.ts")).readQuotas(
      await this.endpoint(),
      project ?? await this.projectId(),
    );
  }

  /**
   * Sets some of what a project may have; for administrators.
   *
   * @param project Its id.
   * @param quotas Such as `{ instances: 60 }`; -1 is without limit.
   */
  async setQuotas(
    project: string,
    quotas: Readonly<Record<string, number>>,
  ): Promise<Record<string, number>> {
    return await (await import("./limits.ts")).writeQuotas(await this.endpoint(), project, quotas);
  }

  /**
   * The versions of the API that the server has. Needs no credentials where the server's address is known.
   *
   * @param address The server's address, such as `http://cloud.example.org:8779`. Default: this service's.
   */
  async versions(address?: string): Promise<ApiVersion[]> {
    return await (await import("./open.ts")).openVersions(this.#options, address);
  }

  /**
   * The id of the project logged in to.
   *
   * @throws {CredentialsError} when it is not known, as with a token for which Keystone was not asked.
   */
  async projectId(): Promise<string> {
    const { projectId, name } = await this.endpoint();
    if (projectId !== undefined) return projectId;
    throw new CredentialsError(
      `Cannot tell the project of ${name} as the login says none: give its id, or log in with a project`,
    );
  }

  /**
   * Sends any request, with a token and retried like the rest.
   *
   * @param path Below the project: `/instances/…`.
   * @throws {ApiError} when the server refuses it.
   */
  async request(
    method: ApiRequest["method"],
    path: string,
    options: Pick<ApiRequest, "query" | "body" | "headers" | "accept" | "idempotent"> = {},
  ): Promise<ApiResponse> {
    return await (await this.endpoint()).send({ method, path, ...options });
  }

  /** How the handle was written. */
  toString(): string {
    const { name, cloud, region, authUrl, endpoint } = this.#options;
    const said = name ?? cloud ?? region ?? authUrl ?? endpoint;
    return `dbaas(${said === undefined ? "" : JSON.stringify(said)})`;
  }
  [Symbol.for("Deno.customInspect")](): string {
    return String(this);
  }
}

/**
 * A database service, by a cloud's name, a region's name, or options. Touches nothing yet.
 *
 * `dbaas("sim")` is the built-in simulator; no other name ever leads to it.
 *
 * @param where Default: the current cloud, of the `OS_*` variables or `clouds.yaml`.
 */
export function dbaas(where: string | DatabaseServiceOptions = {}): DatabaseService {
  if (typeof where !== "string") return new DatabaseService(where);
  if (where === "") throw new MusterError(`Cannot use an empty name as a database service`);
  return new DatabaseService({ name: where });
}
