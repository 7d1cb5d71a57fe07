/**
 * JSON with exact whole numbers: those beyond 2^53 are parsed as bigint and written as their digits. Database
 * parameters have such limits, for example 18446744073709547520.
 *
 * @module
 */

/** Any JSON value, with bigint for whole numbers that a double cannot hold. */
export type Json = null | boolean | number | bigint | string | Json[] | { [key: string]: Json | undefined };

/** A JSON object. */
export type JsonObject = { [key: string]: Json | undefined };

// V8 has it, but not yet TypeScript's library.
const exact = JSON as unknown as {
  rawJSON(text: string): unknown;
  parse(
    text: string,
    reviver: (this: object, key: string, value: unknown, context: { source?: string }) => unknown,
  ): Json;
};

/** For each parsed object, which of its whole numbers were written with a fraction or an exponent. */
const fractions = new WeakMap<object, Set<string>>();

/** Whether a number was written as a Python float: `2.0`, `2e0`, `2.5`, but not `2`. */
export function isFloat(holder: JsonObject, key: string): boolean {
  const value = holder[key];
  return typeof value === "number" &&
    (!Number.isInteger(value) || (fractions.get(holder)?.has(key) ?? false));
}

/** @throws {SyntaxError} when the text is not JSON. */
export function parseExact(text: string): Json {
  return exact.parse(text, function (this: object, key, value, { source }) {
    if (typeof value !== "number" || source === undefined) return value;
    if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) ? value : BigInt(source);
    const known = fractions.get(this);
    if (known) known.add(key);
    else fractions.set(this, new Set([key]));
    return value;
  });
}

/** The value as JSON text; bigints as plain digits. */
export function stringifyExact(value: Json): string {
  return JSON.stringify(value, (_key, item) => typeof item === "bigint" ? exact.rawJSON(String(item)) : item);
}

/** Whether the value is a JSON object, and not a list or null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
