/**
 * Reads lists of Trove whose order changes while they are read: backups, and from release 26 an operator's instances.
 *
 * They are sorted by the time of the last change, newest first, and the marker of a page is a position. If a record is
 * deleted, the rest moves forward, past the next position. If a record changes, it jumps to the front.
 *
 * @module
 */
import { type ApiRequest, type ListingOptions, MusterError } from "../../../engine/mod.ts";
import { nextMarker } from "../../../http/page.ts";
import type { ListRequest, Sender } from "./list_pages.ts";

/** A record in such a list. */
export interface Changing {
  readonly id: string;
  /** When it last changed, by which the list is sorted. UTC, without a zone. */
  readonly updated: string;
}

/** How often the listing may lose its place, or its front may have changed, before it fails. */
const LOSSES = 100;

/**
 * All pages of a list that is sorted by its last change. Each record is yielded once, as it was when first seen.
 *
 * A page overlaps the one before it. If it contains a record of that one, nothing was moved past it. If not, the
 * listing steps back until it does. After the last page the first one is read again. If it differs, a record may have
 * jumped to the front without being seen. Then the front is read again, up to a record that has not changed. So no
 * record is missed that exists from beginning to end.
 *
 * @param list The path and key of the list. If `limit` is set, it is sent with each page.
 * @throws {MusterError} when the list changes faster than it can be read.
 */
export async function* shiftingPages<T extends Changing>(
  sender: Sender,
  { path, items, query, limit }: ListRequest & { limit?: number },
  { priority = "action", signal, on }: Partial<ListingOptions> = {},
): AsyncGenerator<T[], void, void> {
  const read = async (marker = 0): Promise<Page<T>> => {
    const position = marker > 0 ? { marker } : {};
    const request: ApiRequest = {
      method: "GET",
      path,
      query: { ...query, ...(limit ? { limit } : {}), ...position },
      priority,
    };
    const { body } = await sender.send(request, { signal, on });
    const records = (body as Record<string, unknown> | null)?.[items];
    if (!Array.isArray(records)) {
      throw new MusterError(`Cannot list ${path}: the server's answer is not a list: ${typeof records}.`);
    }
    return { records, last: records.length === 0 || nextMarker(body) === undefined };
  };
  const seen = new Set<string>();
  const fresh = (records: readonly T[]) => records.filter(({ id }) => !seen.has(id) && seen.add(id));
  let losses = 0;
  const again = (fact: string) => {
    if (++losses <= LOSSES) return;
    throw new MusterError(
      `Cannot list ${path}: ${fact} too often while it was read. Narrow the selection, or try again when less is changing.`,
    );
  };

  let first = await read();
  let until: string | undefined;
  for (;;) {
    let page = first, at = 0, back = 0, overlap = 0;
    const here = new Set<string>();
    for (;;) {
      if (at > 0 && overlap > 0 && !page.records.some(({ id }) => here.has(id))) {
        again("the place in it was lost");
        back = back === 0 ? Math.max(1, page.records.length) : back * 2;
        at = Math.max(0, at - back);
      } else {
        back = 0;
        page.records.forEach(({ id }) => here.add(id));
        const news = fresh(page.records);
        if (news.length > 0) yield news;
        if (page.last || page.records.some(({ updated }) => until !== undefined && updated < until)) break;
        overlap = overlapOf(page.records.length);
        at += page.records.length - overlap;
      }
      page = await read(at);
    }
    // One page is from one moment.
    if (at === 0) return;
    const now = await read();
    if (sameRecords(first.records, now.records)) return;
    again("its front changed");
    until = first.records[0]?.updated;
    first = now;
  }
}

interface Page<T> {
  readonly records: readonly T[];
  readonly last: boolean;
}

/** By how many records a page overlaps one of this length. */
const overlapOf = (length: number) => length < 2 ? 0 : Math.max(1, Math.min(20, length >> 2));

function sameRecords(some: readonly Changing[], others: readonly Changing[]): boolean {
  const signature = (records: readonly Changing[]) =>
    records.map(({ id, updated }) => `${id} ${updated}`).sort().join();
  return signature(some) === signature(others);
}
