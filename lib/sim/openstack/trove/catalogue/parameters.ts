/**
 * The configuration parameters of a datastore version.
 *
 * @module
 */
import type { JsonObject } from "../../exact_json.ts";
import type { Call, Handler } from "../protocol/call.ts";
import { datastoreOf, versionById, versionOf } from "../lookups.ts";
import type { DatastoreVersion } from "../records/instance_choices.ts";
import type { Parameter } from "../records/parameters_data.ts";

/** Limits of zero are left out, except a `min` beside a `max`. */
export function parameterView(
  version: DatastoreVersion,
  { name, type, restart, min, max }: Parameter,
): JsonObject {
  return {
    name,
    datastore_version_id: version.id,
    restart_required: restart,
    type,
    ...(max === undefined ? {} : { max }),
    ...(min === undefined ? {} : { min }),
  };
}

function offered(version: DatastoreVersion): Parameter[] {
  return version.parameters.filter((one) => one.deletedAt === undefined);
}

/** Under a key with a hyphen. */
function list(version: DatastoreVersion) {
  const all = offered(version).map((one) => parameterView(version, one));
  return { status: 200, json: { "configuration-parameters": all } };
}

/** Without a key. */
function one(call: Call, version: DatastoreVersion, name: string) {
  const found = offered(version).find((parameter) => parameter.name === name);
  if (found === undefined) throw call.notFound(name);
  return { status: 200, json: parameterView(version, found) };
}

const requestedVersion = (call: Call) => versionOf(call, datastoreOf(call, call.param(0)), call.param(1));

export const listParameters: Handler = (call) => list(requestedVersion(call));
export const getParameter: Handler = (call) => one(call, requestedVersion(call), call.param(2));
export const listParametersByVersion: Handler = (call) => list(versionById(call, call.param(0)));
export const getParameterByVersion: Handler = (call) =>
  one(call, versionById(call, call.param(0)), call.param(1));
