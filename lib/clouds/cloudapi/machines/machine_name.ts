/**
 * Names of machines.
 *
 * @module
 */
import { MusterError, numberedNames } from "../../../engine/mod.ts";

/**
 * Checks a name as the API does: 1 to 189 letters, digits, dots, dashes and underscores.
 *
 * @throws {MusterError} for any other name.
 */
export function checkName(name: unknown): asserts name is string {
  if (typeof name !== "string" || !/^[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,187}[a-zA-Z0-9])?$/.test(name)) {
    throw new MusterError(
      `Cannot name a machine ${JSON.stringify(name)}: a name has 1 to 189 letters, digits, dots, dashes or ` +
        `underscores, and begins and ends with a letter or digit.`,
    );
  }
}

/** The server replaces this by the first eight characters of the new machine's id (sdc-cloudapi `CreateMachine`). */
export const SHORT_ID = "{{shortId}}";

/**
 * The names of `count` machines: `web-{n}` becomes `web-1`, `web-2`, …. Without a pattern the number is added at the
 * end.
 *
 * @throws {MusterError} when the API does not accept a name.
 */
export function namesOf(pattern: string | undefined, count: number): string[] {
  const stem = pattern ?? `m-${crypto.randomUUID().slice(0, 8)}`;
  const names = numberedNames(stem, count);
  for (const name of names) checkName(name.replaceAll(SHORT_ID, "00000000"));
  return names;
}
