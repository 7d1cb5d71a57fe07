/**
 * Creates instances.
 *
 * @module
 */
import { type Creation, MusterError } from "../../../../engine/mod.ts";
import { type DatastoreRef, resolveDatastore } from "../catalogue/datastore_ref.ts";
import { findId } from "../find_id.ts";
import { type FlavorRef, resolveFlavor } from "../catalogue/flavors.ts";
import {
  databasesBody,
  type DatabaseSpec,
  passwordFault,
  sealedUsers,
  usersBody,
  type UserSpec,
} from "./guest/guest_specs.ts";
import { type Access, accessBody, checkAccess } from "./instance_access.ts";
import { namesOf } from "../records/instance_name.ts";
import { type Instance, type InstanceStatus, timeOf } from "../records/instance_record.ts";
import { instancePages } from "./list_instances.ts";
import { createdSince, type ExistingBefore, existingBefore } from "../find_created.ts";
import { type InstanceNetwork, networkBody } from "./instance_network.ts";
import { referenceText, type TroveRef } from "../reference.ts";

/**
 * The specification of new instances.
 *
 * @example
 * ```ts
 * import { dbaas, type InstanceSpec } from "@muster/muster";
 *
 * const spec: InstanceSpec = {
 *   name: "shop",
 *   flavor: "m1.small",
 *   volume: { size: 10, type: "fast" },
 *   datastore: "mysql@5.7.29",
 *   databases: ["orders"],
 *   users: [{ name: "app", password: "correct horse", databases: ["orders"] }],
 *   access: { isPublic: false },
 * };
 * console.log(dbaas("sim").createInstance(spec).waitUntil("ready")); // shows no password
 * ```
 */
export interface InstanceSpec {
  /** Their name, or a pattern where `{n}` is the number: `db-{n}`. Default: a random name. */
  name?: string;
  /** How many to create. Default 1. */
  count?: number;
  /** The flavor's id, name or URL, or its record. Required, except for replicas. */
  flavor?: FlavorRef;
  /** The volume: its size in GB, and its type if there are several. */
  volume?: number | { size: number; type?: string };
  /** `mysql`, `mysql@5.7.29`, or an object. Default: the server's default. */
  datastore?: DatastoreRef;
  /** Databases to create in it: names or objects. */
  databases?: readonly (string | DatabaseSpec)[];
  /** Users to create in it. */
  users?: readonly UserSpec[];
  /** Its network: an id, or an object. At most one. */
  network?: InstanceNetwork;
  /** The availability zone. Default: the cloud chooses one. */
  availabilityZone?: string;
  /** A configuration: its id, its name or its record. */
  configuration?: TroveRef;
  /** A backup to restore: its id, its name or its record. */
  restore?: TroveRef;
  /** The instance to replicate: its id, its name or its record. */
  replicaOf?: TroveRef;
  /** Modules to apply: their ids, names or records. */
  modules?: readonly TroveRef[];
  /**
   * Whether replicas that are created later are placed together or apart. The soft forms, since Trove 23, do so where
   * possible.
   */
  locality?: "affinity" | "anti-affinity" | "soft-affinity" | "soft-anti-affinity";
  /** The region, if the cloud has several behind one URL. */
  region?: string;
  /** Who can connect to them. */
  access?: Access;
}

const KNOWN = [
  "name",
  "count",
  "flavor",
  "volume",
  "datastore",
  "databases",
  "users",
  "network",
  "availabilityZone",
  "configuration",
  "restore",
  "replicaOf",
  "modules",
  "locality",
  "region",
  "access",
] as const;

/** What a replica takes from its source, and cannot be set. */
const SOURCES_OWN = ["flavor", "volume", "datastore", "databases", "users", "locality"] as const;

/**
 * Checks a specification. Returns it with its passwords wrapped as secrets, and the new instances' names.
 *
 * The server accepts unknown options and creates an instance without them, so they are refused here.
 *
 * @throws {MusterError} for options that are unknown, missing, or exclude each other.
 */
