/**
 * Filters short lists that the server returns as a whole.
 *
 * @module
 */
import {
  checkConditions,
  type Described,
  type Endpoint,
  matches,
  MusterError,
  type Where,
} from "../../../engine/mod.ts";

/** A name or id, a pattern for names, or conditions on attributes. */
export type Picked<Rec> = string | RegExp | Where<Rec>;

/**
 * Filters records; without a condition it returns all. The condition is checked at once.
 *
 * @param method The method with the condition: `networks()`.
 * @throws {SelectionError} for a condition that is undefined, empty, or on an unknown attribute.
 */
export function finderIn<Rec extends { id: string }>(
  method: string,
  wanted: Picked<Rec> | undefined,
  described: Described,
): (all: readonly Rec[]) => Rec[] {
  if (wanted === undefined) return (all) => [...all];
  const where: unknown = typeof wanted === "string" || wanted instanceof RegExp ? { name: wanted } : wanted;
  checkConditions(method, where, described);
  const conditions = { tags: {}, where: [where] };
  return (all) =>
    typeof wanted === "string" && all.some((one) => one.id === wanted)
      ? all.filter((one) => one.id === wanted)
      : all.filter((one) => matches(described, one, conditions));
}

/** The list in an answer's body. */
export function listIn<Rec>(what: string, body: unknown): Rec[] {
  if (Array.isArray(body)) return body;
  throw new MusterError(`Cannot list ${what}: the server's answer is not a list: ${typeof body}`);
}

/** The selected records of a list whose path has the name of the method: `networks()`. */
export async function listMeant<Rec extends { id: string }>(
  endpoint: Endpoint,
  what: string,
  wanted: Picked<Rec> | undefined,
  described: Described,
): Promise<Rec[]> {
  const meant = finderIn<Rec>(`${what}()`, wanted, described);
  const { body } = await endpoint.send({ method: "GET", path: `/${what}` });
  return meant(listIn<Rec>(what, body));
}
