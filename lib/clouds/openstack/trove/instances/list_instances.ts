/**
 * Listing instances.
 *
 * @module
 */
import type { ApiRequest, Endpoint, ListingOptions, Wanted } from "../../../../engine/mod.ts";
import type { Instance } from "../records/instance_record.ts";
import { listPages } from "../list_pages.ts";

/**
 * What the server can filter by: nothing but whether members of clusters are listed, which they are not unless asked
 * for. They are when a condition names `cluster_id`.
 */
export function filters({ allows }: Wanted): NonNullable<ApiRequest["query"]> {
  return allows("cluster_id", "any") === undefined ? {} : { include_clustered: "true" };
}

/**
 * All pages, in detail: the plain list lacks the times and the fault. A page is sorted by age and the pages by id, so
 * the order means nothing.
 */
export function instancePages(
  endpoint: Endpoint,
  query: ApiRequest["query"],
  options?: ListingOptions,
): AsyncIterable<Instance[]> {
  return listPages<Instance>(endpoint, { path: "/instances/detail", items: "instances", query }, options);
}
