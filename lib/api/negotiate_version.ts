/**
 * Which version of an API is spoken, where each request names it in a header: the highest that both sides know.
 *
 * @module
 */
import { MusterError } from "../engine/errors.ts";
import type { Endpoint } from "../engine/resource/endpoint.ts";
import { oneLine } from "../engine/text/visible.ts";

/**
 * The versions that a server speaks.
 *
 * @example
 * ```ts
 * import type { SpokenVersions } from "@muster/muster";
 *
 * const spoken: SpokenVersions = { min: "2.1", max: "2.96" };
 * console.log(spoken.max);
 * ```
 */
export interface SpokenVersions {
  /** The lowest. */
  readonly min: string;
  /** The highest. */
  readonly max: string;
}

/**
 * Which versions of an API a description is for, and how the server is asked for its own. Versions are numbers with points
 * or hyphens between, such as `2.79` or `2026-11-01`.
 *
 * @example
 * ```ts
 * import { api, type VersionOptions } from "@muster/muster";
 *
 * const version: VersionOptions = {
 *   header: "farm-version",
 *   min: "1.4",
 *   max: "1.9",
 *   async discover(endpoint) {
 *     const { body } = await endpoint.send({ method: "GET", path: "/versions" });
 *     const { lowest, highest } = body as { lowest: string; highest: string };
 *     return { min: lowest, max: highest };
 *   },
 * };
 * console.log(String(api("farm", { url: "https://farm.example.com", version })));
 * ```
 */
export interface VersionOptions {
  /** The header that names the version. */
  readonly header: string;
  /** The lowest version that has all that the description uses. */
  readonly min: string;
  /** The highest version whose records are as the description has them. Default: `min`, and no other is spoken. */
  readonly max?: string;
  /** The header's value for a version. Default: the version. */
  readonly value?: (version: string) => string;
  /**
   * Asks the server which versions it speaks: once for each handle, before its first request, and without the header.
   * Undefined where the server has no versions at all.
   */
  readonly discover: (endpoint: Endpoint) => Promise<SpokenVersions | undefined>;
}

const numbersOf = (version: string) => version.split(/[.-]/).map(Number);

/** Whether a text is a version that can be compared. */
export const isVersion = (text: unknown): text is string =>
  typeof text === "string" && /^\d+([.-]\d+)*$/.test(text);

/** Below zero where the first is the lower one. */
export function versionOrder(one: string, other: string): number {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Asks the server, and gives the header that every request is to have.
 *
 * @param handle How the API's handle is written.
 * @param endpoint What the question is sent with.
 * @throws {MusterError} where the server speaks none of the versions, with both sides' versions.
 */
export async function negotiateVersion(
  handle: string,
  { header, min, max = min, value = (version) => version, discover }: VersionOptions,
  endpoint: Endpoint,
): Promise<Record<string, string>> {
  const cannot = (why: string) => new MusterError(`Cannot use ${handle}: ${why}`);
  const needs = max === min ? min : `a version from ${min} to ${max}`;
  const spoken = await discover(endpoint);
  if (spoken === undefined) throw cannot(`the server names no versions, and this needs ${needs}.`);
  const { min: least, max: most } = spoken;
  if (!isVersion(least) || !isVersion(most)) {
    const said = [least, most].map((one) => oneLine(JSON.stringify(one) ?? "nothing")).join(" and ");
    throw cannot(`discover of its version gave ${said}, which are not versions such as 2.79.`);
  }
  const best = versionOrder(max, most) <= 0 ? max : most;
  if (versionOrder(best, min) < 0) {
    throw cannot(
      `the server speaks the versions ${least} to ${most}, and this needs ${needs}. ` +
        "Use a later release of the server, or a description for its versions.",
    );
  }
  if (versionOrder(best, least) < 0) {
    throw cannot(
      `the server speaks the versions ${least} to ${most}, and this needs ${needs}. ` +
        "It has dropped them: use a description for its versions.",
    );
  }
  return { [header]: value(best) };
}
