/**
 * Creates instances: new ones, from a backup, or as replicas. Unknown options are ignored.
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../../exact_json.ts";
import type { Project } from "../../keystone/identity.ts";
import { fault } from "../../reply.ts";
import type { Backup } from "../records/backup.ts";
import type { Call, Handler } from "../protocol/call.ts";
import { addDatabases, DATABASE } from "./databases.ts";
import { freshLogs, type Instance, statusOf } from "../records/instance.ts";
import { oneInstance } from "./instance_view.ts";
import { build } from "./lifecycle.ts";
import { askedVersion, configurationOf, flavorOf } from "../lookups.ts";
import type { DatastoreVersion, Flavor } from "../records/instance_choices.ts";
import { reserveQuota } from "../protocol/quota_check.ts";
import type { Region } from "../region.ts";
import type { Schema } from "../protocol/schema.ts";
import { addUsers, USER } from "./users.ts";

const UUID = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

/** A name: it must contain a letter or a digit. */
export const NAME: Schema = { type: "string", minLength: 1, maxLength: 255, pattern: "^.*[0-9a-zA-Z]+.*$" };

/** A whole number above zero, or its digits. */
export const SIZE: Schema = {
  anyOf: [{ type: "integer", minimum: 1 }, { type: "string", pattern: "^0*[1-9]+[0-9]*$" }],
};

/** A flavor's id or href. */
export const FLAVOR_REF: Schema = { anyOf: [{ type: "string" }, { type: "integer" }] };

export const ACCESS: Schema = {
  type: "object",
  properties: {
    is_public: { type: "boolean" },
    allowed_cidrs: {
      type: "array",
      items: { type: "string", pattern: "^([0-9]{1,3}\\.){3}[0-9]{1,3}(\\/([0-9]|[1-2][0-9]|3[0-2])){1}$" },
    },
  },
};

const NIC: Schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    "net-id": { type: "string", pattern: UUID },
    network_id: { type: "string", pattern: UUID },
    subnet_id: { type: "string", pattern: UUID },
    ip_address: { type: "string", pattern: "^([0-9]{1,3}\\.){3}[0-9]{1,3}$" },
  },
};

/** Clients send null for what was not given. */
const NULLABLE: Schema = { anyOf: [{ type: "string" }, { type: "null" }] };

const CREATE: Schema = {
  required: ["name"],
  properties: {
    name: NAME,
    flavorRef: FLAVOR_REF,
    volume: { type: "object", required: ["size"], properties: { size: SIZE, type: NULLABLE } },
    databases: { type: "array", items: DATABASE },
    users: { type: "array", items: USER },
    datastore: {
      type: "object",
      properties: {
        type: { type: "string" },
        version: { type: "string" },
        version_number: { type: "string" },
      },
    },
    nics: { type: "array", maxItems: 1, items: NIC },
    availability_zone: { type: "string", minLength: 1 },
    configuration: { type: "string", minLength: 1 },
    restorePoint: {
      type: "object",
      required: ["backupRef"],
      properties: { backupRef: { type: "string", pattern: UUID } },
    },
    replica_of: { type: "string", minLength: 1 },
    replica_count: {
      anyOf: [{ type: "integer", minimum: 1, maximum: 3 }, { type: "string", pattern: "^[1-3]$" }],
    },
    locality: { enum: ["affinity", "anti-affinity", "soft-affinity", "soft-anti-affinity"] },
    region_name: { type: "string", minLength: 1 },
    modules: { type: "array", items: { type: "object", required: ["id"] } },
    access: ACCESS,
  },
};

/** The required parts of a new instance; the rest has defaults. */
export interface NewInstance {
  name: string;
  project: Project;
  flavor: Flavor;
  volume: Instance["volume"];
  version: DatastoreVersion;
  id?: string;
}

/** A new instance, neither built nor in the region's list yet. */
export function blankInstance(region: Region, facts: NewInstance, now: number): Instance {
  const order = region.order();
  const host = (n: number) => `${(n >> 8) & 255}.${n & 255}`;
  return {
    id: facts.id ?? region.uuid(),
    name: facts.name,
    project: facts.project,
    region: region.name,
    order,
    task: "NONE",
    server: "ACTIVE",
    service: "HEALTHY",
    lag: undefined,
    forced: undefined,
    runningBackups: 0,
    flavor: facts.flavor,
    volume: facts.volume,
    version: facts.version,
    databases: new Set(),
    users: new Map(),
    root: undefined,
    access: { isPublic: false, cidrs: undefined },
    ip: `10.20.${host(order + 11)}`,
    publicIp: `198.51.${host(order + 11)}`,
    replicaOf: undefined,
    configuration: undefined,
    fault: undefined,
    created: now,
    updated: now,
    serviceUpdated: now,
    logs: freshLogs(),
    modules: new Map(),
    clusterId: undefined,
    clusterRole: undefined,
    locality: undefined,
    doomed: undefined,
    stuck: false,
  };
}

