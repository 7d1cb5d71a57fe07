/**
 * Configurations: sets of parameters for the databases of instances.
 *
 * @module
 */
import { MusterError } from "../chain/mod.ts";
import { type DatastoreRef, resolveDatastore } from "./datastore_ref.ts";
import { Group, part } from "./group.ts";
import { checkName } from "./instance_name.ts";
import type { Ref } from "./reference.ts";

/** ConfigurationValues of parameters. A whole number that a `number` cannot hold exactly is a `bigint`. */
export type ConfigurationValues = Readonly<Record<string, string | number | bigint | boolean>>;

/** A configuration. */
export interface Configuration {
  /** UUID. */
  id: string;
  name: string;
  description: string | null;
  /** UTC, without a zone. */
  created: string;
  /** UTC, without a zone. */
  updated: string;
  datastore_name: string;
  datastore_version_id: string;
  datastore_version_name: string;
  /** Only where one configuration is asked for. */
  datastore_version_number?: string;
  /** Only where one configuration is asked for. */
  values?: ConfigurationValues;
  /** Only where one configuration is asked for. */
  instance_count?: number;
}

/** A configuration to be made. */
export interface ConfigurationSpec {
  name: string;
  values: ConfigurationValues;
  description?: string;
  /** `mysql`, `mysql@5.7.29`, or in parts. Default: the server's. */
  datastore?: DatastoreRef;
}

const KNOWN = ["name", "values", "description", "datastore"];

/** The configurations of a database service. */
export class Configurations extends Group {
  /** All configurations of the project. */
  list(): Promise<Configuration[]> {
    return this.all<Configuration>({ path: "/configurations", items: "configurations" });
  }

  /** One configuration with its values: by id, name or record. */
  async get(which: Ref): Promise<Configuration> {
    return await this.read<Configuration>(await this.#path(which), "configuration");
  }

  /** The instances that have it. */
  async instances(which: Ref): Promise<{ id: string; name: string }[]> {
    return await this.all({ path: await this.#path(which, "/instances"), items: "instances" });
  }

  /**
   * Makes a configuration.
   *
   * @throws {MusterError} for an option that is not known.
   * @throws {ApiError} 422 for a parameter or value the datastore does not have.
   */
  async create(spec: ConfigurationSpec): Promise<Configuration> {
    const unknown = Object.keys(spec).find((key) => !KNOWN.includes(key));
    if (unknown !== undefined) {
      throw new MusterError(
        `Cannot create a configuration as there is no such option: ${unknown}; there are ${KNOWN.join(", ")}`,
      );
    }
    const { name, values, description, datastore } = spec;
    checkName(name);
    const endpoint = await this.endpoint();
    const version = datastore === undefined ? undefined : await resolveDatastore(endpoint, datastore);
    const before = new Set((await this.list()).map(({ id }) => id));
    const body = { configuration: { name, values, description, datastore: version } };
    return await this.once(
      { method: "POST", path: "/configurations", body },
      "configuration",
      async () => (await this.list()).find((one) => one.name === name && !before.has(one.id)),
    );
  }

  /** Sets some values and leaves the others. Instances that have it get them at once, or need a restart. */
  async set(which: Ref, values: ConfigurationValues): Promise<void> {
    const body = { configuration: { values } };
    await this.ask("PATCH", await this.#path(which), { body, idempotent: true });
  }

  /** Gives it another name or description, or other values in place of all it had. */
  async replace(
    which: Ref,
    changes: { name?: string; description?: string; values?: ConfigurationValues },
  ): Promise<void> {
    const body = { configuration: changes };
    await this.ask("PUT", await this.#path(which), { body, idempotent: true });
  }

  /** Deletes it. One that an instance has is refused. */
  async delete(which: Ref): Promise<void> {
    await this.remove(await this.#path(which));
  }

  async #path(which: Ref, rest = ""): Promise<string> {
    return `/configurations/${part(await this.id("configuration", which))}${rest}`;
  }
}
