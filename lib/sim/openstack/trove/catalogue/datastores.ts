/**
 * Datastores, their versions, and what the versions support.
 *
 * @module
 */
import type { Json, JsonObject } from "../../exact_json.ts";
import { fault } from "../../reply.ts";
import { ACCEPTED, type Call, type Handler } from "../protocol/call.ts";
import { flavorView } from "./flavors.ts";
import { datastoreOf, versionById, versionOf } from "../lookups.ts";
import { type Datastore, type DatastoreVersion, FLAVORS, VOLUME_TYPES } from "../records/instance_choices.ts";

const offered = (call: Call, { versions }: Datastore) => versions.filter((one) => one.active || call.admin);

function brief(call: Call, { id, name, number }: DatastoreVersion): JsonObject {
  return { id, name, version: number, links: call.links("datastores/versions", id) };
}

function versionView(call: Call, version: DatastoreVersion): JsonObject {
  const view = { ...brief(call, version), datastore: version.datastore.id };
  if (!call.admin) return view;
  const { active, packages, image, imageTags } = version;
  return { ...view, active, packages: packages.join(","), image, image_tags: imageTags.join(",") };
}

function view(call: Call, datastore: Datastore): Json {
  const { id, name, defaultVersion } = datastore;
  return {
    id,
    name,
    links: call.links("datastores", id),
    versions: offered(call, datastore).map((one) => brief(call, one)),
    ...(defaultVersion === undefined ? {} : { default_version: defaultVersion.id }),
  };
}

/** Only those with a version. */
export const listDatastores: Handler = (call) => {
  const all = call.region.datastores.filter((one) => offered(call, one).length > 0);
  return { status: 200, json: { datastores: all.map((one) => view(call, one)) } };
};

export const getDatastore: Handler = (call) => ({
  status: 200,
  json: { datastore: view(call, datastoreOf(call, call.param(0))) },
});

export const deleteDatastore: Handler = (call) => {
  call.policy("datastore:delete");
  const datastore = datastoreOf(call, call.param(0));
  if (datastore.versions.length > 0) {
    throw fault(400, `Datastore ${datastore.name} cannot be deleted as it has versions.`);
  }
  const { datastores } = call.region;
  datastores.splice(datastores.indexOf(datastore), 1);
  return ACCEPTED;
};

export const listVersions: Handler = (call) => {
  const versions = offered(call, datastoreOf(call, call.param(0)));
  return { status: 200, json: { versions: versions.map((one) => versionView(call, one)) } };
};

export const getVersion: Handler = (call) => {
  const version = versionOf(call, datastoreOf(call, call.param(0)), call.param(1));
  return { status: 200, json: { version: versionView(call, version) } };
};

export const getVersionById: Handler = (call) => ({
  status: 200,
  json: { version: versionView(call, versionById(call, call.param(0))) },
});

export const listVersionFlavors: Handler = (call) => {
  versionOf(call, datastoreOf(call, call.param(0)), call.param(1));
  return { status: 200, json: { flavors: FLAVORS.map((one) => flavorView(call, one)) } };
};

export const listVolumeTypes: Handler = (call) => {
  versionOf(call, datastoreOf(call, call.param(0)), call.param(1));
  const types = VOLUME_TYPES.map((one) => ({ ...one, is_public: true, description: null }));
  return { status: 200, json: { volume_types: types } };
};
