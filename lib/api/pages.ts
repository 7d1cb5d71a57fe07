/**
 * How an API lists: by offset, by marker, by cursor, by link headers, or all at once.
 *
 * @module
 */
import { MusterError, TransportError } from "../engine/errors.ts";
import type { ApiRequest, ApiResponse, Endpoint } from "../engine/resource/endpoint.ts";
import type { Listing, ListingOptions, Wanted } from "../engine/resource/listing.ts";

/**
 * Options of all ways of listing.
 *
 * @example
 * ```ts
 * import { onePage, type PagesOptions } from "@muster/muster";
 *
 * const options: PagesOptions = { items: "jobs", filters: ["pool"] };
 * console.log(typeof onePage(options));
 * ```
 */
export interface PagesOptions {
  /** The key that holds the records in an answer. Default: the answer is the list. */
  readonly items?: string;
  /** Attributes that the server filters by, as query parameters of the same name. All are tested again here. */
  readonly filters?: readonly string[];
  /** Makes the query of a selection, if it is not simply a parameter for each attribute. */
  readonly query?: (wanted: Wanted) => ApiRequest["query"];
}

/**
 * A way of listing, for {@linkcode describe}. Made by {@linkcode offsetPages} and the others.
 *
 * @example
 * ```ts
 * import { offsetPages, type PagesMaker } from "@muster/muster";
 *
 * const pages: PagesMaker<{ id: string }> = offsetPages({ limit: 20 });
 * console.log(pages("/jobs", (job) => job.id).pageSize);
 * ```
 */
export interface PagesMaker<Rec> {
  /**
   * Makes the listing of a resource.
   *
   * @param path The resource's path, below the API's URL.
   * @param id Returns a record's id.
   */
  (path: string, id: (record: Rec) => string): Listing<Rec>;
}

/** The code that reads pages, loaded with the first list. */
const paging = () => import("../http/page.ts");

/** Records in a page by default. */
const LIMIT = 100;
/** After this many pages a list that does not end is given up. */
const MOST = 100_000;

/**
 * Options of {@linkcode offsetPages}.
 *
 * @example
 * ```ts
 * import { offsetPages, type OffsetPagesOptions } from "@muster/muster";
 *
 * const options: OffsetPagesOptions = { limit: 200, honoured: true, parameters: { limit: "take", offset: "skip" } };
 * console.log(typeof offsetPages(options));
 * ```
 */
export interface OffsetPagesOptions extends PagesOptions {
  /** Records in a page, at least 2. Default 100. */
  readonly limit?: number;
  /**
   * Whether the server always returns as many records as were asked for, if there are so many. Default false: it may
   * have its own limit, so a page with fewer counts as the last only when the next one brings nothing new.
   */
  readonly honoured?: boolean;
  /** The names of the query parameters. Default `limit` and `offset`. */
  readonly parameters?: { readonly limit?: string; readonly offset?: string };
}

/**
 * Pages by `limit` and `offset`. Each page overlaps the one before it, because the list moves forward when members
 * vanish. So no record is missed that exists from beginning to end.
 *
 * @param options How many records a page has, which key holds them, and what the server filters by.
 *
 * @example
 * ```ts
 * import { offsetPages } from "@muster/muster";
 *
 * console.log(offsetPages({ limit: 50, filters: ["pool"] }));
 * ```
 */
export function offsetPages<Rec extends object>(options: OffsetPagesOptions = {}): PagesMaker<Rec> {
  const { limit = LIMIT, items, honoured = false, parameters = {} } = options;
  checkLimit("offsetPages()", limit, 2);
  const { limit: limitName = "limit", offset: offsetName = "offset" } = parameters;
  return (path, id) =>
    listing(options, limit, async function* (endpoint, query, listed) {
      const { readByOffset } = await paging();
      yield* readByOffset<Rec>({
        send: async (request) => {
          const { limit, offset, ...more } = request.query ?? {};
          const named = {
            ...more,
            [limitName]: limit,
            ...(offset === undefined ? {} : { [offsetName]: offset }),
          };
          const answer = await endpoint.send({ ...request, query: named }, {
            signal: listed.signal,
            on: listed.on,
          });
          return { ...answer, body: itemsOf(answer, items, path) };
        },
        request: { method: "GET", path, query: query ?? {}, priority: listed.priority },
        limit,
        grantsLess: !honoured,
        id,
      });
    });
}

