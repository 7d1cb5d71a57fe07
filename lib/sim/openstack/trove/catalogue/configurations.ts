/**
 * Configuration groups, and an instance's configuration without one.
 *
 * @module
 */
import { isObject, type JsonObject } from "../../exact_json.ts";
import { fault } from "../../reply.ts";
import { seconds } from "../../times.ts";
import { ACCEPTED, type Call, type Handler } from "../protocol/call.ts";
import { type Configuration, needsRestart } from "../records/configuration.ts";
import { checkValues } from "./configuration_values.ts";
import type { Instance } from "../records/instance.ts";
import { NAME } from "../instances/instance_create.ts";
import { askedVersion, configurationOf } from "../lookups.ts";
import { keyPage } from "../protocol/pages.ts";
import { defaultValues } from "../records/parameters_data.ts";
import type { Schema } from "../protocol/schema.ts";

const VALUES: Schema = { type: "object" };
const DESCRIPTION: Schema = { anyOf: [{ type: "string" }, { type: "null" }] };

const CREATE: Schema = {
  required: ["name", "values"],
  properties: { name: NAME, values: VALUES, description: DESCRIPTION, datastore: { type: "object" } },
};
const CHANGE: Schema = { properties: { name: NAME, values: VALUES, description: DESCRIPTION } };
const MERGE: Schema = { required: ["values"], properties: { values: VALUES } };

function brief({ id, name, description, created, updated, version }: Configuration): JsonObject {
  return {
    id,
    name,
    description,
    created: seconds(created),
    updated: seconds(updated),
    datastore_version_id: version.id,
    datastore_name: version.datastore.name,
    datastore_version_name: version.name,
  };
}

const usersOf = (call: Call, group: Configuration): Instance[] =>
  call.region.byId().filter((one) => one.configuration === group);

function detail(call: Call, group: Configuration): JsonObject {
  return {
    ...brief(group),
    values: group.values,
    instance_count: usersOf(call, group).length,
    datastore_version_number: group.version.number,
  };
}

export const listConfigurations: Handler = (call) => {
  const mine = call.region.configurations.filter((one) => one.project === call.project)
    .sort((a, b) => a.id < b.id ? -1 : 1);
  const { items, links } = keyPage(call, mine, (one) => one.id);
  return { status: 200, json: { configurations: items.map(brief), ...links } };
};

export const createConfiguration: Handler = (call) => {
  const said = call.inner("configuration", CREATE);
  const version = askedVersion(call, isObject(said.datastore) ? said.datastore : undefined);
  const values = said.values as JsonObject;
  checkValues(version, values);
  const group: Configuration = {
    id: call.region.uuid(),
    name: String(said.name),
    description: typeof said.description === "string" ? said.description : null,
    values,
    project: call.project,
    version,
    created: call.now,
    updated: call.now,
  };
  call.region.configurations.push(group);
  call.action = "create-configuration";
  return { status: 200, json: { configuration: detail(call, group) } };
};

export const getConfiguration: Handler = (call) => ({
  status: 200,
  json: { configuration: detail(call, configurationOf(call, call.param(0))) },
});

export const listConfigurationInstances: Handler = (call) => {
  const { items, links } = keyPage(
    call,
    usersOf(call, configurationOf(call, call.param(0))),
    (one) => one.id,
  );
  return { status: 200, json: { instances: items.map(({ id, name }) => ({ id, name })), ...links } };
};

/** Merges: 200, empty. */
export const editConfiguration: Handler = (call) => {
  const group = configurationOf(call, call.param(0));
  const said = call.inner("configuration", MERGE);
  change(call, group, { ...group.values, ...(said.values as JsonObject) }, said.values as JsonObject);
  return { status: 200 };
};

/** Replaces: 202, empty. */
export const updateConfiguration: Handler = (call) => {
  const group = configurationOf(call, call.param(0));
  const said = call.inner("configuration", CHANGE);
  const values = isObject(said.values) ? said.values : undefined;
  change(call, group, values ?? group.values, values ?? {});
  if (said.name !== undefined) group.name = String(said.name);
  if (said.description !== undefined) group.description = said.description as string | null;
  return ACCEPTED;
};

/** Instances that use it get the values at once. After a value for start-up they only need a restart. */
function change(call: Call, group: Configuration, values: JsonObject, said: JsonObject): void {
  checkValues(group.version, said);
  const changed = Object.fromEntries(
    Object.entries(values).filter(([name, value]) => group.values[name] !== value),
  );
  group.values = values;
  group.updated = call.now;
  call.action = "change-configuration";
  if (!needsRestart(group.version, changed)) return;
  for (const instance of usersOf(call, group)) instance.service = "RESTART_REQUIRED";
}

export const deleteConfiguration: Handler = (call) => {
  const group = configurationOf(call, call.param(0));
  if (usersOf(call, group).length > 0) {
    throw fault(
      400,
      "A configuration group cannot be deleted if it is associated with one or more non-terminated instances. " +
        "Detach the configuration group from all non-terminated instances and please try again.",
    );
  }
  const { configurations } = call.region;
  configurations.splice(configurations.indexOf(group), 1);
  call.action = "delete-configuration";
  return ACCEPTED;
};

/** The values of an instance without a group. */
export const showDefaults: Handler = (call) => {
  const { version } = call.instance();
  return { status: 200, json: { instance: { configuration: defaultValues(version.datastore.name) } } };
};