export function checkSpec(spec: InstanceSpec): { spec: InstanceSpec; names: string[] } {
  const refuse = (why: string): never => {
    throw new MusterError(`Cannot create an instance: ${why}.`);
  };
  if (typeof spec !== "object" || spec === null) {
    throw new MusterError(
      `Cannot create an instance: the specification is not an object: ${JSON.stringify(spec)}`,
    );
  }
  const unknown = Object.keys(spec).find((key) => !(KNOWN as readonly string[]).includes(key));
  if (unknown) refuse(`the option ${unknown} does not exist. The options are ${KNOWN.join(", ")}`);
  if (spec.replicaOf === undefined) {
    if (spec.flavor === undefined) refuse("no flavor is given. Write { flavor: … }, by id or name");
  } else {
    referenceText("source of replicas", spec.replicaOf);
    const own = SOURCES_OWN.find((key) => spec[key] !== undefined);
    if (own) refuse(`a replica takes ${own} from its source. Leave it out`);
    if (spec.restore !== undefined) {
      refuse("it cannot be both a replica and a restored backup. Leave one of them out");
    }
    if (typeof spec.network === "object" && spec.network.ip !== undefined) {
      refuse("a replica's address cannot be chosen. Leave network.ip out");
    }
  }
  if (spec.flavor !== undefined) referenceText("flavor", spec.flavor);
  const size = typeof spec.volume === "object" ? spec.volume.size : spec.volume;
  if (size !== undefined && !(Number.isInteger(size) && size > 0)) {
    refuse(`its volume's size is not a whole number of GB above zero: ${size}`);
  }
  if (spec.access) checkAccess(spec.access);
  databasesBody(spec.databases ?? []);
  const names = namesOf(spec.name, spec.count ?? 1);
  const users = spec.users && sealedUsers(spec.users);
  const { datastore } = spec;
  const type = typeof datastore === "string"
    ? datastore
    : (datastore as { type?: unknown } | undefined)?.type;
  const fault = users && passwordFault(typeof type === "string" ? type : undefined, users);
  if (fault) refuse(fault);
  return {
    spec: Object.freeze({ ...spec, ...(users ? { users } : {}) }),
    names,
  };
}

const wrap = (volume: InstanceSpec["volume"]) => typeof volume === "number" ? { size: volume } : volume;

function bodyOf(spec: InstanceSpec, name: string): Record<string, unknown> {
  return {
    name,
    flavorRef: spec.flavor === undefined ? undefined : referenceText("flavor", spec.flavor),
    volume: wrap(spec.volume),
    datastore: spec.datastore,
    databases: spec.databases && databasesBody(spec.databases),
    users: spec.users && usersBody(spec.users),
    nics: spec.network === undefined ? undefined : networkBody(spec.network),
    availability_zone: spec.availabilityZone,
    configuration: spec.configuration,
    restorePoint: spec.restore === undefined ? undefined : { backupRef: spec.restore },
    replica_of: spec.replicaOf,
    modules: spec.modules?.map((id) => ({ id })),
    locality: spec.locality,
    region_name: spec.region,
    access: spec.access && accessBody(spec.access),
  };
}

/** Whether an instance matches the specification, as far as its record shows. */
function isAsAsked(instance: Instance, spec: InstanceSpec): boolean {
  const size = typeof spec.volume === "object" ? spec.volume.size : spec.volume;
  const { flavor, replicaOf } = spec;
  return (flavor === undefined || String(instance.flavor?.id) === String(referenceText("flavor", flavor))) &&
    (size === undefined || instance.volume?.size === size) &&
    instance.replica_of?.id ===
      (replicaOf === undefined ? undefined : referenceText("source of replicas", replicaOf));
}

/** How Trove creates instances. */
export const creation: Creation<Instance, InstanceSpec & ExistingBefore, InstanceStatus> = {
  enters: "BUILD",
  request: (spec, name) => ({
    method: "POST",
    path: "/instances",
    body: { instance: bodyOf(spec, name) },
  }),
  async prepare(endpoint, spec) {
    const { flavor, datastore, configuration, restore, replicaOf, modules } = spec;
    const [flavorId, version, configurationId, backup, source, applied, there] = await Promise.all([
      flavor === undefined ? undefined : resolveFlavor(endpoint, flavor),
      datastore === undefined ? undefined : resolveDatastore(endpoint, datastore),
      configuration === undefined ? undefined : findId(endpoint, "configuration", configuration),
      restore === undefined ? undefined : findId(endpoint, "backup", restore),
      replicaOf === undefined ? undefined : findId(endpoint, "instance", replicaOf),
      modules && Promise.all(modules.map((one) => findId(endpoint, "module", one))),
      existingBefore(instancePages(endpoint, {})),
    ]);
    const ready = { ...spec, ...there };
    return Object.assign(
      ready,
      flavorId && { flavor: flavorId },
      version && { datastore: version },
      configurationId && { configuration: configurationId },
      backup && { restore: backup },
      source && { replicaOf: source },
      applied && { modules: applied },
    );
  },
  find: (endpoint, name, spec) => createdSince(instancePages(endpoint, {}), name, spec),
  fits: isAsAsked,
  madeAt: ({ created }) => timeOf(created).at,
};