/**
 * Options of {@linkcode markerPages}.
 *
 * @example
 * ```ts
 * import { markerPages, type MarkerPagesOptions } from "@muster/muster";
 *
 * const options: MarkerPagesOptions = { limit: 500, filters: ["status"] };
 * console.log(typeof markerPages({ ...options, items: "servers" }));
 * ```
 */
export interface MarkerPagesOptions extends PagesOptions {
  /** Records in a page. Default: the server decides. */
  readonly limit?: number;
  /**
   * The marker of the next page; undefined after the last. Default: the one in the link with `rel` next, in `links` or
   * in `<items>_links` of the answer.
   */
  readonly next?: (body: unknown) => string | undefined;
}

/**
 * Pages by marker: each answer names where the next page begins, as OpenStack's lists do.
 *
 * @param options Which key holds the records, and how an answer names the next page.
 *
 * @example
 * ```ts
 * import { markerPages } from "@muster/muster";
 *
 * console.log(markerPages({ items: "servers" }));
 * ```
 */
export function markerPages<Rec extends object>(
  options: MarkerPagesOptions & { readonly items: string },
): PagesMaker<Rec> {
  const { limit, items, next } = options;
  if (typeof items !== "string" || items === "") {
    throw new MusterError(
      "Cannot list by markers: items is missing. Give the key under which an answer holds the records.",
    );
  }
  if (limit !== undefined) checkLimit("markerPages()", limit, 1);
  return (path, id) =>
    listing(options, limit ?? LIMIT, async function* (endpoint, query, listed) {
      const { readByMarker, nextMarker } = await paging();
      const links = (body: unknown) => (body as Record<string, unknown> | null)?.[`${items}_links`];
      yield* readByMarker<Rec>({
        async send(request) {
          const answer = await endpoint.send(request, { signal: listed.signal, on: listed.on });
          itemsOf(answer, items, path);
          return answer;
        },
        request: { method: "GET", path, query: query ?? {}, priority: listed.priority },
        items,
        id,
        ...(limit === undefined ? {} : { limit }),
        next: next ?? ((body) => nextMarker(body) ?? nextMarker({ links: links(body) })),
      });
    });
}

/**
 * Options of {@linkcode cursorPages}.
 *
 * @example
 * ```ts
 * import { cursorPages, type CursorPagesOptions } from "@muster/muster";
 *
 * const options: CursorPagesOptions = {
 *   parameter: "after",
 *   next: (body) => (body as { after?: string }).after,
 * };
 * console.log(typeof cursorPages(options));
 * ```
 */
export interface CursorPagesOptions extends PagesOptions {
  /** The query parameter for the cursor. Default `cursor`. */
  readonly parameter?: string;
  /** The cursor of the next page in an answer; undefined, null or empty after the last. */
  readonly next: (body: unknown) => string | null | undefined;
}

/**
 * Pages by cursor: each answer contains the cursor of the next page.
 *
 * @param options How an answer names its cursor, and which parameter it goes into.
 *
 * @example
 * ```ts
 * import { cursorPages } from "@muster/muster";
 *
 * const next = (body: unknown) => (body as { next_cursor?: string }).next_cursor;
 * console.log(cursorPages({ items: "jobs", next }));
 * ```
 */
export function cursorPages<Rec extends object>(options: CursorPagesOptions): PagesMaker<Rec> {
  const { parameter = "cursor", next, items } = options;
  return (path) =>
    listing(
      options,
      LIMIT,
      (endpoint, query, listed) =>
        following<Rec>(endpoint, path, query, listed, items, (answer) => {
          const cursor = next(answer.body);
          return cursor ? { ...query, [parameter]: cursor } : undefined;
        }),
    );
}

