/**
 * Configurations by name.
 *
 * @module
 */
import type { Endpoint } from "../chain/mod.ts";
import { listAll } from "./list_pages.ts";
import { isUuid, pick, type Ref, textOf } from "./reference.ts";

/** A configuration: its record, its id, its name or its address. */
export type ConfigurationRef = Ref;

/**
 * The id of the configuration meant.
 *
 * @throws {SelectionError} when there is none of this name, or several.
 */
export async function resolveConfiguration(endpoint: Endpoint, wanted: ConfigurationRef): Promise<string> {
  const text = textOf("configuration", wanted);
  if (isUuid(text)) return text;
  const all = await listAll<{ id: string; name: string }>(endpoint, {
    path: "/configurations",
    items: "configurations",
  });
  return pick("configuration", endpoint, all, text, ({ id, name }) => ({ ids: [id], name })).id;
}
