/**
 * Lists instances.
 *
 * @module
 */
import {
  ApiError,
  type ApiRequest,
  type Endpoint,
  type ListingOptions,
  type Wanted,
} from "../../../../engine/mod.ts";
import { type Instance, readInstance } from "../records/instance_record.ts";
import { listPages } from "../list_pages.ts";

/**
 * What the server can filter by: only whether it lists members of clusters. By default it does not; a condition on
 * `cluster_id` asks for them.
 */
export function filters({ allows }: Wanted): NonNullable<ApiRequest["query"]> {
  return allows("cluster_id", "any") === undefined ? {} : { include_clustered: "true" };
}

/**
 * All pages, with details, because the plain list lacks the times and the fault. Within a page the order is by age, and
 * between pages by id, so it means nothing.
 *
 * A server from before October 2018 has no detailed list, and reads `detail` as an instance's id. Then the plain list
 * is read, and each instance by itself.
 */
export async function* instancePages(
  endpoint: Endpoint,
  query: ApiRequest["query"],
  options?: ListingOptions,
): AsyncGenerator<Instance[], void, void> {
  let begun = false;
  try {
    for await (
      const page of listPages<Instance>(
        endpoint,
        { path: "/instances/detail", items: "instances", query },
        options,
      )
    ) {
      begun = true;
      yield page;
    }
  } catch (error) {
    if (begun || !(error instanceof ApiError) || error.status !== 404) throw error;
    yield* onePerOne(endpoint, query, options);
  }
}

async function* onePerOne(
  endpoint: Endpoint,
  query: ApiRequest["query"],
  { priority = "action", signal, on }: Partial<ListingOptions> = {},
): AsyncGenerator<Instance[], void, void> {
  const list = listPages<Instance>(endpoint, { path: "/instances", items: "instances", query }, {
    priority,
    signal,
    on,
  });
  for await (const page of list) {
    const answers = await Promise.all(page.map(({ id }) =>
      endpoint.send({
        method: "GET",
        path: `/instances/${encodeURIComponent(id)}`,
        priority,
        accept: [404],
      }, { signal, on })
    ));
    // One that was deleted meanwhile is not there any more.
    yield answers.filter(({ status }) => status !== 404).map(({ body }) => readInstance(body));
  }
}
