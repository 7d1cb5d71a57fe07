/**
 * Finds datastores and their versions by name.
 *
 * @module
 */
import { type Endpoint, MusterError, oneByName } from "../../../../engine/mod.ts";
import { isUuid } from "../reference.ts";

/**
 * A datastore: `mysql`; with a version: `mysql@5.7.29`; or an object. Each part by name or id.
 *
 * @example
 * ```ts
 * import { type DatastoreRef, dbaas } from "@muster/muster";
 *
 * const newest: DatastoreRef = "mysql"; // the server's default version
 * const exact: DatastoreRef = { type: "mysql", version: "5.7.29" }; // or "mysql@5.7.29"
 * const { datastores } = dbaas("sim");
 * console.log((await datastores.version(newest)).name, (await datastores.version(exact)).name);
 * ```
 */
export type DatastoreRef = string | { type: string; version?: string; versionNumber?: string };

/**
 * A version of a datastore.
 *
 * @example
 * ```ts
 * import { type DatastoreVersion, dbaas } from "@muster/muster";
 *
 * const versions: DatastoreVersion[] = await dbaas("sim").datastores.versions("mysql");
 * console.log(versions.map(({ name, version }) => version ?? name));
 * ```
 */
export interface DatastoreVersion {
  /** UUID. */
  id: string;
  /** Its name: `5.7.29`. */
  name: string;
  /** Its number, if that is not its name. */
  version?: string;
  /** The datastore's id. */
  datastore?: string;
  /** Only for administrators. */
  active?: boolean;
  /** The packages that its guest installs; only for administrators. */
  packages?: string;
  /** The id of its image; only for administrators. */
  image?: string;
  /** The tags that find its image; only for administrators. */
  image_tags?: string[];
}

/**
 * Software that stores data: MySQL, PostgreSQL, …
 *
 * @example
 * ```ts
 * import { type Datastore, dbaas } from "@muster/muster";
 *
 * const all: Datastore[] = await dbaas("sim").datastores.list();
 * for (const { name, versions } of all) console.log(name, versions.map((version) => version.name));
 * ```
 */
export interface Datastore {
  /** UUID. */
  id: string;
  /** Its name: `mysql`. */
  name: string;
  /** Its versions. */
  versions: DatastoreVersion[];
  /** The id of its default version. */
  default_version?: string;
}

/** A datastore in the API's form. */
export interface DatastoreBody {
  type: string;
  version?: string;
  version_number?: string;
}

/** The only one with this id or name. */
function oneOf<T extends { id: string; name: string }>(
  endpoint: Endpoint,
  the: string,
  all: readonly T[],
  wanted: string,
): T {
  const names = ({ name }: T) => [name], ids = ({ id }: T) => [id];
  return oneByName({ the, place: endpoint.name, all, names, ids }, wanted);
}

/** All datastores. */
export async function listDatastores(endpoint: Endpoint): Promise<Datastore[]> {
  const { body } = await endpoint.send({ method: "GET", path: "/datastores" });
  return (body as { datastores: Datastore[] }).datastores;
}

/** Splits `mysql@5.7.29`. */
export function partsOf(wanted: DatastoreRef): { type: string; version?: string; versionNumber?: string } {
  if (typeof wanted === "object" && wanted !== null) return wanted;
  const at = typeof wanted === "string" ? wanted.lastIndexOf("@") : -1;
  if (typeof wanted !== "string" || wanted === "") {
    throw new MusterError(`Cannot use this as a datastore: it is not a name: ${JSON.stringify(wanted)}`);
  }
  return at > 0 ? { type: wanted.slice(0, at), version: wanted.slice(at + 1) } : { type: wanted };
}

/**
 * A datastore and its version, in the API's form.
 *
 * @param needed Whether a version is required. Then the default is the datastore's default version.
 * @throws {SelectionError} when there is none; the message lists them.
 */
export async function resolveDatastore(
  endpoint: Endpoint,
  wanted: DatastoreRef,
  needed = false,
): Promise<DatastoreBody> {
  const { type, version, versionNumber } = partsOf(wanted);
  const datastore = oneOf(endpoint, "datastore", await listDatastores(endpoint), type);
  if (version !== undefined && versionNumber === undefined) {
    oneOf(endpoint, `version of ${datastore.name}`, datastore.versions, version);
  }
  if (needed && version === undefined) {
    // Given here, because the server requires one and does not use its own default.
    const own = datastore.versions.find(({ id }) => id === datastore.default_version);
    return { type, ...(own ? { version: own.name } : {}) };
  }
  return {
    type,
    ...(version === undefined ? {} : { version }),
    ...(versionNumber === undefined ? {} : { version_number: versionNumber }),
  };
}

/**
 * The id of a version: of `mysql@5.7.29`, of a datastore's default version, or the given id itself.
 *
 * @throws {SelectionError} when there is none; the message lists them.
 */
export async function resolveVersion(endpoint: Endpoint, wanted: DatastoreRef): Promise<string> {
  if (typeof wanted === "string" && isUuid(wanted)) return wanted;
  const { type, version } = partsOf(wanted);
  const datastore = oneOf(endpoint, "datastore", await listDatastores(endpoint), type);
  const meant = version ?? datastore.default_version;
  if (meant === undefined) {
    throw new MusterError(
      `Cannot tell which version of ${type} is meant: it has no default. Write ${type}@version.`,
    );
  }
  return oneOf(endpoint, `version of ${datastore.name}`, datastore.versions, meant).id;
}
