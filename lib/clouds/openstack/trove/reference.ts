/**
 * References to other things: by record, id, URL or name.
 *
 * @module
 */
import { MusterError } from "../../../engine/mod.ts";

/**
 * A thing of Trove: its record, its id, or its name.
 *
 * @example
 * ```ts
 * import { dbaas, type TroveRef } from "@muster/muster";
 *
 * const billing: TroveRef = "prod-billing"; // or an id, or a record
 * console.log((await dbaas("sim").instance(billing)).status);
 * ```
 */
export type TroveRef = string | { readonly id: string | number | null; readonly str_id?: string | undefined };

const UUID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** Whether a text is a UUID, with or without dashes. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * The text in a reference: the id of a record, the last part of a URL, or the text itself.
 *
 * @throws {MusterError} when it is empty.
 */
export function referenceText(kind: string, wanted: TroveRef): string {
  const given: unknown = typeof wanted === "object" && wanted !== null ? wanted.str_id ?? wanted.id : wanted;
  const text = typeof given === "number" ? String(given) : given;
  if (typeof text !== "string" || text === "") {
    throw new MusterError(
      `Cannot use this as a ${kind}: it has no id and no name: ${JSON.stringify(wanted)}`,
    );
  }
  return /^https?:\/\//.test(text) ? decodeURIComponent(text.replace(/\/+$/, "").split("/").at(-1)!) : text;
}
