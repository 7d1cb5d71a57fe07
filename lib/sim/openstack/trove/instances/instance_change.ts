/**
 * `PUT` and `PATCH /instances/{id}`: one change at a time, and a new name together with any of them.
 *
 * @module
 */
import { isObject, type JsonObject } from "../../exact_json.ts";
import { fault } from "../../reply.ts";
import { ACCEPTED, type Call, type Handler } from "../protocol/call.ts";
import { type Configuration, needsRestart } from "../records/configuration.ts";
import type { Instance } from "../records/instance.ts";
import { ACCESS, NAME } from "./instance_create.ts";
import { begin } from "./lifecycle.ts";
import { configurationOf } from "../lookups.ts";
import type { Schema } from "../protocol/schema.ts";

const NULLABLE: Schema = { anyOf: [{ type: "string" }, { type: "null" }] };

const COMMON = {
  name: NAME,
  configuration: NULLABLE,
  replica_of: NULLABLE,
  datastore_version: { type: "string" },
};

const PUT: Schema = {
  additionalProperties: false,
  properties: { ...COMMON, access: ACCESS } as Record<string, Schema>,
};

const PATCH: Schema = {
  additionalProperties: false,
  properties: { ...COMMON, slave_of: NULLABLE } as Record<string, Schema>,
};

export const updateInstance: Handler = (call) => change(call, call.inner("instance", PUT));

export const editInstance: Handler = (call) => change(call, call.inner("instance", PATCH));

function change(call: Call, said: JsonObject) {
  const instance = call.instance();
  const changes = Object.keys(said).filter((name) => name !== "name");
  if (changes.length > 1) throw fault(400, "Only one attribute (except 'name') is allowed to update.");
  call.action = changes[0] === undefined ? "rename" : CHANGES[changes[0]]!(call, instance, said);
  // Releases 22 to 24 detach a configuration that the request does not name, and later ones do so for an empty request.
  const { release } = call.region.facts;
  const names = said.configuration !== undefined;
  if (
    !names && instance.configuration && (release === 23 || (release > 23 && Object.keys(said).length === 0))
  ) {
    detach(call, instance);
  }
  if (said.name !== undefined) {
    instance.name = String(said.name);
    instance.updated = call.now;
  }
  return ACCEPTED;
}

/** Each makes its change and returns its name. */
const CHANGES: Readonly<Record<string, (call: Call, instance: Instance, said: JsonObject) => string>> = {
  configuration,
  replica_of: detachReplica,
  slave_of: detachReplica,
  datastore_version: upgrade,
  access,
};

function configuration(call: Call, instance: Instance, said: JsonObject): string {
  call.mustBeIdle(instance);
  const { configuration: old } = instance;
  if (said.configuration === null || said.configuration === "") {
    detach(call, instance);
    // Since release 26 replicas follow their source.
    if (call.region.facts.release >= 26) {
      for (const one of call.region.replicasOf(instance)) if (one.configuration === old) detach(call, one);
    }
    return "detach-configuration";
  }
  const group = configurationOf(call, said.configuration);
  if (old !== undefined) {
    throw fault(400, `A configuration group is already attached to the instance: ${old.id}.`);
  }
  if (group.version !== instance.version) {
    const { name, datastore } = group.version;
    throw fault(
      400,
      `Datastore Version on Configuration Group ${group.id} (${datastore.name} ${name}) is not that ` +
        `of instance ${instance.id}.`,
    );
  }
  attach(call, instance, group);
  if (call.region.facts.release >= 26) {
    for (const one of call.region.replicasOf(instance)) if (!one.configuration) attach(call, one, group);
  }
  return "attach-configuration";
}

function attach(call: Call, instance: Instance, group: Configuration): void {
  instance.configuration = group;
  if (needsRestart(instance.version, group.values)) instance.service = "RESTART_REQUIRED";
  instance.updated = call.now;
}

function detach(call: Call, instance: Instance): void {
  const old = instance.configuration;
  instance.configuration = undefined;
  if (old !== undefined && needsRestart(instance.version, old.values)) instance.service = "RESTART_REQUIRED";
  instance.updated = call.now;
}

function detachReplica(call: Call, instance: Instance, said: JsonObject): string {
  const value = said.replica_of ?? said.slave_of;
  if (value !== null && value !== undefined && value !== "") {
    throw fault(400, "Cannot change the replica source of an instance.");
  }
  if (instance.replicaOf === undefined) throw fault(400, `Instance ${instance.id} is not a replica.`);
  call.mustBeIdle(instance);
  begin(call.region, instance, "DETACHING", "detach", call.now, () => {
    instance.replicaOf = undefined;
  });
  return "detach-replica";
}

function upgrade(call: Call, instance: Instance, said: JsonObject): string {
  const { datastore } = instance.version;
  const version = datastore.versions.find((one) =>
    one.name === said.datastore_version || one.id === said.datastore_version
  );
  if (version === undefined) {
    throw fault(400, `Datastore version '${said.datastore_version}' cannot be found.`);
  }
  call.mustBeIdle(instance);
  begin(call.region, instance, "UPGRADING", "upgrade", call.now, () => {
    instance.version = version;
  });
  return "upgrade";
}

function access(call: Call, instance: Instance, said: JsonObject): string {
  call.mustBeIdle(instance);
  const wanted = isObject(said.access) ? said.access : {};
  begin(call.region, instance, "UPDATING", "access", call.now, () => {
    if (wanted.is_public !== undefined) instance.access.isPublic = wanted.is_public === true;
    if (Array.isArray(wanted.allowed_cidrs)) instance.access.cidrs = wanted.allowed_cidrs.map(String);
  });
  return "access";
}
