/**
 * JSON with exact whole numbers. Parameters of databases have limits such as 18446744073709547520, which a double
 * cannot hold: parsed and written again as a number they would change.
 *
 * @module
 */

/** Since ES2025 the reviver of `JSON.parse` receives the source text. */
type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
};

/** Sixteen digits in a row: a double always holds fewer digits exactly. */
const LONG = /\d{16}/;

/**
 * Parses JSON like `JSON.parse`, but a whole number that a double would change becomes a `bigint` with its exact value.
 * Every other number stays a `number`.
 *
 * @throws {SyntaxError} when the text is not JSON.
 */
export function parseExact(text: string): unknown {
  // Nearly every answer has no such number, and a reviver makes parsing several times slower.
  if (!LONG.test(text)) return JSON.parse(text);
  return parse(text, (_key, value, { source }) => {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
  });
}

/**
 * Serialises like `JSON.stringify`, and writes a `bigint` as a number.
 *
 * @param space As in `JSON.stringify`.
 */
export function stringifyExact(value: unknown, space?: number): string {
  const replace = (_key: string, part: unknown) => typeof part === "bigint" ? rawJSON(String(part)) : part;
  return JSON.stringify(value, replace, space);
}

/** A number with a fraction, by which servers in Python recognize a float: `2` is written as `2.0`. */
export function withFraction(value: number | bigint): unknown {
  return rawJSON(/^-?\d+$/.test(String(value)) ? `${value}.0` : String(value));
}

/**
 * The value in a form that plain `JSON.stringify` writes exactly, for code that does not know `bigint`.
 */
export function exactly(value: unknown): unknown {
  if (typeof value === "bigint") return rawJSON(String(value));
  if (Array.isArray(value)) return value.map(exactly);
  if (typeof value !== "object" || value === null || "toJSON" in value || isRawJSON(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, exactly(part)]));
}
