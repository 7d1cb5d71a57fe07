/**
 * Datastore versions and their parameters, for administrators.
 *
 * @module
 */
import type { Json, JsonObject } from "../../exact_json.ts";
import { fault } from "../../reply.ts";
import { seconds } from "../../times.ts";
import { ACCEPTED, type Call, type Handler } from "../protocol/call.ts";
import { addVersion, type Datastore, type DatastoreVersion } from "../records/instance_choices.ts";
import { parameterView } from "../catalogue/parameters.ts";
import type { Parameter } from "../records/parameters_data.ts";
import type { Schema } from "../protocol/schema.ts";

function view(version: DatastoreVersion): JsonObject {
  const { datastore } = version;
  return {
    id: version.id,
    name: version.name,
    version: version.number,
    datastore_id: datastore.id,
    datastore_name: datastore.name,
    datastore_manager: version.manager,
    image: version.image,
    image_tags: version.imageTags,
    packages: version.packages,
    active: version.active,
    default: datastore.defaultVersion === version,
  };
}

function find(call: Call, id = call.param(0)): DatastoreVersion {
  call.onlyAdmin();
  const found = call.region.allVersions().find((one) => one.id === id);
  if (found === undefined) throw fault(404, `Datastore version '${id}' cannot be found.`);
  return found;
}

export const listAllVersions: Handler = (call) => {
  call.onlyAdmin();
  return { status: 200, json: { versions: call.region.allVersions().map(view) } };
};

export const getAnyVersion: Handler = (call) => ({ status: 200, json: { version: view(find(call)) } });

const FIELDS: Readonly<Record<string, Schema>> = {
  name: { type: "string", minLength: 1 },
  datastore_name: { type: "string", minLength: 1 },
  datastore_manager: { type: "string", minLength: 1 },
  image: { type: "string", minLength: 1 },
  image_tags: { type: "array" },
  packages: { type: "array" },
};

const isTrue = (value: Json | undefined) =>
  value === true || value === 1 || value === "true" || value === "True";

function fill(version: DatastoreVersion, said: JsonObject): void {
  const texts = (value: Json | undefined) => (Array.isArray(value) ? value : []).map(String);
  if (said.name !== undefined) version.name = String(said.name);
  if (said.version !== undefined) version.number = String(said.version);
  if (said.datastore_manager !== undefined) version.manager = String(said.datastore_manager);
  if (said.image !== undefined) version.image = String(said.image);
  if (said.image_tags !== undefined) version.imageTags = texts(said.image_tags);
  if (said.packages !== undefined) version.packages = texts(said.packages);
  if (said.active !== undefined) version.active = isTrue(said.active);
  if (isTrue(said.default)) version.datastore.defaultVersion = version;
}

/** Creates the datastore too, if there is none with that name. */
export const createVersion: Handler = (call) => {
  call.onlyAdmin();
  const said = call.inner("version", {
    required: ["name", "datastore_name", "datastore_manager", "active"],
    properties: FIELDS,
  });
  const { region } = call;
  const name = String(said.datastore_name);
  let datastore: Datastore | undefined = region.datastores.find((one) => one.name === name);
  if (datastore === undefined) {
    datastore = { id: region.uuid(), name, versions: [], defaultVersion: undefined, clusters: false };
    region.datastores.push(datastore);
  }
  if (datastore.versions.some((one) => one.name === said.name)) {
    throw fault(400, `A datastore version with the name '${said.name}' already exists.`);
  }
  fill(addVersion(datastore, region.uuid(), String(said.name), true), said);
  call.action = "create-datastore-version";
  return ACCEPTED;
};

/** The fields, without a key around them. */
export const updateVersion: Handler = (call) => {
  const version = find(call);
  fill(version, call.body({ properties: FIELDS }));
  call.action = "update-datastore-version";
  return ACCEPTED;
};

export const deleteVersion: Handler = (call) => {
  const version = find(call);
  const { datastore } = version;
  if (call.region.byId().some((one) => one.version === version)) {
    throw fault(400, `Datastore version '${version.name}' cannot be deleted as instances use it.`);
  }
  datastore.versions.splice(datastore.versions.indexOf(version), 1);
  if (datastore.defaultVersion === version) datastore.defaultVersion = undefined;
  call.action = "delete-datastore-version";
  return ACCEPTED;
};

/** In the administrators' form: deleted ones look like the others, and the limits have other names. */
function mgmtParameter(version: DatastoreVersion, parameter: Parameter): JsonObject {
  const { max, min, ...shown } = parameterView(version, parameter);
  return {
    ...shown,
    ...(max === undefined ? {} : { max_size: max }),
    ...(min === undefined || min === 0 ? {} : { min_size: min }),
  };
}

export const listAllParameters: Handler = (call) => {
  const version = find(call);
  const all = version.parameters.map((one) => mgmtParameter(version, one));
  return { status: 200, json: { "configuration-parameters": all } };
};

function findParameter(call: Call, version: DatastoreVersion): Parameter {
  const found = version.parameters.find((one) => one.name === call.param(1));
  if (found === undefined) throw call.notFound(call.param(1));
  return found;
}

export const getAnyParameter: Handler = (call) => {
  const version = find(call);
  return { status: 200, json: mgmtParameter(version, findParameter(call, version)) };
};

const LIMIT: Schema = { anyOf: [{ type: "string", pattern: "^-?[0-9]+$" }, { type: "integer" }] };
const PARAMETER: Schema = {
  required: ["name", "restart_required", "data_type"],
  properties: {
    name: { type: "string", minLength: 1 },
    data_type: { enum: ["string", "integer", "boolean", "float"] },
    restart_required: { anyOf: [{ type: "integer", minimum: 0, maximum: 1 }, { type: "boolean" }] },
    max_size: LIMIT,
    min_size: LIMIT,
  },
};

function read(said: JsonObject): Parameter {
  const limit = (value: Json | undefined) => {
    const exact = BigInt(String(value));
    return exact === BigInt(Number(exact)) && Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  };
  if (said.data_type === "integer") {
    for (const size of ["max_size", "min_size"]) {
      if (said[size] === undefined) throw fault(400, `${size} is required for integer data type.`);
    }
  }
  return {
    name: String(said.name),
    type: said.data_type as Parameter["type"],
    restart: isTrue(said.restart_required),
    ...(said.max_size === undefined ? {} : { max: limit(said.max_size) }),
    ...(said.min_size === undefined ? {} : { min: limit(said.min_size) }),
  };
}

export const createParameter: Handler = (call) => {
  const version = find(call);
  const made = read(call.inner("configuration-parameter", PARAMETER));
  if (version.parameters.some((one) => one.name === made.name && one.deletedAt === undefined)) {
    throw fault(400, `Configuration parameter '${made.name}' already exists.`);
  }
  version.parameters = [...version.parameters.filter((one) => one.name !== made.name), made];
  call.action = "create-parameter";
  return { status: 200, json: mgmtParameter(version, made) };
};

export const updateParameter: Handler = (call) => {
  const version = find(call);
  const old = findParameter(call, version);
  const made = { ...read(call.inner("configuration-parameter", PARAMETER)), name: old.name };
  version.parameters.splice(version.parameters.indexOf(old), 1, made);
  call.action = "update-parameter";
  return { status: 200, json: mgmtParameter(version, made) };
};

export const deleteParameter: Handler = (call) => {
  const version = find(call);
  findParameter(call, version).deletedAt = seconds(call.now);
  call.action = "delete-parameter";
  return { status: 204 };
};
