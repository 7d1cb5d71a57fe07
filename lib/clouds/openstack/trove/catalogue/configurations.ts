/**
 * Configurations: parameters for the databases of instances.
 *
 * @module
 */
import { MusterError } from "../../../../engine/mod.ts";
import { typedValues } from "./parameter_types.ts";
import { type DatastoreRef, resolveDatastore, resolveVersion } from "./datastore_ref.ts";
import { Group, part } from "../group.ts";
import { checkName } from "../records/instance_name.ts";
import type { TroveRef } from "../reference.ts";

/**
 * Values of parameters, by name. A whole number that a `number` cannot hold exactly is a `bigint`.
 *
 * @example
 * ```ts
 * import type { ConfigurationValues } from "@muster/muster";
 *
 * const values: ConfigurationValues = { max_connections: 200, join_buffer_size: 18446744073709547520n };
 * console.log(Object.keys(values)); // configurations.create({ name, values, datastore: "mysql" })
 * ```
 */
export type ConfigurationValues = Readonly<Record<string, string | number | bigint | boolean>>;

/**
 * A configuration.
 *
 * @example
 * ```ts
 * import { type Configuration, dbaas } from "@muster/muster";
 *
 * const { configurations } = dbaas("sim");
 * await configurations.create({ name: "wide", values: { max_connections: 500 }, datastore: "mysql" });
 * const wide: Configuration = await configurations.get("wide");
 * console.log(wide.id, wide.datastore_version_name, wide.values, wide.instance_count);
 * ```
 */
export interface Configuration {
  /** UUID. */
  id: string;
  /** Its name. */
  name: string;
  /** What it is for. */
  description: string | null;
  /** UTC, without a zone. */
  created: string;
  /** UTC, without a zone. */
  updated: string;
  /** The datastore it is for. */
  datastore_name: string;
  /** The id of the version it is for. */
  datastore_version_id: string;
  /** The name of the version it is for. */
  datastore_version_name: string;
  /** Only if this configuration was read alone. */
  datastore_version_number?: string;
  /** Only if this configuration was read alone. */
  values?: ConfigurationValues;
  /** Only if this configuration was read alone. */
  instance_count?: number;
}

/**
 * The specification of a new configuration.
 *
 * @example
 * ```ts
 * import { type ConfigurationSpec, dbaas } from "@muster/muster";
 *
 * const spec: ConfigurationSpec = {
 *   name: "patient",
 *   values: { connect_timeout: 15, long_query_time: 2 },
 *   datastore: "mysql@5.7.29",
 * };
 * console.log((await dbaas("sim").configurations.create(spec)).id);
 * ```
 */
export interface ConfigurationSpec {
  /** Its name. */
  name: string;
  /** The values that it sets. */
  values: ConfigurationValues;
  /** What it is for. */
  description?: string;
  /** `mysql`, `mysql@5.7.29`, or an object. Default: the server's default. */
  datastore?: DatastoreRef;
}

const KNOWN = ["name", "values", "description", "datastore"];

/**
 * The configurations of a database service.
 *
 * @example
 * ```ts
 * import { dbaas } from "@muster/muster";
 *
 * const db = dbaas("sim");
 * const { configurations } = db;
 * const made = await configurations.create({ name: "wide", values: { max_connections: 500 } });
 * await configurations.set(made, { max_connections: 700 }); // the other values stay
 * await configurations.replace("wide", { name: "wider", values: { max_connections: 900 } });
 * console.log((await configurations.get(made)).values, (await configurations.list()).length);
 * await db.instance("dev-scratch").attachConfiguration("wider").waitUntil("ready");
 * console.log(await configurations.instances("wider"));
 * await db.instance("dev-scratch").detachConfiguration();
 * await configurations.delete("wider");
 * ```
 */
export class Configurations extends Group {
  /** All configurations of the project. */
  list(): Promise<Configuration[]> {
    return this.all<Configuration>({ path: "/configurations", items: "configurations" });
  }

  /**
   * One configuration with its values: by id, name or record.
   *
   * @param which Its id, its name, or its record.
   * @throws {SelectionError} when none has this name, or several have.
   */
  async get(which: TroveRef): Promise<Configuration> {
    return await this.read<Configuration>(await this.#path(which), "configuration");
  }

  /**
   * The instances that use it.
   *
   * @param which Its id, its name, or its record.
   */
  async instances(which: TroveRef): Promise<{ id: string; name: string }[]> {
    return await this.all({ path: await this.#path(which, "/instances"), items: "instances" });
  }

  /**
   * Creates a configuration.
   *
   * @param spec Its name and values, and the datastore it is for.
   * @throws {MusterError} for an unknown option.
   * @throws {ApiError} 422 for a parameter or value that the datastore does not have.
   */
  async create(spec: ConfigurationSpec): Promise<Configuration> {
    const unknown = Object.keys(spec).find((key) => !KNOWN.includes(key));
    if (unknown !== undefined) {
      throw new MusterError(
        `Cannot create a configuration: the option ${unknown} does not exist. The options are ${
          KNOWN.join(", ")
        }.`,
      );
    }
    const { name, values, description, datastore } = spec;
    checkName(name);
    const endpoint = await this.endpoint();
    const version = datastore === undefined ? undefined : await resolveDatastore(endpoint, datastore);
    const before = new Set((await this.list()).map(({ id }) => id));
    const typed = datastore === undefined
      ? values
      : await typedValues(endpoint, values, () => resolveVersion(endpoint, datastore));
    const body = { configuration: { name, values: typed, description, datastore: version } };
    // Names are not unique, so a repeat would create a second one.
    return await this.makeOnce({ method: "POST", path: "/configurations", body }, "configuration", {
      what: `create configuration ${name}`,
      took: async () => (await this.list()).find((one) => one.name === name && !before.has(one.id)),
      repeatable: false,
    });
  }

  /**
   * Sets some values, and keeps the others. Instances that use it get the values at once, or need a restart.
   *
   * @param which Its id, its name, or its record.
   * @param values The values to set.
   */
  async set(which: TroveRef, values: ConfigurationValues): Promise<void> {
    const path = await this.#path(which);
    const body = { configuration: { values: await this.#typed(path, values) } };
    await this.ask("PATCH", path, { body, idempotent: true });
  }

  /**
   * Sets another name or description, or replaces all its values.
   *
   * @param which Its id, its name, or its record.
   * @param changes The new name, description or values. Values that are not in `values` are lost.
   */
  async replace(
    which: TroveRef,
    changes: { name?: string; description?: string; values?: ConfigurationValues },
  ): Promise<void> {
    const path = await this.#path(which);
    const { values, ...rest } = changes;
    const typed = values === undefined ? {} : { values: await this.#typed(path, values) };
    await this.ask("PUT", path, { body: { configuration: { ...rest, ...typed } }, idempotent: true });
  }

  /**
   * Deletes it. Refused while an instance uses it.
   *
   * @param which Its id, its name, or its record.
   * @throws {ApiError} when an instance uses it.
   */
  async delete(which: TroveRef): Promise<void> {
    await this.remove(await this.#path(which));
  }

  /** Values in the form that the configuration's parameters require. */
  async #typed(path: string, values: ConfigurationValues): Promise<Record<string, unknown>> {
    return await typedValues(await this.endpoint(), values, async () => {
      const { datastore_version_id: id } = await this.read<Configuration>(path, "configuration");
      return id;
    });
  }

  async #path(which: TroveRef, rest = ""): Promise<string> {
    return `/configurations/${part(await this.id("configuration", which))}${rest}`;
  }
}