/**
 * Pages by `Link` headers with `rel="next"` (RFC 8288). Only the link's query is used and the path stays, so a link
 * cannot lead elsewhere.
 *
 * @param options Which key holds the records, and what the server filters by.
 *
 * @example
 * ```ts
 * import { linkPages } from "@muster/muster";
 *
 * console.log(linkPages({ filters: ["state"] }));
 * ```
 */
export function linkPages<Rec extends object>(options: PagesOptions = {}): PagesMaker<Rec> {
  return (path) =>
    listing(
      options,
      LIMIT,
      (endpoint, query, listed) =>
        following<Rec>(endpoint, path, query, listed, options.items, ({ headers }) => {
          const link = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(headers.get("link") ?? "")?.[1];
          if (link === undefined) return undefined;
          const asked = new URLSearchParams(/\?([^#]*)/.exec(link)?.[1] ?? "");
          return Object.fromEntries([...new Set(asked.keys())].map((key) => [key, asked.getAll(key)]));
        }),
    );
}

/**
 * A list without pages: one answer has all records.
 *
 * @param options Which key holds the records, and what the server filters by.
 *
 * @example
 * ```ts
 * import { onePage } from "@muster/muster";
 *
 * console.log(onePage({ items: "jobs" }));
 * ```
 */
export function onePage<Rec extends object>(options: PagesOptions = {}): PagesMaker<Rec> {
  return (path) =>
    listing(
      options,
      LIMIT,
      (endpoint, query, listed) =>
        following<Rec>(endpoint, path, query, listed, options.items, () => undefined),
    );
}

function checkLimit(what: string, limit: number, least: number): void {
  if (Number.isInteger(limit) && limit >= least) return;
  throw new MusterError(
    `Cannot list by ${what}: ${
      String(limit)
    } is not a number of records. Give a whole number from ${least} on.`,
  );
}

function listing<Rec>(
  options: PagesOptions,
  pageSize: number,
  pages: (endpoint: Endpoint, query: ApiRequest["query"], listed: ListingOptions) => AsyncIterable<Rec[]>,
): Listing<Rec> & { readonly filters: readonly string[] } {
  const { filters = [], query } = options;
  return {
    filters,
    pageSize,
    query: query ?? (({ tags, attributes }) =>
      Object.fromEntries(filters.flatMap((name) => {
        const value = Object.hasOwn(attributes, name) ? attributes[name] : tags[name];
        // Only single plain values are sent. Everything else is tested here.
        return ["string", "number", "boolean"].includes(typeof value) ? [[name, value as string]] : [];
      }))),
    pages,
  };
}

/** Pages where each answer says how to ask for the next one. */
async function* following<Rec>(
  endpoint: Endpoint,
  path: string,
  first: ApiRequest["query"],
  { priority, signal, on }: ListingOptions,
  items: string | undefined,
  next: (answer: { body: unknown; headers: Headers }) => ApiRequest["query"] | undefined,
): AsyncGenerator<Rec[]> {
  const asked = new Set<string>();
  let query: ApiRequest["query"] | undefined = first ?? {};
  for (let page = 0; query !== undefined; page++) {
    const key = JSON.stringify(query);
    if (asked.has(key) || page >= MOST) {
      throw new MusterError(
        `Cannot list ${path}: its pages lead in a circle. An answer named a next page that was read before.`,
      );
    }
    asked.add(key);
    const answer = await endpoint.send({ method: "GET", path, query, priority }, { signal, on });
    yield itemsOf(answer, items, path) as Rec[];
    query = next(answer);
  }
}

/** The records in an answer. */
function itemsOf({ body }: Pick<ApiResponse, "body">, items: string | undefined, path: string): unknown[] {
  const list = items === undefined ? body : (body as Record<string, unknown> | null | undefined)?.[items];
  if (Array.isArray(list)) return list;
  const where = items === undefined ? "the answer" : `${JSON.stringify(items)} in the answer`;
  const what = list === null
    ? "null"
    : list === undefined
    ? "missing"
    : typeof list === "object"
    ? "an object"
    : `a ${typeof list}`;
  throw new TransportError(
    `Cannot list ${path}: ${where} is ${what} and not a list. Say with items under which key the records are.`,
    "unknown",
  );
}
