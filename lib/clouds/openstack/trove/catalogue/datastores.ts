/**
 * Datastores, their versions, and the parameters that configurations can set.
 *
 * @module
 */
import type { Endpoint } from "../../../../engine/mod.ts";
import {
  type Datastore,
  type DatastoreRef,
  type DatastoreVersion,
  listDatastores,
  partsOf,
  resolveVersion,
} from "./datastore_ref.ts";
import type { Flavor } from "./flavors.ts";
import { Group, part } from "../group.ts";
import { isUuid, referenceText, type TroveRef } from "../reference.ts";

/**
 * A parameter that a configuration can set.
 *
 * @example
 * ```ts
 * import { dbaas, type Parameter } from "@muster/muster";
 *
 * const parameters: Parameter[] = await dbaas("sim").datastores.parameters("mysql@5.7.29");
 * const live = parameters.filter(({ restart_required }) => !restart_required);
 * console.log(live.map(({ name, type, min, max }) => `${name}: ${type} ${min ?? ""}–${max ?? ""}`));
 * ```
 */
export interface Parameter {
  /** Its name. */
  name: string;
  /** The id of the version it belongs to. */
  datastore_version_id?: string;
  /** Whether a change takes effect only after a restart. */
  restart_required: boolean;
  /** The type of its value. */
  type: "integer" | "string" | "boolean" | "float";
  /** The largest value; missing if it is 0 or there is none. A `bigint` if a `number` would not be exact. */
  max?: number | bigint;
  /** The smallest value; missing if it is 0 or there is none. */
  min?: number | bigint;
}

/**
 * A type of volume.
 *
 * @example
 * ```ts
 * import { dbaas, type VolumeType } from "@muster/muster";
 *
 * const types: VolumeType[] = await dbaas("sim").datastores.volumeTypes("mysql");
 * console.log(types.map(({ name, description }) => `${name} ${description ?? ""}`));
 * ```
 */
export interface VolumeType {
  /** UUID. */
  id: string;
  /** Its name. */
  name: string;
  /** Whether every project may use it. */
  is_public: boolean;
  /** What it is for. */
  description: string | null;
}

/**
 * A version of a datastore: `mysql@5.7.29`, an object, or the version's id.
 *
 * @example
 * ```ts
 * import { dbaas, type VersionRef } from "@muster/muster";
 *
 * const wanted: VersionRef = "mysql@5.7.29"; // or a version's id
 * console.log((await dbaas("sim").datastores.flavors(wanted)).map((flavor) => flavor.name));
 * ```
 */
export type VersionRef = DatastoreRef;

/**
 * The datastores of a database service.
 *
 * @example
 * ```ts
 * import { dbaas } from "@muster/muster";
 *
 * const { datastores } = dbaas("sim");
 * const mysql = await datastores.get("mysql");
 * console.log((await datastores.list()).length, (await datastores.versions(mysql)).length);
 * const version = await datastores.version("mysql@5.7.29");
 * console.log((await datastores.flavors(version.id)).length, (await datastores.volumeTypes("mysql")).length);
 * const { min, max } = await datastores.parameter("mysql@5.7.29", "max_connections");
 * console.log(min, max, (await datastores.parameters(version.id)).length);
 * // For administrators, and only where it has no versions left.
 * console.log(await datastores.delete("mysql").catch((error) => error.message));
 * ```
 */
export class Datastores extends Group {
  /** All datastores, each with its versions. */
  async list(): Promise<Datastore[]> {
    return await listDatastores(await this.endpoint());
  }

  /**
   * One datastore, by name, id or record.
   *
   * @param which Its name, its id, or its record.
   */
  get(which: TroveRef): Promise<Datastore> {
    return this.read<Datastore>(`/datastores/${part(referenceText("datastore", which))}`, "datastore");
  }

  /**
   * Deletes a datastore without versions. Only for administrators.
   *
   * @param which Its name, its id, or its record.
   * @throws {ApiError} when it has versions, or the user is not an administrator.
   */
  async delete(which: TroveRef): Promise<void> {
    await this.remove(`/datastores/${part(referenceText("datastore", which))}`);
  }

  /**
   * The versions of a datastore, by its name, id or record.
   *
   * @param datastore Its name, its id, or its record.
   */
  versions(datastore: TroveRef): Promise<DatastoreVersion[]> {
    return this.read<DatastoreVersion[]>(
      `/datastores/${part(referenceText("datastore", datastore))}/versions`,
      "versions",
    );
  }

  /**
   * One version: `mysql@5.7.29`, an object, or the version's id. Without a version the default one.
   *
   * @param which The datastore and version, or the version's id.
   * @throws {SelectionError} when there is none.
   */
  async version(which: VersionRef): Promise<DatastoreVersion> {
    return await this.read<DatastoreVersion>((await this.#place(which)).path, "version");
  }

  /**
   * The flavors that a version supports.
   *
   * @param which The datastore and version, or the version's id.
   */
  async flavors(which: VersionRef): Promise<Flavor[]> {
    return await this.read<Flavor[]>(`${await this.#full(which)}/flavors`, "flavors");
  }

  /**
   * The types of volumes that a version supports.
   *
   * @param which The datastore and version, or the version's id.
   */
  async volumeTypes(which: VersionRef): Promise<VolumeType[]> {
    return await this.read<VolumeType[]>(`${await this.#full(which)}/volume-types`, "volume_types");
  }

  /**
   * The parameters that a configuration of a version can set.
   *
   * @param which The datastore and version, or the version's id.
   */
  async parameters(which: VersionRef): Promise<Parameter[]> {
    return await this.read<Parameter[]>(
      `${(await this.#place(which)).path}/parameters`,
      "configuration-parameters",
    );
  }

  /**
   * One parameter of a version.
   *
   * @param which The datastore and version, or the version's id.
   * @param name The parameter's name.
   * @throws {ApiError} 404 when there is none.
   */
  async parameter(which: VersionRef, name: string): Promise<Parameter> {
    // Not under a key in the answer, unlike everything else.
    return await this.read<Parameter>(`${(await this.#place(which)).path}/parameters/${part(name)}`);
  }

  /** The path of a version: below its datastore if that is known, else by its id alone. */
  async #place(which: VersionRef): Promise<{ path: string }> {
    if (typeof which === "string" && isUuid(which)) return { path: `/datastores/versions/${part(which)}` };
    return { path: await this.#full(which) };
  }

  /** The path below the datastore. Looks up what is missing. */
  async #full(which: VersionRef): Promise<string> {
    const endpoint = await this.endpoint();
    if (typeof which === "string" && isUuid(which)) {
      return `/datastores/${part(await datastoreOf(endpoint, which))}/versions/${part(which)}`;
    }
    const { type, version, versionNumber } = partsOf(which);
    const named = versionNumber === undefined && version !== undefined
      ? version
      : await resolveVersion(endpoint, which);
    return `/datastores/${part(type)}/versions/${part(named)}`;
  }
}

/** The id of a version's datastore. */
async function datastoreOf(endpoint: Endpoint, versionId: string): Promise<string> {
  const { body } = await endpoint.send({ method: "GET", path: `/datastores/versions/${part(versionId)}` });
  return (body as { version: { datastore: string } }).version.datastore;
}
