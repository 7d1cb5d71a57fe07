/**
 * How people name another thing: by its record, its id, its address or its name.
 *
 * @module
 */
import { type Endpoint, MusterError, SelectionError } from "../../../engine/mod.ts";

/** A thing of Trove: its record, its id, or its name. */
export type Ref = string | { readonly id: string | number | null; readonly str_id?: string | undefined };

const UUID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** Whether a text is a UUID, with or without dashes. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * What a reference says: the id of a record, the last part of an address, or the text itself.
 *
 * @throws {MusterError} when it says nothing.
 */
export function referenceText(kind: string, wanted: Ref): string {
  const given: unknown = typeof wanted === "object" && wanted !== null ? wanted.str_id ?? wanted.id : wanted;
  const text = typeof given === "number" ? String(given) : given;
  if (typeof text !== "string" || text === "") {
    throw new MusterError(
      `Cannot use this as a ${kind}: it has no id and no name: ${JSON.stringify(wanted)}`,
    );
  }
  return /^https?:\/\//.test(text) ? decodeURIComponent(text.replace(/\/+$/, "").split("/").at(-1)!) : text;
}

/**
 * The one of a list that has this id, or else this name.
 *
 * @throws {SelectionError} when there is none, or more than one of this name.
 */
export function findByIdOrName<T>(
  kind: string,
  place: Pick<Endpoint, "name">,
  all: readonly T[],
  wanted: string,
  facts: (one: T) => { ids: readonly string[]; name: string },
): T {
  const byId = all.find((one) => facts(one).ids.includes(wanted));
  if (byId !== undefined) return byId;
  const named = all.filter((one) => facts(one).name === wanted);
  if (named.length === 1) return named[0]!;
  const names = [...new Set(all.map((one) => facts(one).name))];
  const shown = names.slice(0, 12).join(", ") + (names.length > 12 ? ", …" : "");
  throw new SelectionError(
    named.length === 0
      ? `Cannot find the ${kind} in ${place.name}: there is none with this id or name: ${
        JSON.stringify(wanted)
      }` +
        (names.length > 0 ? `; there are ${shown}` : "; there are none")
      : `Cannot tell which ${kind} in ${place.name} is meant: ${named.length} have the name ` +
        `${JSON.stringify(wanted)}: ${named.slice(0, 5).map((one) => facts(one).ids[0]).join(", ")}`,
  );
}