/** `POST /instances`: 200, although the building has only begun. */
export const createInstance: Handler = (call) => {
  call.action = "create";
  const { body } = call.facts;
  // The real server reads the body before it checks it.
  if (!isObject(body) || body.instance === undefined) throw call.crash();
  const said = call.inner("instance", CREATE);
  const made = said.replica_of === undefined ? [single(call, said)] : replicas(call, said, said.replica_of);
  for (const instance of made) {
    call.region.add(instance);
    call.touched.push(instance);
    build(call.region, instance, call.now);
  }
  return { status: 200, json: { instance: oneInstance(call, made[0]!) } };
};

function volumeOf(call: Call, said: Json | undefined): Instance["volume"] {
  if (!isObject(said)) throw fault(400, "Volume size was not specified.");
  const size = Number(said.size);
  mustFit(call, size);
  return { size, type: typeof said.type === "string" ? said.type : undefined };
}

/** @throws {Refusal} 413, when a volume is larger than allowed. It is not a quota, but has the same words. */
export function mustFit(call: Call, size: number): void {
  const max = call.region.facts.maxVolumeSize;
  if (size <= max) return;
  throw fault(413, `Volume 'size' cannot exceed maximum of ${max} GB, ${size} cannot be accepted.`);
}

function single(call: Call, said: JsonObject): Instance {
  const version = askedVersion(call, isObject(said.datastore) ? said.datastore : undefined);
  if (said.flavorRef === undefined) throw fault(400, "Required argument(s) flavorRef was not specified.");
  const flavor = flavorOf(said.flavorRef);
  const volume = volumeOf(call, said.volume);
  const backup = isObject(said.restorePoint)
    ? restorable(call, said.restorePoint.backupRef, version)
    : undefined;
  const configuration = said.configuration === undefined
    ? undefined
    : configurationOf(call, said.configuration);
  if (configuration !== undefined && configuration.version !== version) {
    throw fault(400, "Datastore version of the configuration group is another than that of the instance.");
  }
  reserveQuota(call.region, call.project, { instances: 1, volumes: volume.size, ram: flavor.ram });
  const facts = { name: String(said.name), project: call.project, flavor, volume, version };
  const instance = blankInstance(call.region, facts, call.now);
  instance.configuration = configuration;
  if (typeof said.locality === "string") instance.locality = said.locality;
  if (isObject(said.access)) {
    instance.access.isPublic = said.access.is_public === true;
    if (Array.isArray(said.access.allowed_cidrs)) {
      instance.access.cidrs = said.access.allowed_cidrs.map(String);
    }
  }
  if (backup !== undefined) { for (const name of backup.databases) instance.databases.add(name); }
  addDatabases(instance, (said.databases as JsonObject[] | undefined) ?? []);
  addUsers(instance, (said.users as JsonObject[] | undefined) ?? []);
  return instance;
}

function restorable(call: Call, id: Json | undefined, version: DatastoreVersion): Backup {
  const backup = call.region.backups.find((one) =>
    one.id === id && (one.project === call.project || call.admin)
  );
  if (backup === undefined) throw call.notFound(String(id));
  if (backup.status !== "COMPLETED") throw fault(400, `Backup ${backup.id} is not completed.`);
  if (backup.version.datastore !== version.datastore) {
    throw fault(
      400,
      `Datastore of the backup is ${backup.version.datastore.name}, not ${version.datastore.name}.`,
    );
  }
  return backup;
}

/** One to three replicas, with the properties of the source. If there are several, their names have numbers. */
function replicas(call: Call, said: JsonObject, sourceRef: Json): Instance[] {
  for (const name of ["flavorRef", "datastore", "volume", "locality", "databases", "users"]) {
    if (said[name] !== undefined) {
      throw fault(400, `Cannot specify ${name} when creating a replica instance.`);
    }
  }
  const source = call.region.instances.get(String(sourceRef).split("/").at(-1)!);
  if (source === undefined || source.project !== call.project) throw call.notFound(String(sourceRef));
  if (source.replicaOf !== undefined) {
    throw fault(403, `Cannot create a replica of a replica: ${source.id}.`);
  }
  const status = statusOf(source);
  if (status !== "ACTIVE") {
    throw fault(
      422,
      `Instance ${source.id} is not currently available for an action to be performed ` +
        `(instance status was ${status}).`,
    );
  }
  const count = Number(said.replica_count ?? 1);
  const { flavor, volume, version } = source;
  reserveQuota(call.region, call.project, {
    instances: count,
    volumes: count * volume.size,
    ram: count * flavor.ram,
  });
  return Array.from({ length: count }, (_, n) => {
    const name = count === 1 ? String(said.name) : `${said.name}-${n + 1}`;
    const facts = { name, project: call.project, flavor, volume: { ...volume }, version };
    const replica = blankInstance(call.region, facts, call.now);
    replica.replicaOf = source;
    for (const database of source.databases) replica.databases.add(database);
    for (const [key, user] of source.users) {
      replica.users.set(key, { ...user, databases: new Set(user.databases) });
    }
    return replica;
  });
}
