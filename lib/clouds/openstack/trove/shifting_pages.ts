/**
 * Lists of Trove whose order changes while they are read: backups, and from release 26 an operator's instances.
 *
 * They are sorted by the time of the last change, newest first, and the marker of a page is a position. What is deleted pulls the rest
 * forward, past the position asked for next; what changes jumps from where it was to the front.
 *
 * @module
 */
import { type ApiRequest, type ListingOptions, MusterError } from "../../../engine/mod.ts";
import { nextMarker } from "../../../http/page.ts";
import type { ListOf, Sender } from "./list_pages.ts";

/** What such a list holds. */
export interface Changing {
  readonly id: string;
  /** When it last changed: what the list is sorted by. UTC, without a zone. */
  readonly updated: string;
}

/** How often the place in a list may have been lost, or its front have changed, before the listing is given up. */
const LOSSES = 100;

/**
 * All pages of a list that is sorted by its last change. Each record is yielded once, as it was when it was first seen.
 *
 * A page reaches back into the one before it: as long as it holds a record of that, nothing was pulled past it; where it holds
 * none, the listing steps back until it does. After the last page the first one is read again. Where it differs, something may
 * have jumped over the reader, and is at the front now: so the front is read again, down to what did not change since. So no
 * record that is there from beginning to end is missed.
 *
 * @param list Where it is. `limit` is sent with each page where it is set.
 * @throws {MusterError} when the list changes faster than it can be read.
 */
export async function* shiftingPages<T extends Changing>(
  sender: Sender,
  { path, items, query, limit }: ListOf<T> & { limit?: number },
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
    // One page is one moment.
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

/** By how many records a page reaches back into one of this length. */
const overlapOf = (length: number) => length < 2 ? 0 : Math.max(1, Math.min(20, length >> 2));

function sameRecords(some: readonly Changing[], others: readonly Changing[]): boolean {
  const signature = (records: readonly Changing[]) =>
    records.map(({ id, updated }) => `${id} ${updated}`).sort().join();
  return signature(some) === signature(others);
}
