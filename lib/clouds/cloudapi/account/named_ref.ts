/**
 * References to things of an account: by id, by name, or by record.
 *
 * @module
 */
import { MusterError, SelectionError } from "../../../engine/mod.ts";
import { isUuid } from "../catalogue/resolve.ts";

/** The id or the name in a reference. */
export function textOf(what: string, ref: unknown): string {
  const text = typeof ref === "object" && ref !== null ? (ref as { id?: unknown }).id : ref;
  if (typeof text === "string" && text.trim() !== "") return isUuid(text) ? text.toLowerCase() : text;
  throw new MusterError(
    `Cannot use this as ${what}: it has no id and no name: ${JSON.stringify(ref) ?? String(ref)}`,
  );
}

/**
 * The id of a referenced thing. An id takes precedence over a name.
 *
 * @param what `a role`, for errors.
 * @param list Reads all of them. Called if a name was given.
 * @param nameOf Returns the name.
 * @throws {SelectionError} when none has this name.
 */
export async function idOf<T extends { readonly id: string }>(
  what: string,
  ref: unknown,
  list: () => Promise<readonly T[]>,
  nameOf: (one: T) => string,
): Promise<string> {
  const wanted = textOf(what, ref);
  if (isUuid(wanted)) return wanted;
  const all = await list();
  const found = all.find((one) => nameOf(one) === wanted);
  if (found) return found.id;
  const names = all.map(nameOf).sort().slice(0, 5).join(", ");
  throw new SelectionError(
    `Cannot find ${what}: there is none with this name: ${JSON.stringify(wanted)}${
      names === "" ? "" : `; there are ${names}`
    }`,
  );
}

/**
 * Refuses unknown fields of a specification.
 *
 * @param doing `create a user`, for errors.
 * @throws {MusterError} for a value that is not an object, and for unknown fields.
 */
export function checkFields(doing: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new MusterError(
      `Cannot ${doing}: what was given is not an object: ${JSON.stringify(given) ?? typeof given}`,
    );
  }
  for (const [field, value] of Object.entries(given)) {
    if (!known.includes(field)) {
      throw new MusterError(
        `Cannot ${doing}: the field ${field} does not exist. The fields are ${known.join(", ")}.`,
      );
    }
    if (value === undefined) throw new MusterError(`Cannot ${doing}: the value of ${field} is undefined.`);
  }
}

/**
 * Refuses a text that is missing.
 *
 * @throws {MusterError}
 */
export function checkText(doing: string, field: string, value: unknown): asserts value is string {
  if (typeof value === "string" && value !== "") return;
  throw new MusterError(
    `Cannot ${doing}: its ${field} is ${value === undefined ? "missing" : "not a text"}.`,
  );
}
