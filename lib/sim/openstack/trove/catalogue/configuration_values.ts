/**
 * Checks configuration values against the parameters of their datastore version.
 *
 * @module
 */
import { isFloat, type Json, type JsonObject } from "../../exact_json.ts";
import { fault } from "../../reply.ts";
import type { DatastoreVersion } from "../records/instance_choices.ts";
import type { Parameter } from "../records/parameters_data.ts";

/** @throws {Refusal} 422 with the first value that is unknown, of the wrong type or out of its limits. */
export function checkValues(version: DatastoreVersion, values: JsonObject): void {
  for (const [name, value] of Object.entries(values)) {
    const parameter = version.parameters.find((one) => one.name === name && one.deletedAt === undefined);
    if (parameter === undefined) {
      const { datastore, name: versionName } = version;
      throw fault(
        422,
        `The configuration parameter ${name} is not supported for this datastore: ${datastore.name} ${versionName}.`,
      );
    }
    checkValue(parameter, value!, isFloat(values, name));
  }
}

/**
 * @param float Whether the number was written with a fraction, because the Python server does not accept a whole number
 * as a float.
 */
function checkValue({ name, type, min, max }: Parameter, value: Json, float: boolean): void {
  const numeric = typeof value === "number" || typeof value === "bigint";
  const right = {
    integer: numeric && !float,
    float,
    string: typeof value === "string",
    boolean: typeof value === "boolean",
  }[type];
  if (!right) {
    throw fault(422, `The value provided for the configuration parameter ${name} is not of type ${type}.`);
  }
  if (!numeric) return;
  if (max !== undefined && value > max) {
    throw fault(
      422,
      `The value for the configuration parameter ${name} is greater than the maximum allowed: ${max}`,
    );
  }
  if (min !== undefined && value < min) {
    throw fault(
      422,
      `The value for the configuration parameter ${name} is less than the minimum allowed: ${min}`,
    );
  }
}
