/**
 * JSON in which whole numbers beyond 2^53 stay what they are: read as bigint, written as their digits. Database
 * parameters have such limits, as 18446744073709547520.
 *
 * @module
 */

/** What JSON can say, with bigint for whole numbers a double cannot hold. */
export type Json = null | boolean | number | bigint | string | Json[] | { [key: string]: Json | undefined };

/** A JSON object. */
export type JsonObject = { [key: string]: Json | undefined };

// In V8, but not yet in TypeScript's library.
const exact = JSON as unknown as {
  rawJSON(text: string): unknown;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): Json;
};

/** @throws {SyntaxError} when the text is not JSON. */
export function parseExact(text: string): Json {
  return exact.parse(
    text,
    (_key, value, { source }) =>
      typeof value === "number" && !Number.isSafeInteger(value) && source !== undefined &&
        /^-?\d+$/.test(source)
        ? BigInt(source)
        : value,
  );
}

/** The value as JSON text; bigints as raw digits. */
export function stringifyExact(value: Json): string {
  return JSON.stringify(value, (_key, item) => typeof item === "bigint" ? exact.rawJSON(String(item)) : item);
}

/** Whether the value is a JSON object, and neither a list nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
