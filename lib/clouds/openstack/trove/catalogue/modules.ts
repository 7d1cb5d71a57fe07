/**
 * Modules: files that are installed in instances.
 *
 * @module
 */
import { MusterError } from "../../../../engine/mod.ts";
import { type DatastoreRef, resolveDatastore } from "./datastore_ref.ts";
import { Group, part } from "../group.ts";
import { checkName } from "../records/instance_name.ts";
import type { Instance } from "../records/instance_record.ts";
import type { TroveRef } from "../reference.ts";

/**
 * A module.
 *
 * @example
 * ```ts
 * import { dbaas, type Module } from "@muster/muster";
 *
 * const modules: Module[] = await dbaas("sim").modules.list();
 * console.log(modules.map(({ name, type, apply_order }) => `${apply_order} ${name} (${type})`));
 * ```
 */
export interface Module {
  /** UUID. */
  id: string;
  /** Its name. */
  name: string;
  /** The driver that installs it: `ping`, `new_relic_license`, … */
  type: string;
  /** What it is for. */
  description: string | null;
  /** The datastore it is for; `all` for any. */
  datastore?: string;
  /** The version it is for; `all` for any. */
  datastore_version?: string;
  /** Whether every new instance gets it. */
  auto_apply: boolean;
  /** Whether it is applied before modules without this. */
  priority_apply: boolean;
  /** 0 to 9. */
  apply_order: number;
  /** Whether only an administrator may change it. */
  is_admin: boolean;
  /** The MD5 of its contents. */
  md5: string;
  /** Whether users who are not administrators can see it. */
  visible: boolean;
  /** Whether its contents may be changed while instances use it. */
  live_update?: boolean;
  /** How many instances use it. */
  instance_count?: number;
  /** UTC, without a zone. */
  created: string;
  /** UTC, without a zone. */
  updated: string;
  /** The id of its project; null if it is for all. */
  tenant_id: string | null;
}

/**
 * The properties of a module that can be set.
 *
 * @example
 * ```ts
 * import type { ModuleChanges } from "@muster/muster";
 *
 * const changes: ModuleChanges = { description: "Says hello", applyOrder: 9, liveUpdate: true };
 * console.log(changes); // dbaas(…).modules.update("ping", changes)
 * ```
 */
export interface ModuleChanges {
  /** Its name. */
  name?: string;
  /** The driver that installs it: `ping`, `new_relic_license`, … */
  type?: string;
  /** A text, or bytes; sent as base64. */
  contents?: string | Uint8Array;
  /** What it is for. */
  description?: string;
  /** `mysql`, `mysql@5.7.29`, or an object. Default: all. */
  datastore?: DatastoreRef;
  /** Whether every new instance gets it; only for administrators. Default false. */
  autoApply?: boolean;
  /** Whether it is for every project; only for administrators. Default false. */
  allTenants?: boolean;
  /** Whether users who are not administrators can see it; only for administrators. Default true. */
  visible?: boolean;
  /** Whether its contents may be changed while instances use it. Default false. */
  liveUpdate?: boolean;
  /** Whether it is applied before modules without this; only for administrators. Default false. */
  priorityApply?: boolean;
  /** 0 to 9. Default 5. */
  applyOrder?: number;
  /** Whether others may change a module of an administrator; only for administrators. */
  fullAccess?: boolean;
}

/**
 * The specification of a new module.
 *
 * @example
 * ```ts
 * import { dbaas, type ModuleSpec } from "@muster/muster";
 *
 * const spec: ModuleSpec = { name: "ping", type: "ping", contents: "message=hello", datastore: "mysql" };
 * console.log((await dbaas("sim").modules.create(spec)).md5);
 * ```
 */
export interface ModuleSpec extends ModuleChanges {
  /** Its name. */
  name: string;
  /** The driver that installs it: `ping`, `new_relic_license`, … */
  type: string;
  /** A text, or bytes; sent as base64. */
  contents: string | Uint8Array;
}

/**
 * How to apply a module again to the instances that use it.
 *
 * @example
 * ```ts
 * import type { Reapply } from "@muster/muster";
 *
 * const gently: Reapply = { batchSize: 5, batchDelay: 30, force: true };
 * console.log(gently); // dbaas(…).modules.reapply("ping", gently)
 * ```
 */
export interface Reapply {
  /** Only instances with this version of it. */
  md5?: string;
  /** Also to members of clusters. Default false. */
  includeClustered?: boolean;
  /** How many instances at a time. Default: the cloud's. */
  batchSize?: number;
  /** Seconds between two batches. */
  batchDelay?: number;
  /** Also to instances that are up to date. Default false. */
  force?: boolean;
}

const FLAGS = {
  autoApply: "auto_apply",
  allTenants: "all_tenants",
  visible: "visible",
  liveUpdate: "live_update",
  priorityApply: "priority_apply",
  fullAccess: "full_access",
} as const;
const KNOWN = ["name", "type", "contents", "description", "datastore", "applyOrder", ...Object.keys(FLAGS)];

function inBase64(contents: string | Uint8Array): string {
  const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
  return bytes.toBase64();
}

