/**
 * Converts the values of a configuration to the form that its parameters require.
 *
 * @module
 */
import type { Endpoint } from "../../../../engine/mod.ts";
import { withFraction } from "../exact_json.ts";

type Values = Readonly<Record<string, string | number | bigint | boolean>>;

/**
 * The same values, with whole numbers of parameters of the type float as `2.0`, because the server refuses `2` there.
 * The types are read only if there are whole numbers.
 *
 * @param versionId Finds the id of the datastore version of the configuration.
 */
export async function typedValues(
  endpoint: Pick<Endpoint, "send">,
  values: Values,
  versionId: () => Promise<string>,
): Promise<Record<string, unknown>> {
  const whole = Object.values(values ?? {}).some((value) =>
    typeof value === "bigint" || Number.isInteger(value)
  );
  if (!whole) return values;
  const path = `/datastores/versions/${encodeURIComponent(await versionId())}/parameters`;
  // Some releases do not show the parameters of a version that is not active.
  const { status, body } = await endpoint.send({ method: "GET", path, accept: [400, 404] });
  if (status >= 400) return values;
  const all =
    (body as { "configuration-parameters"?: { name: string; type: string }[] })["configuration-parameters"];
  // The server ignores the case of their names.
  const floats = new Set(
    (all ?? []).filter(({ type }) => type === "float").map(({ name }) => name.toLowerCase()),
  );
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) =>
      (typeof value === "number" || typeof value === "bigint") && floats.has(name.toLowerCase())
        ? [name, withFraction(value)]
        : [name, value]
    ),
  );
}
