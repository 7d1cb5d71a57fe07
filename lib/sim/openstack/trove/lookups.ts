/**
 * Finds what a request names: flavors, datastores, versions, configurations.
 *
 * @module
 */
import type { Json } from "../exact_json.ts";
import { fault } from "../reply.ts";
import type { Call } from "./protocol/call.ts";
import type { Configuration } from "./records/configuration.ts";
import { type Datastore, type DatastoreVersion, type Flavor, FLAVORS } from "./records/instance_choices.ts";

/** The last part of an href, or the value itself, because references may be either. */
function reference(value: Json | undefined): string {
  return String(value).split("/").at(-1)!;
}

/** A flavor in a body. An unknown one is a 400, in the words of a 404. */
export function flavorOf(value: Json | undefined): Flavor {
  const id = reference(value);
  const flavor = FLAVORS.find((one) => one.id === id);
  if (flavor === undefined) throw fault(400, `Resource ${id} cannot be found.`);
  return flavor;
}

export function datastoreOf(call: Call, idOrName: string): Datastore {
  const found = call.region.datastores.find((one) => one.id === idOrName || one.name === idOrName);
  if (found === undefined) throw fault(404, `Datastore '${idOrName}' cannot be found.`);
  return found;
}

/** A version by id or name. An unknown version is a 400, but an unknown datastore is a 404. */
export function versionOf(call: Call, datastore: Datastore, idOrName: string): DatastoreVersion {
  const found = datastore.versions.find((one) => one.id === idOrName || one.name === idOrName);
  if (found === undefined || (!found.active && !call.admin)) {
    throw fault(400, `Datastore version '${idOrName}' cannot be found.`);
  }
  return found;
}

export function versionById(call: Call, id: string): DatastoreVersion {
  const found = call.region.allVersions().find((one) => one.id === id);
  if (found === undefined) throw fault(400, `Datastore version '${id}' cannot be found.`);
  return found;
}

/** The version for a new instance; by default the datastore's default. */
export function askedVersion(
  call: Call,
  said: { [key: string]: Json | undefined } | undefined,
): DatastoreVersion {
  const datastore = said?.type === undefined
    ? call.region.datastores[0]!
    : datastoreOf(call, String(said.type));
  const wanted = said?.version ?? said?.version_number;
  const version = wanted === undefined
    ? datastore.defaultVersion
    : datastore.versions.find((one) => [one.id, one.name, one.number].includes(String(wanted)));
  if (version === undefined) throw fault(400, `Datastore version '${wanted}' cannot be found.`);
  if (!version.active) throw fault(400, `Datastore version '${version.name}' is not active.`);
  return version;
}

export function configurationOf(call: Call, value: Json | undefined): Configuration {
  const id = reference(value);
  const found = call.region.configurations.find((one) =>
    one.id === id && (one.project === call.project || call.admin)
  );
  if (found === undefined) throw fault(404, `Configuration group with ID ${id} could not be found.`);
  return found;
}
