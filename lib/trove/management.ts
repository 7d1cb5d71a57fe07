/**
 * What only a cloud's operator may do: everybody's instances, their guests, and the datastores.
 *
 * @module
 */
import type { Backup } from "./backup_record.ts";
import type { Cluster } from "./cluster_record.ts";
import { Group, part } from "./group.ts";
import type { Instance } from "./instance_record.ts";
import { type Ref, textOf } from "./reference.ts";

/** An instance as its cloud's operator sees it. */
export interface ManagedInstance extends Instance {
  /** The project's id. */
  tenant_id: string;
  server?: { id: string; name: string; status: string; tenant_id: string; host?: string } | null;
  service_status?: string;
  deleted: boolean;
  deleted_at: string | null;
  task_description: string;
  root_enabled?: string;
  root_enabled_by?: string;
}

/** Who enabled the root user of an instance, and when; `Nobody` and `Never`. */
export interface RootHistory {
  id: string;
  enabled: string;
  user: string;
}

/** What the guest in an instance says of itself. */
export interface Diagnostics {
  version: string;
  threads: number;
  fdSize: number;
  /** KB, as all of its memory. */
  vmSize: number;
  vmPeak: number;
  vmRss: number;
  vmHwm: number;
}

/** Which of everybody's instances. */
export interface ManagedFilter {
  /** Only those that are deleted. */
  deleted?: boolean;
  includeClustered?: boolean;
  /** A project's id. */
  project?: string;
}

/** What only administrators may do. Anybody else is told 401, which is no matter of the token. */
export class Management extends Group {
  /** Everybody's instances. Not in pages: there may be many. */
  instances({ deleted, includeClustered, project }: ManagedFilter = {}): Promise<ManagedInstance[]> {
    return this.read<ManagedInstance[]>("/mgmt/instances", "instances", {
      deleted,
      include_clustered: includeClustered,
      project_id: project,
    });
  }

  /** Anybody's instance, by its id or record. */
  instance(which: Ref, options: { deleted?: boolean } = {}): Promise<ManagedInstance> {
    return this.read<ManagedInstance>(instancePath(which), "instance", { deleted: options.deleted });
  }

  /** Everybody's backups, or those of a project. */
  backups(options: { project?: string } = {}): Promise<Backup[]> {
    return this.all<Backup>({
      path: "/backups",
      items: "backups",
      query: { all_projects: true, project_id: options.project },
      id: (backup) => backup.id,
    });
  }

  /** Stops the database of an instance; its status stays `ACTIVE`. */
  stop(which: Ref): Promise<void> {
    return this.#act(which, { stop: {} });
  }
  /** Reboots the server under an instance. */
  reboot(which: Ref): Promise<void> {
    return this.#act(which, { reboot: {} });
  }
  /** Moves an instance to another host. */
  migrate(which: Ref, options: { host?: string } = {}): Promise<void> {
    return this.#act(which, { migrate: { host: options.host } });
  }
  /** Forgets what is being done to an instance. */
  resetTaskStatus(which: Ref): Promise<void> {
    return this.#act(which, { "reset-task-status": {} });
  }
  /** Makes the server under an instance anew, of another image. */
  rebuild(which: Ref, image: string): Promise<void> {
    return this.#act(which, { rebuild: { image_id: image } });
  }

  /** Who enabled the root user of an instance, and when. */
  rootHistory(which: Ref): Promise<RootHistory> {
    return this.read<RootHistory>(instancePath(which, "/root"), "root_history");
  }
  /** What the guest in an instance says of itself. */
  diagnostics(which: Ref): Promise<Diagnostics> {
    return this.read<Diagnostics>(instancePath(which, "/diagnostics"), "diagnostics");
  }
  /** Memory (KB) and processors of the server under an instance. */
  hardware(which: Ref): Promise<{ mem_total: number; num_cpus: number }> {
    return this.read(instancePath(which, "/hwinfo"), "hwinfo");
  }
  /** Resolves when the guest in an instance answers. */
  async ping(which: Ref): Promise<void> {
    await this.ask("GET", instancePath(which, "/rpc_ping"));
  }
  /** Replaces the guest in an instance, not the database. */
  async upgradeGuest(
    which: Ref,
    to: { version?: string; location?: string; metadata?: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    const { version, location, metadata } = to;
    const body = { upgrade: { instance_version: version, location, metadata } };
    await this.ask("POST", instancePath(which, "/upgrade"), { body });
  }

  /** Everybody's clusters. */
  clusters(): Promise<(Cluster & { tenant_id: string; deleted: boolean })[]> {
    return this.read("/mgmt/clusters", "clusters");
  }
  /** Anybody's cluster, by its id or record. */
  cluster(which: Ref): Promise<Cluster & { tenant_id: string; deleted: boolean }> {
    return this.read(`/mgmt/clusters/${part(textOf("cluster", which))}`, "cluster");
  }
  /** Forgets what is being done to a cluster. */
  async resetClusterTask(which: Ref): Promise<void> {
    const path = `/mgmt/clusters/${part(textOf("cluster", which))}/action`;
    await this.ask("POST", path, { body: { "reset-task": {} } });
  }

  async #act(which: Ref, body: Record<string, unknown>): Promise<void> {
    await this.ask("POST", instancePath(which, "/action"), { body });
  }
}

const instancePath = (which: Ref, rest = "") => `/mgmt/instances/${part(textOf("instance", which))}${rest}`;
