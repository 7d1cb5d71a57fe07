/**
 * How the list of machines is narrowed.
 *
 * @module
 */
import type { ApiRequest, Wanted } from "../../../engine/mod.ts";

/** Attributes that the server filters by correctly (sdc-cloudapi `ListMachines`). */
const HONOURED = ["name", "image", "memory", "brand", "docker"];

/**
 * The query for what the server can filter.
 *
 * Tags are sent as `tag.KEY`: the server ignores a parameter `tags`, and `tags=*` overrides every other. `state` is
 * sent only where the server uses it correctly: `provisioning`, `stopping` and `active` return every active machine,
 * `failed` and `deleted` are refused. Failed and deleted machines are listed only as tombstones.
 */
export function filters({ tags, attributes, allows }: Wanted): NonNullable<ApiRequest["query"]> {
  const query: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (HONOURED.includes(key)) query[key] = value as string;
  }
  // The server treats a name as a pattern. Characters that no name has may have a meaning there.
  if (query.name !== undefined && !/^[\w.-]+$/.test(String(query.name))) delete query.name;
  if (attributes.state === "running" || attributes.state === "stopped") {
    query.state = attributes.state as string;
  }
  for (const [tag, value] of Object.entries(tags)) {
    if (isFindable(tag, String(value))) query[`tag.${tag}`] = value as string;
  }
  if (allows("state", "failed") || allows("state", "deleted")) query.tombstone = true;
  return query;
}

/**
 * Whether the server's filter finds a tag as it is stored. The server stores `-` and `=` escaped, and searches for `=`
 * unescaped, and for `-` in numbers as well (sdc-vmapi `_addTagsFilter`). It would read a value `*` as "all".
 */
function isFindable(tag: string, value: string): boolean {
  if (value === "*" || tag.includes("=") || value.includes("=")) return false;
  return !value.includes("-") || Number.isNaN(Number(value));
}
