/**
 * What only a cloud's operator may do: the instances of all projects, their guests, and the datastores.
 *
 * @module
 */
import type { Backup } from "../records/backup_record.ts";
import type { Cluster } from "../records/cluster_record.ts";
import { listBackups } from "../list_backups.ts";
import { collected } from "../list_pages.ts";
import { shiftingPages } from "../shifting_pages.ts";
import { Group, part } from "../group.ts";
import { concealFault, type Instance } from "../records/instance_record.ts";
import { referenceText, type TroveRef } from "../reference.ts";

/**
 * An instance as its cloud's operator sees it.
 *
 * @example
 * ```ts
 * import { dbaas, type ManagedInstance } from "@muster/muster";
 *
 * const admin = dbaas({ name: "sim", username: "admin", password: "admin-of-sim", project: "admin" });
 * const all: ManagedInstance[] = await admin.management.instances();
 * console.log(all.slice(0, 3).map(({ name, tenant_id, server }) => `${name} ${tenant_id} ${server?.host}`));
 * ```
 */
export interface ManagedInstance extends Instance {
  /** The project's id. */
  tenant_id: string;
  /** The server under it; null if it no longer exists. */
  server?: { id: string; name: string; status: string; tenant_id: string; host?: string } | null;
  /** What the guest last reported. */
  service_status?: string;
  /** Whether it is deleted. */
  deleted: boolean;
  /** When it was deleted; UTC, without a zone. */
  deleted_at: string | null;
  /** The running task. */
  task_description: string;
  /** When its root user was enabled; UTC, without a zone. */
  root_enabled?: string;
  /** The id of the user who enabled it. */
  root_enabled_by?: string;
}

/**
 * Who enabled the root user of an instance, and when.
 *
 * @example
 * ```ts
 * import { dbaas, type RootHistory } from "@muster/muster";
 *
 * const told = ({ enabled, user }: RootHistory) => `${user}, ${enabled}`;
 * const admin = dbaas({ name: "sim", username: "admin", password: "admin-of-sim", project: "admin" });
 * const [first] = await admin.management.instances();
 * console.log(told(await admin.management.rootHistory(first!))); // "Nobody, Never"
 * ```
 */
export interface RootHistory {
  /** The instance's id. */
  id: string;
  /** When; UTC, without a zone. `Never` if nobody did. */
  enabled: string;
  /** The id of the user; `Nobody` if nobody did. */
  user: string;
}

/**
 * What the guest in an instance reports about itself.
 *
 * @example
 * ```ts
 * import { dbaas, type Diagnostics } from "@muster/muster";
 *
 * const kilobytes = ({ vmRss, vmHwm }: Diagnostics) => `${vmRss} KB, ${vmHwm} at most`;
 * const admin = dbaas({ name: "sim", username: "admin", password: "admin-of-sim", project: "admin" });
 * const [first] = await admin.management.instances();
 * console.log(kilobytes(await admin.management.diagnostics(first!)));
 * ```
 */
export interface Diagnostics {
  /** The guest's own version. */
  version: string;
  /** The guest's threads. */
  threads: number;
  /** The size of its table of file descriptors. */
  fdSize: number;
  /** The size of its memory, in KB. */
  vmSize: number;
  /** The largest size so far, in KB. */
  vmPeak: number;
  /** The part in RAM, in KB. */
  vmRss: number;
  /** Peak resident memory, in KB. */
  vmHwm: number;
}

/**
 * A filter for the instances of all projects.
 *
 * @example
 * ```ts
 * import type { ManagedFilter } from "@muster/muster";
 *
 * const filter: ManagedFilter = { deleted: false, includeClustered: true };
 * console.log(filter); // dbaas(…).management.instances(filter)
 * ```
 */
export interface ManagedFilter {
  /** Whether to return only deleted ones. Default false. */
  deleted?: boolean;
  /** Whether to include members of clusters. Default false. */
  includeClustered?: boolean;
  /** A project's id. */
  project?: string;
}

/**
 * What only administrators may do. Other users get 401, which does not concern the token.
 *
 * @example
 * ```ts
 * import { dbaas } from "@muster/muster";
 *
 * const admin = dbaas({ name: "sim", username: "admin", password: "admin-of-sim", project: "admin" });
 * const { management } = admin;
 * const [scratch] = (await management.instances()).filter(({ name }) => name === "dev-scratch");
 * const { tenant_id } = await management.instance(scratch!);
 * console.log((await management.backups({ project: tenant_id })).length);
 * await management.ping(scratch!);
 * console.log(await management.hardware(scratch!), (await management.diagnostics(scratch!)).version);
 * console.log((await management.rootHistory(scratch!)).user, (await management.clusters()).length);
 * await management.stop(scratch!); // the database; its status stays ACTIVE
 * await management.reboot(scratch!); // the server under it
 * await admin.instance(scratch!).waitUntil("ready");
 * ```
 */
export class Management extends Group {
  /**
   * The instances of all projects. Releases before 26 return all of them in one answer, of any length.
   *
   * @param filter Which of them. Default: those that are not deleted, of every project.
   */
  async instances({ deleted = false, includeClustered, project }: ManagedFilter = {}): Promise<
    ManagedInstance[]
  > {
    // Without `deleted` the server returns both. No `limit`, because the server asks Nova for a whole page in one URL.
    const all = await collected(shiftingPages<ManagedInstance>(await this.endpoint(), {
      path: "/mgmt/instances",
      items: "instances",
      query: { deleted, include_clustered: includeClustered, project_id: project },
    }));
    all.forEach(concealFault);
    return all;
  }

