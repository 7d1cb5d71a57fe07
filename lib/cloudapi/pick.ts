/**
 * Choosing from short lists that the server gives whole.
 *
 * @module
 */
import { checkConditions, matches, MusterError, type Where } from "../chain/mod.ts";

/** A name or id, a pattern for names, or conditions on attributes. */
export type Picked<Rec> = string | RegExp | Where<Rec>;

/**
 * The records that are meant; all of them where nothing is said.
 *
 * @throws {SelectionError} for a condition that is undefined or empty.
 */
export function pick<Rec extends { id: string }>(
  what: string,
  all: readonly Rec[],
  wanted: Picked<Rec> | undefined,
  names: (record: Rec) => readonly string[],
): Rec[] {
  if (wanted === undefined) return [...all];
  const where: unknown = typeof wanted === "string" || wanted instanceof RegExp ? { name: wanted } : wanted;
  checkConditions(what, where);
  if (typeof wanted === "string" && all.some((one) => one.id === wanted)) {
    return all.filter((one) => one.id === wanted);
  }
  return all.filter((one) => matches({ names }, one, { tags: {}, where: [where] }));
}

/** The list in an answer's body. */
export function listIn<Rec>(what: string, body: unknown): Rec[] {
  if (Array.isArray(body)) return body;
  throw new MusterError(`Cannot list ${what} as the server's answer holds no list: ${typeof body}`);
}
