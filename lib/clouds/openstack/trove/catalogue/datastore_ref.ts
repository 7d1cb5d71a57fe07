/**
 * Datastores and their versions by name.
 *
 * @module
 */
import { type Endpoint, MusterError, oneByName } from "../../../../engine/mod.ts";
import { isUuid } from "../reference.ts";

/**
 * A datastore, as in `mysql`, with a version, as in `mysql@5.7.29`, or in parts; each by name or id.
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
  /** What it is called: `5.7.29`. */
  name: string;
  /** Its number, where that is not its name. */
  version?: string;
  /** The datastore's id. */
  datastore?: string;
  /** For administrators. */
  active?: boolean;
  /** What its guest installs; for administrators. */
  packages?: string;
  /** The id of its image; for administrators. */
  image?: string;
  /** The tags its image is found by; for administrators. */
  image_tags?: string[];
}

/**
 * Something that stores data: MySQL, PostgreSQL, …
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
  /** What it is called: `mysql`. */
  name: string;
  /** Its versions. */
  versions: DatastoreVersion[];
  /** A version's id. */
  default_version?: string;
}

/** What the API takes of a datastore. */
export interface DatastoreBody {
  type: string;
  version?: string;
  version_number?: string;
}

/** The one of this id or name. */
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

/** Takes `mysql@5.7.29` apart. */
export function partsOf(wanted: DatastoreRef): { type: string; version?: string; versionNumber?: string } {
  if (typeof wanted === "object" && wanted !== null) return wanted;
  const at = typeof wanted === "string" ? wanted.lastIndexOf("@") : -1;
  if (typeof wanted !== "string" || wanted === "") {
    throw new MusterError(`Cannot use this as a datastore: it is not a name: ${JSON.stringify(wanted)}`);
  }
  return at > 0 ? { type: wanted.slice(0, at), version: wanted.slice(at + 1) } : { type: wanted };
}

/**
 * The datastore and version meant, as the API takes them.
 *
 * @param needed Whether a version must be said: then it is the default one, where none is wanted.
 * @throws {SelectionError} when there is none; it names those there are.
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
    // Said by us, as the server wants one here and does not take its own default.
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
 * The id of the version meant: of `mysql@5.7.29`, of a datastore's default version, or the id itself.
 *
 * @throws {SelectionError} when there is none; it names those there are.
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
