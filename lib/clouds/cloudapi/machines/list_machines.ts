/**
 * What the list of machines is narrowed by.
 *
 * @module
 */
import type { ApiRequest, Wanted } from "../../../engine/mod.ts";

/** Attributes by which the server filters and means what it says (sdc-cloudapi `ListMachines`). */
const HONOURED = ["name", "image", "memory", "brand", "docker"];

/**
 * What the server can filter by.
 *
 * Tags go as `tag.KEY`: a parameter `tags` is not looked at, and `tags=*` overrides every other. `state` is sent only
 * where the server means it: `provisioning`, `stopping` and `active` return every active machine, `failed` and
 * `deleted` are refused. Failed and deleted machines are listed only as tombstones.
 */
export function filters({ tags, attributes, allows }: Wanted): NonNullable<ApiRequest["query"]> {
  const query: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (HONOURED.includes(key)) query[key] = value as string;
  }
  // A name's beginning is looked for as a pattern: what no name can have could mean something there.
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
 * Whether the server's filter finds what it stores of a tag. It stores `-` and `=` escaped, and looks for `=` as it is, and
 * in numbers for `-` as well (sdc-vmapi `_addTagsFilter`). A value `*` would be read as "all".
 */
function isFindable(tag: string, value: string): boolean {
  if (value === "*" || tag.includes("=") || value.includes("=")) return false;
  return !value.includes("-") || Number.isNaN(Number(value));
}
