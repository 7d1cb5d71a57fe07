/**
 * Reads lists that come in pages: by offset, which shifts while members come and go, and by marker.
 *
 * @module
 */
import type { ApiRequest, SendOptions } from "../engine/resource/endpoint.ts";
import { MusterError } from "../engine/errors.ts";
import { plainNumber } from "../engine/rate/server_numbers.ts";
import type { Send } from "./send.ts";

/** After this many pages in a row without a new record the listing fails. */
const BARREN = 50;
/** How often a listing may lose its place. */
const LOST = 100;

/** The options of {@linkcode readByOffset}. */
export interface OffsetPaging<T> {
  /** Sends a request. */
  send: Send;
  /** The list's request; `limit` and `offset` are added to its query. */
  request: ApiRequest;
  /** Records in a page, at least 2. Default 1,000. A server that returns fewer says so in `x-query-limit`. */
  limit?: number;
  /** By how many records a page overlaps the one before it. Default 20. */
  overlap?: number;
  /**
   * Whether the server may return fewer records than asked for without saying so. Then only a page without new records
   * is the last. Default false.
   */
  grantsLess?: boolean;
  /** Returns a record's id. */
  id: (record: T) => string;
  /** The abort signal, and a listener for events. */
  options?: SendOptions;
}

/**
 * Reads a list page by page, by offset. Each page is yielded without the records that came before.
 *
 * When members vanish, the rest of the list moves forward, past the next offset. So each page has to overlap the known
 * part of the list: if it contains one record that was seen before, nothing between that record and the page's end can
 * have been missed. If it contains none, the listing steps back until it does, or to the start. So no record is missed
 * that exists from beginning to end, and none comes twice, as long as the server keeps its order.
 *
 * @throws {MusterError} when the list changes faster than it can be read, or the answer is not a list.
 */
export async function* readByOffset<T>(paging: OffsetPaging<T>): AsyncGenerator<T[], void, void> {
  const { send, request, id, options } = paging;
  const asked = paging.limit ?? 1000;
  const seen = new Set<string>();
  let offset = 0;
  let back = 0;
  let lost = 0;
  let barren = 0;
  for (;;) {
    const query = { ...request.query, limit: asked, ...(offset > 0 ? { offset } : {}) };
    const { body, headers } = await send({ ...request, query }, options);
    const page = listOf<T>(body, request);
    const granted = plainNumber(headers.get("x-query-limit"));
    const limit = granted !== undefined && granted >= 1 ? Math.min(Math.floor(granted), asked) : asked;
    // At least one record back, and at least one further each time. Pages of one record would not show what was missed.
    const overlap = Math.min(
      Math.max(1, paging.overlap ?? 20),
      Math.max(0, Math.min(page.length, limit) - 1),
    );

    if (offset > 0 && limit > 1 && !page.some((record) => seen.has(id(record)))) {
      if (++lost > LOST) throw restless(request, `it lost its place ${LOST} times`);
      back = back === 0 ? Math.max(1, limit - overlap) : back * 2;
      offset = Math.max(0, offset - back);
      continue;
    }
    back = 0;
    const fresh: T[] = [];
    for (const record of page) {
      const key = id(record);
      if (seen.has(key)) continue;
      seen.add(key);
      fresh.push(record);
    }
    if (fresh.length > 0) {
      barren = 0;
      yield fresh;
    } else barren++;
    // Only a server that does not page returns more than was asked for: then this was everything.
    if (page.length > asked || (page.length < limit && (!paging.grantsLess || fresh.length === 0))) return;
    if (barren > BARREN) throw restless(request, `${BARREN} pages in a row brought nothing new`);
    offset += page.length - overlap;
  }
}

/** The options of {@linkcode readByMarker}. */
export interface MarkerPaging<T> {
  /** Sends a request. */
  send: Send;
  /** The list's request; `limit` and `marker` are added to its query. */
  request: ApiRequest;
  /** The key that holds the records in the answer. */
  items: string;
  /** Records in a page; if undefined, the server decides. */
  limit?: number;
  /** The marker of the next page; undefined after the last. Default {@linkcode nextMarker}. */
  next?: (body: unknown) => string | undefined;
  /** Returns a record's id, for servers whose marker is a position: then no record is yielded twice. */
  id?: (record: T) => string;
  /** The abort signal, and a listener for events. */
  options?: SendOptions;
}

/**
 * Reads a list page by page. Each answer says where the next page begins.
 *
 * @throws {MusterError} when the pages lead in a circle, or the answer is not a list.
 */
export async function* readByMarker<T>(paging: MarkerPaging<T>): AsyncGenerator<T[], void, void> {
  const { send, request, items, limit, options } = paging;
  const next = paging.next ?? nextMarker;
  const markers = new Set<string>();
  const seen = new Set<string>();
  let marker: string | undefined;
  let barren = 0;
  for (;;) {
    const { body } = await send({ ...request, query: { ...request.query, limit, marker } }, options);
    const page = listOf<T>((body as Record<string, unknown> | null | undefined)?.[items], request);
    if (page.length > 0) {
      barren = 0;
      const fresh = page.filter((record) => {
        const key = paging.id?.(record);
        return key === undefined || (!seen.has(key) && seen.add(key));
      });
      if (fresh.length > 0) yield fresh;
    } else if (++barren > BARREN) throw restless(request, `${BARREN} pages in a row were empty`);
    marker = next(body);
    if (marker === undefined) return;
    if (markers.has(marker)) {
      throw restless(request, `its pages go in a circle, back to the marker ${marker}`);
    }
    markers.add(marker);
  }
}

/**
 * The marker in an answer's link to its next page: in `links: [{ rel: "next", href }]` or `links: { next }`. Only the
 * marker is used. The URL is not followed, because it may lead elsewhere.
 */
export function nextMarker(body: unknown): string | undefined {
  const links = (body as { links?: unknown } | null | undefined)?.links;
  const href = Array.isArray(links)
    ? links.find((link) => (link as { rel?: unknown } | null)?.rel === "next")?.href
    : (links as { next?: unknown } | null | undefined)?.next;
  if (typeof href !== "string") return undefined;
  const query = /\?([^#]*)/.exec(href)?.[1] ?? "";
  return new URLSearchParams(query).get("marker") ?? undefined;
}

function listOf<T>(body: unknown, request: ApiRequest): T[] {
  if (Array.isArray(body)) return body;
  const what = body === null ? "null" : typeof body;
  throw new MusterError(`Cannot list ${request.path}: the server's answer is not a list: ${what}`);
}

function restless(request: ApiRequest, fact: string): MusterError {
  return new MusterError(
    `Cannot list ${request.path}: the list does not end: ${fact}. Narrow the selection, or try again ` +
      `when less is changing.`,
  );
}
