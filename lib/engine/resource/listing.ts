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
  /** Whether the conditions on an attribute let a value through; undefined where there are none on it. */
  allows(attribute: string, value: unknown): boolean | undefined;
}

/** For whom a list is read. */
export interface ListingOptions {
  /** `"poll"` for a wait's looks, which give way to what acts. */
  priority: "action" | "poll";
  /** Ends it: no more pages are asked for. */
  signal?: AbortSignal | undefined;
  /** Told what happens on the wire. */
  on?: WireListener | undefined;
}

/** How a resource is listed. */
export interface Listing<Rec> {
  /** Records a page holds at most. */
  readonly pageSize: number;
  /** The query by which the server narrows the list; what it cannot filter is left out. */
  query?(wanted: Wanted): ApiRequest["query"];
  /** All pages, in order. */
  pages(
    endpoint: Endpoint,
    query: ApiRequest["query"],
    options: ListingOptions,
  ): AsyncIterable<readonly Rec[]>;
}

/** Told what happens on the wire. */
export type WireListener = (event: import("./endpoint.ts").WireEvent) => void;
