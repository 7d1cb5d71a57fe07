/**
 * A configuration group: named values for a datastore version's parameters.
 *
 * @module
 */
import type { JsonObject } from "../../exact_json.ts";
import type { Project } from "../../keystone/identity.ts";
import type { DatastoreVersion } from "./instance_choices.ts";

export interface Configuration {
  readonly id: string;
  name: string;
  description: string | null;
  values: JsonObject;
  readonly project: Project;
  readonly version: DatastoreVersion;
  readonly created: number;
  updated: number;
}

/** Whether a value among these takes effect only after a restart. */
export function needsRestart(version: DatastoreVersion, values: JsonObject): boolean {
  return Object.keys(values).some((name) =>
    version.parameters.some((one) => one.name === name && one.restart)
  );
}
