/**
 * Listing machines.
 *
 * @module
 */
import type { ApiRequest, Endpoint, ListingOptions, Wanted } from "../../../engine/mod.ts";
import { readByOffset } from "../../../http/page.ts";
import type { Machine } from "../machine_record.ts";

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
  if (attributes.state === "running" || attributes.state === "stopped") {
    query.state = attributes.state as string;
  }
  // A tag of value "*" would be read as "all".
  for (const [tag, value] of Object.entries(tags)) if (value !== "*") query[`tag.${tag}`] = value as string;
  if (allows("state", "failed") || allows("state", "deleted")) query.tombstone = true;
  return query;
}

/** All pages of the machine list: `x-resource-count` is the page's, not the total, so a short page is the last. */
export function machinePages(
  endpoint: Endpoint,
  query: ApiRequest["query"],
  options: ListingOptions,
): AsyncIterable<readonly Machine[]> {
  return readByOffset<Machine>({
    send: (request) => endpoint.send(request, { signal: options.signal, on: options.on }),
    request: { method: "GET", path: "/machines", query: query ?? {}, priority: options.priority },
    id: (machine) => machine.id,
  });
}