/**
 * The modules of a database service.
 *
 * @example
 * ```ts
 * import { dbaas } from "@muster/muster";
 *
 * const db = dbaas("sim");
 * const ping = await db.modules.create({ name: "ping", type: "ping", contents: "message=hello" });
 * await db.modules.update(ping, { description: "Says hello" });
 * await db.instance("dev-scratch").applyModules(["ping"]);
 * console.log((await db.modules.instances("ping")).length, await db.modules.counts("ping"));
 * console.log((await db.modules.list({ datastore: "mysql" })).length, (await db.modules.get(ping)).md5);
 * const admin = dbaas({ name: "sim", username: "admin", password: "admin-of-sim", project: "admin" });
 * await admin.modules.reapply(ping.id, { batchSize: 10, batchDelay: 5 });
 * await db.instance("dev-scratch").removeModule("ping");
 * await db.modules.delete("ping");
 * ```
 */
export class Modules extends Group {
  /**
   * All modules, or those of one datastore.
   *
   * @param options `datastore`: its name or id. Default: all.
   */
  list(options: { datastore?: string } = {}): Promise<Module[]> {
    return this.read<Module[]>("/modules", "modules", { datastore: options.datastore });
  }

  /**
   * One module, by id, name or record.
   *
   * @param which Its id, its name, or its record.
   * @throws {SelectionError} when none has this name, or several have.
   */
  async get(which: TroveRef): Promise<Module> {
    return await this.read<Module>(await this.#path(which), "module");
  }

  /**
   * Creates a module.
   *
   * @param spec The specification.
   * @throws {MusterError} for an unknown option.
   */
  async create(spec: ModuleSpec): Promise<Module> {
    checkName(spec.name);
    const body = { module: await this.#body(spec) };
    const before = new Set((await this.list()).map(({ id }) => id));
    // The server refuses a second module of the same name and type.
    return await this.makeOnce({ method: "POST", path: "/modules", body }, "module", {
      what: `create module ${spec.name}`,
      took: async () => (await this.list()).find((one) => one.name === spec.name && !before.has(one.id)),
      repeatable: true,
    });
  }

  /**
   * Changes a module. Its contents can be changed only while no instance uses it, unless it allows live updates.
   *
   * @param which Its id, its name, or its record.
   * @param changes The new values.
   * @throws {MusterError} for an unknown option.
   */
  async update(which: TroveRef, changes: ModuleChanges): Promise<Module> {
    const body = { module: await this.#body(changes) };
    const answer = await this.ask("PUT", await this.#path(which), { body, idempotent: true });
    return (answer.body as { module: Module }).module;
  }

  /**
   * Deletes a module that no instance uses.
   *
   * @param which Its id, its name, or its record.
   * @throws {ApiError} when an instance uses it.
   */
  async delete(which: TroveRef): Promise<void> {
    await this.remove(await this.#path(which));
  }

  /**
   * The instances that use it.
   *
   * @param which Its id, its name, or its record.
   * @param options `includeClustered`: whether to include members of clusters. Default false.
   */
  async instances(which: TroveRef, options: { includeClustered?: boolean } = {}): Promise<Instance[]> {
    return await this.read<Instance[]>(await this.#path(which, "/instances"), "instances", {
      include_clustered: options.includeClustered,
    });
  }

  /**
   * How many instances use it, for each version of it.
   *
   * @param which Its id, its name, or its record.
   * @param options `includeClustered`: whether to count members of clusters. Default false.
   */
  async counts(
    which: TroveRef,
    options: { includeClustered?: boolean } = {},
  ): Promise<Record<string, unknown>[]> {
    const path = await this.#path(which, "/instances");
    const query = { count_only: true, include_clustered: options.includeClustered };
    return await this.read<Record<string, unknown>[]>(path, "instances", query);
  }

  /**
   * Applies it again to the instances that use it.
   *
   * @param which Its id, its name, or its record.
   * @param how To which instances, and how many at a time.
   */
  async reapply(which: TroveRef, how: Reapply = {}): Promise<void> {
    const { md5, includeClustered, batchSize, batchDelay, force } = how;
    const flag = (value: boolean | undefined) => value === undefined ? undefined : Number(value);
    await this.ask("PUT", await this.#path(which, "/instances"), {
      body: {
        reapply: {
          md5,
          include_clustered: flag(includeClustered),
          batch_size: batchSize,
          batch_delay: batchDelay,
          force: flag(force),
        },
      },
    });
  }

  async #body(given: ModuleChanges): Promise<Record<string, unknown>> {
    const unknown = Object.keys(given).find((key) => !KNOWN.includes(key));
    if (unknown !== undefined) {
      throw new MusterError(
        `Cannot create or change a module: the option ${unknown} does not exist. The options are ${
          KNOWN.join(", ")
        }`,
      );
    }
    const { name, type, contents, description, datastore, applyOrder } = given;
    const body: Record<string, unknown> = {
      name,
      module_type: type,
      contents: contents === undefined ? undefined : inBase64(contents),
      description,
      datastore: datastore === undefined
        ? undefined
        : await resolveDatastore(await this.endpoint(), datastore),
      apply_order: applyOrder,
    };
    // As numbers, because some releases refuse true and false.
    for (const [key, name] of Object.entries(FLAGS)) {
      const value = given[key as keyof typeof FLAGS];
      if (value !== undefined) body[name] = Number(value);
    }
    return body;
  }

  async #path(which: TroveRef, rest = ""): Promise<string> {
    return `/modules/${part(await this.id("module", which))}${rest}`;
  }
}
