/**
 * Names of instances.
 *
 * @module
 */
import { MusterError, numberedNames } from "../../../../engine/mod.ts";

/**
 * Checks a name as the API does: 1 to 255 characters, at least one of them a letter or digit.
 *
 * @throws {MusterError} for any other name.
 */
export function checkName(name: unknown): asserts name is string {
  if (typeof name === "string" && [...name].length <= 255 && /[a-zA-Z0-9]/.test(name)) return;
  throw new MusterError(
    `Cannot use ${
      JSON.stringify(name)
    } as a name: a name has 1 to 255 characters, at least one of them a letter or digit.`,
  );
}

/**
 * The names of `count` things: `db-{n}` becomes `db-1`, `db-2`, …. Without a pattern the number is added at the end.
 *
 * @throws {MusterError} when the API does not accept a name, or the count is invalid.
 */
export function namesOf(pattern: string | undefined, count: number, prefix = "db"): string[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new MusterError(`Cannot create anything: count is not a whole number above zero: ${count}`);
  }
  const stem = pattern ?? `${prefix}-${crypto.randomUUID().slice(0, 8)}`;
  const names = numberedNames(stem, count);
  names.forEach(checkName);
  return names;
}