  /**
   * An instance of any project, by its id or record.
   *
   * @param which Its id or record; a name is not looked up.
   * @param options `deleted`: whether to search the deleted ones.
   */
  async instance(which: TroveRef, options: { deleted?: boolean } = {}): Promise<ManagedInstance> {
    const one = await this.read<ManagedInstance>(instancePath(which), "instance", {
      deleted: options.deleted,
    });
    concealFault(one);
    return one;
  }

  /**
   * The backups of all projects, or of one.
   *
   * @param options `project`: a project's id. Default: all.
   */
  async backups(options: { project?: string } = {}): Promise<Backup[]> {
    return await listBackups(await this.endpoint(), { all_projects: true, project_id: options.project });
  }

  /**
   * Stops the database of an instance; its status stays `ACTIVE`.
   *
   * @param which Its id or record; a name is not looked up.
   */
  stop(which: TroveRef): Promise<void> {
    return this.#act(which, { stop: {} });
  }
  /**
   * Reboots the server under an instance.
   *
   * @param which Its id or record; a name is not looked up.
   */
  reboot(which: TroveRef): Promise<void> {
    return this.#act(which, { reboot: {} });
  }
  /**
   * Moves an instance to another host.
   *
   * @param which Its id or record; a name is not looked up.
   * @param options `host`: the new host. Default: the cloud chooses one.
   *
   * @example
   * ```ts
   * import { dbaas } from "@muster/muster";
   *
   * const admin = dbaas({ name: "sim", username: "admin", password: "admin-of-sim", project: "admin" });
   * const { management } = admin;
   * const [scratch] = (await management.instances()).filter(({ name }) => name === "dev-scratch");
   * await management.migrate(scratch!, { host: "sim-host-2" });
   * await admin.instance(scratch!).waitUntil("ready");
   * await management.upgradeGuest(scratch!, { version: "2" });
   * await management.rebuild(scratch!, "c00000c0-00c0-4c00-80c0-000c000000cc");
   * await management.resetTaskStatus(scratch!);
   * for (const { id } of await management.clusters()) {
   *   if ((await management.cluster(id)).task.name !== "NONE") await management.resetClusterTask(id);
   * }
   * ```
   */
  migrate(which: TroveRef, options: { host?: string } = {}): Promise<void> {
    return this.#act(which, { migrate: { host: options.host } });
  }
  /**
   * Forgets the running task of an instance.
   *
   * @param which Its id or record; a name is not looked up.
   */
  resetTaskStatus(which: TroveRef): Promise<void> {
    return this.#act(which, { "reset-task-status": {} });
  }
  /**
   * Rebuilds the server under an instance, from another image.
   *
   * @param which Its id or record; a name is not looked up.
   * @param image The new image's id.
   */
  rebuild(which: TroveRef, image: string): Promise<void> {
    return this.#act(which, { rebuild: { image_id: image } });
  }

  /**
   * Who enabled the root user of an instance, and when.
   *
   * @param which Its id or record; a name is not looked up.
   */
  rootHistory(which: TroveRef): Promise<RootHistory> {
    return this.read<RootHistory>(instancePath(which, "/root"), "root_history");
  }
  /**
   * What the guest in an instance reports about itself.
   *
   * @param which Its id or record; a name is not looked up.
   */
  diagnostics(which: TroveRef): Promise<Diagnostics> {
    return this.read<Diagnostics>(instancePath(which, "/diagnostics"), "diagnostics");
  }
  /**
   * Memory (KB) and processors of the server under an instance.
   *
   * @param which Its id or record; a name is not looked up.
   */
  hardware(which: TroveRef): Promise<{ mem_total: number; num_cpus: number }> {
    return this.read(instancePath(which, "/hwinfo"), "hwinfo");
  }
  /**
   * Resolves when the guest in an instance answers.
   *
   * @param which Its id or record; a name is not looked up.
   * @throws {ApiError} when the guest does not answer.
   */
  async ping(which: TroveRef): Promise<void> {
    await this.ask("GET", instancePath(which, "/rpc_ping"));
  }
  /**
   * Replaces the guest in an instance, but not the database.
   *
   * @param which Its id or record; a name is not looked up.
   * @param to The guest's new version, its URL, and its metadata.
   */
  async upgradeGuest(
    which: TroveRef,
    to: { version?: string; location?: string; metadata?: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    const { version, location, metadata } = to;
    const body = { upgrade: { instance_version: version, location, metadata } };
    await this.ask("POST", instancePath(which, "/upgrade"), { body });
  }

  /** The clusters of all projects. */
  clusters(): Promise<(Cluster & { tenant_id: string; deleted: boolean })[]> {
    return this.read("/mgmt/clusters", "clusters", { deleted: false });
  }
  /**
   * A cluster of any project, by its id or record.
   *
   * @param which Its id or record; a name is not looked up.
   */
  cluster(which: TroveRef): Promise<Cluster & { tenant_id: string; deleted: boolean }> {
    return this.read(`/mgmt/clusters/${part(referenceText("cluster", which))}`, "cluster");
  }
  /**
   * Forgets the running task of a cluster.
   *
   * @param which Its id or record; a name is not looked up.
   */
  async resetClusterTask(which: TroveRef): Promise<void> {
    const path = `/mgmt/clusters/${part(referenceText("cluster", which))}/action`;
    await this.ask("POST", path, { body: { "reset-task": {} } });
  }

  async #act(which: TroveRef, body: Record<string, unknown>): Promise<void> {
    await this.ask("POST", instancePath(which, "/action"), { body });
  }
}

const instancePath = (which: TroveRef, rest = "") =>
  `/mgmt/instances/${part(referenceText("instance", which))}${rest}`;
