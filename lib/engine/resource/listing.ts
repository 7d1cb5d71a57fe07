/**
 * How a resource is listed.
 *
 * @module
 */
import type { ApiRequest, Endpoint } from "./endpoint.ts";

/** What a selection asks for, as far as a server could filter it. */
export interface Wanted {
  /** The conditions on tags. */
  tags: Readonly<Record<string, unknown>>;
  /** Only the literal attributes. */
  attributes: Readonly<Record<string, unknown>>;
  /** Whether the conditions on an attribute allow a value; undefined if it has no conditions. */
  allows(attribute: string, value: unknown): boolean | undefined;
}

/** Options of one listing. */
export interface ListingOptions {
  /** `"poll"` for the polls of a wait, which let actions pass. */
  priority: "action" | "poll";
  /** Aborting ends it: no more pages are requested. */
  signal?: AbortSignal | undefined;
  /** Called for each event of the requests. */
  on?: WireListener | undefined;
}

/** How a resource is listed. */
export interface Listing<Rec> {
  /** The most records in a page. */
  readonly pageSize: number;
  /** The query by which the server narrows the list. It leaves out what the server cannot filter. */
  query?(wanted: Wanted): ApiRequest["query"];
  /** All pages, in order. */
  pages(
    endpoint: Endpoint,
    query: ApiRequest["query"],
    options: ListingOptions,
  ): AsyncIterable<readonly Rec[]>;
}

/** Called for each event of a request. */
export type WireListener = (event: import("./endpoint.ts").WireEvent) => void;
