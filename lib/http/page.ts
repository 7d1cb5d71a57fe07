/**
 * Lists that come in pages: by offset, which shifts while members come and go, and by marker.
 *
 * @module
 */
import type { ApiRequest, SendOptions } from "../engine/resource/endpoint.ts";
import { MusterError } from "../engine/errors.ts";
import { plainNumber } from "../engine/rate/server_numbers.ts";
import type { Send } from "./send.ts";

/** Pages in a row that may bring nothing new before a listing is given up. */
const BARREN = 50;
/** How often a listing may have lost its place. */
const LOST = 100;

/** What {@linkcode readByOffset} lists, and how. */
export interface OffsetPaging<T> {
  /** Sends a request. */
  send: Send;
  /** The list's request; `limit` and `offset` are added to its query. */
  request: ApiRequest;
  /** Records in a page, at least 2. Default 1,000. A server that grants fewer says so in `x-query-limit`. */
  limit?: number;
  /** Records by which a page reaches back into the one before it. Default 20. */
  overlap?: number;
  /**
   * Whether the server may grant fewer records than are asked for without saying so: then only a page that brings
   * nothing new is the last. Default false.
   */
  grantsLess?: boolean;
  /** What tells records apart. */
  id: (record: T) => string;
  /** Who may end it, and who is told of it. */
  options?: SendOptions;
}

/**
 * Lists page by page, by offset. Each page is yielded without the records that came before.
 *
 * Members that vanish pull the rest of the list forward, past the offset asked for next. So a page has to touch the
 * known part of the list: as long as it holds one record seen before, nothing between that record and the page's end can
 * have been passed over. Where it holds none, the listing steps back until it does, or to the start. So no record
 * that is there from beginning to end is missed, and none comes twice, provided the server keeps its order.
 *
 * @throws {MusterError} when the list changes faster than it can be read, or is none.
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
    // At least one record back, and at least one further each time; with pages of one there is no telling.
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
    // More than was asked for comes only from a server that does not page here: then this was all.
    if (page.length > asked || (page.length < limit && (!paging.grantsLess || fresh.length === 0))) return;
    if (barren > BARREN) throw restless(request, `${BARREN} pages in a row brought nothing new`);
    offset += page.length - overlap;
  }
}

/** What {@linkcode readByMarker} lists, and how. */
export interface MarkerPaging<T> {
  /** Sends a request. */
  send: Send;
  /** The list's request; `limit` and `marker` are added to its query. */
  request: ApiRequest;
  /** The key under which the answer holds the records. */
  items: string;
  /** Records in a page; the server's own number unless set. */
  limit?: number;
  /** The marker of the next page, undefined after the last. Default {@linkcode nextMarker}. */
  next?: (body: unknown) => string | undefined;
  /** What tells records apart, for servers whose marker is a position: then none is yielded twice. */
  id?: (record: T) => string;
  /** Who may end it, and who is told of it. */
  options?: SendOptions;
}

/**
 * Lists page by page, each from where the one before said that it goes on.
 *
 * @throws {MusterError} when the pages lead in a circle, or the answer is no list.
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
 * The marker in an answer's link to its next page, be it in `links: [{ rel: "next", href }]` or `links: { next }`. Only
 * the marker is taken; the address is not followed, as it may lead elsewhere.
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
