/**
 * Lists in pages, each with the kind of marker that it really has.
 *
 * @module
 */
import type { Json } from "../../exact_json.ts";
import type { Call } from "./call.ts";

/** The default number of records in a page, which is also the maximum for instances, databases and users. */
export const PAGE = 20;

/** A page: its items and, while there is more, `links` with the `next` one. */
export interface Page<T> {
  items: T[];
  links: { links?: Json };
}

/** The `next` link: the query as it came, with another marker; https whatever the request was. */
function next(call: Call, marker: string): { links: Json } {
  const query = new URLSearchParams(call.query);
  query.set("marker", marker);
  return { links: [{ rel: "next", href: `https://${call.facts.host}${call.facts.path}?${query}` }] };
}

/**
 * A page of a list that is sorted by a key, after the marker. A `limit` below 1, or one that is not a number, is a
 * crash, as in the real server.
 *
 * @param toMarker Makes the marker from the key. Default: the key itself.
 */
export function keyPage<T>(
  call: Call,
  sorted: readonly T[],
  key: (item: T) => string,
  codec: { write(key: string): string; read(marker: string): string } = { write: (s) => s, read: (s) => s },
): Page<T> {
  const said = call.query.get("limit");
  const asked = said === null ? PAGE : Number(said);
  if (!Number.isInteger(asked) || asked < 1) throw call.crash();
  const size = Math.min(asked, PAGE);
  const marker = call.query.get("marker");
  const after = marker === null ? undefined : codec.read(marker);
  const rest = after === undefined ? sorted : sorted.filter((item) => key(item) > after);
  const items = rest.slice(0, size);
  return { items, links: rest.length > size ? next(call, codec.write(key(items.at(-1)!))) : {} };
}

/**
 * A page of a list that is sorted by its last change, newest first; its marker is how many came before. Backups have
 * it, and an operator's instances since release 26. It has as many records as asked for. A full page says that there is
 * more, even if the next one is empty, and `limit=0` never advances.
 */
export function changePage<T extends { readonly updated: number }>(call: Call, all: readonly T[]): Page<T> {
  const size = Number(call.query.get("limit") || PAGE);
  const offset = Number(call.query.get("marker") || 0);
  if (!Number.isInteger(size) || size < 0 || !Number.isInteger(offset) || offset < 0) throw call.crash();
  const second = (one: T) => Math.floor(one.updated / 1000);
  const items = [...all].sort((a, b) => second(b) - second(a)).slice(offset, offset + size);
  return { items, links: items.length === size ? next(call, String(offset + size)) : {} };
}
