/**
 * Modules: what is installed into instances.
 *
 * @module
 */
import { MusterError } from "../chain/mod.ts";
import { type DatastoreRef, resolveDatastore } from "./datastore_ref.ts";
import { Group, part } from "./group.ts";
import { checkName } from "./instance_name.ts";
import type { Instance } from "./instance_record.ts";
import type { Ref } from "./reference.ts";

/** A module. */
export interface Module {
  /** UUID. */
  id: string;
  name: string;
  /** What takes it: `ping`, `new_relic_license`, … */
  type: string;
  description: string | null;
  datastore?: string;
  datastore_version?: string;
  auto_apply: boolean;
  priority_apply: boolean;
  /** 0 to 9. */
  apply_order: number;
  is_admin: boolean;
  md5: string;
  visible: boolean;
  live_update?: boolean;
  instance_count?: number;
  /** UTC, without a zone. */
  created: string;
  /** UTC, without a zone. */
  updated: string;
  tenant_id: string | null;
}

/** What can be said of a module. */
export interface ModuleChanges {
  name?: string;
  type?: string;
  /** A text, or bytes: sent in base 64. */
  contents?: string | Uint8Array;
  description?: string;
  /** `mysql`, `mysql@5.7.29`, or in parts. Default: all. */
  datastore?: DatastoreRef;
  autoApply?: boolean;
  allTenants?: boolean;
  visible?: boolean;
  liveUpdate?: boolean;
  priorityApply?: boolean;
  /** 0 to 9. Default 5. */
  applyOrder?: number;
  fullAccess?: boolean;
}

/** A module to be made. */
export interface ModuleSpec extends ModuleChanges {
  name: string;
  type: string;
  contents: string | Uint8Array;
}

/** How a module is applied anew to the instances that have it. */
export interface Reapply {
  /** Only where the instance has this version. */
  md5?: string;
  includeClustered?: boolean;
  /** So many instances at once. */
  batchSize?: number;
  /** Seconds between two batches. */
  batchDelay?: number;
  /** Also where it is up to date. */
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

/** The modules of a database service. */
export class Modules extends Group {
  /** All modules, or those of one datastore. */
  list(options: { datastore?: string } = {}): Promise<Module[]> {
    return this.read<Module[]>("/modules", "modules", { datastore: options.datastore });
  }

  /** One module, by id, name or record. */
  async get(which: Ref): Promise<Module> {
    return await this.read<Module>(await this.#path(which), "module");
  }

  /** Makes a module. */
  async create(spec: ModuleSpec): Promise<Module> {
    checkName(spec.name);
    const body = { module: await this.#body(spec) };
    const before = new Set((await this.list()).map(({ id }) => id));
    return await this.once(
      { method: "POST", path: "/modules", body },
      "module",
      async () => (await this.list()).find((one) => one.name === spec.name && !before.has(one.id)),
    );
  }

  /** Changes a module. Its contents only while no instance has it, unless it is for live updates. */
  async update(which: Ref, changes: ModuleChanges): Promise<Module> {
    const body = { module: await this.#body(changes) };
    const answer = await this.ask("PUT", await this.#path(which), { body, idempotent: true });
    return (answer.body as { module: Module }).module;
  }

  /** Deletes a module that no instance has. */
  async delete(which: Ref): Promise<void> {
    await this.remove(await this.#path(which));
  }

  /** The instances that have it. */
  async instances(which: Ref, options: { includeClustered?: boolean } = {}): Promise<Instance[]> {
    return await this.read<Instance[]>(await this.#path(which, "/instances"), "instances", {
      include_clustered: options.includeClustered,
    });
  }

  /** How many instances have it, by which version of it. */
  async counts(which: Ref, options: { includeClustered?: boolean } = {}): Promise<Record<string, unknown>[]> {
    const path = await this.#path(which, "/instances");
    const query = { count_only: true, include_clustered: options.includeClustered };
    return await this.read<Record<string, unknown>[]>(path, "instances", query);
  }

  /** Applies it anew to the instances that have it. */
  async reapply(which: Ref, how: Reapply = {}): Promise<void> {
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
        `Cannot make or change a module as there is no such option: ${unknown}; there are ${
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
    // Numbers: true and false are refused by some releases.
    for (const [key, name] of Object.entries(FLAGS)) {
      const value = given[key as keyof typeof FLAGS];
      if (value !== undefined) body[name] = Number(value);
    }
    return body;
  }

  async #path(which: Ref, rest = ""): Promise<string> {
    return `/modules/${part(await this.id("module", which))}${rest}`;
  }
}
