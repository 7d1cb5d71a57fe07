/**
 * Reads Trove's lists: pages of at most 20 records, each with the marker of the next.
 *
 * @module
 */
import type { ApiRequest, ApiResponse, ListingOptions, SendOptions } from "../../../engine/mod.ts";
import { readByMarker } from "../../../http/page.ts";

/** Records in a page: the server's default, which is also its maximum (`*_page_size`). */
export const PAGE_SIZE = 20;

/** Something that can send requests: an endpoint, or a step. */
export interface Sender {
  send(request: ApiRequest, options?: SendOptions): Promise<ApiResponse>;
}

/** The path of a list, and the key that holds its records. */
export interface ListRequest {
  path: string;
  items: string;
  query?: ApiRequest["query"];
  /** Returns the marker of the next page in an answer, if it is not simply in the link. */
  next?: (body: unknown) => string | undefined;
}

/**
 * All pages of a list. No `limit` is sent, because some of its values crash the server, and none makes pages larger.
 */
export function listPages<T>(
  sender: Sender,
  { path, items, query, next }: ListRequest,
  options: Partial<ListingOptions> = {},
): AsyncIterable<T[]> {
  const { priority = "action", signal, on } = options;
  return readByMarker<T>({
    send: (request) => sender.send(request, { signal, on }),
    request: { method: "GET", path, query: query ?? {}, priority },
    items,
    ...(next ? { next } : {}),
  });
}

/** A whole list. */
export async function listAll<T>(sender: Sender, list: ListRequest): Promise<T[]> {
  return await collected(listPages(sender, list));
}

/** The records of pages. */
export async function collected<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}
