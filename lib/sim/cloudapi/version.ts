/**
 * API version negotiation: which of the server's versions an `Accept-Version` range allows.
 *
 * @module
 */

/** The API versions of CloudAPI 9.20, newest first. */
export const API_VERSIONS = ["9.0.0", "8.0.0", "7.3.0", "7.2.0", "7.1.0", "7.0.0"] as const;
/** The versions of the resource routes that were added in 7.2 (NICs, disks, sub-user keys). */
export const SINCE_72 = ["7.2.0", "7.3.0", "8.0.0", "9.0.0"] as const;
/** The versions of the fabric routes. */
export const SINCE_73 = ["7.3.0", "8.0.0", "9.0.0"] as const;

type Triple = readonly [number, number, number];

const compare = (a: Triple, b: Triple) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
const triple = remembered((text: string): Triple => text.split(".").map(Number) as unknown as Triple);

const TERM = /^(~|\^|>=|<=|>|<|=|v)?\s*v?(\d+|[x*])(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?$/i;

/** One comparator as a half-open interval of versions; undefined if it is invalid. */
function interval(term: string): { from: Triple; to: Triple } | undefined {
  const whole = { from: [0, 0, 0] as Triple, to: [Infinity, 0, 0] as Triple };
  if (term === "" || term === "*") return whole;
  const match = TERM.exec(term);
  if (match === null) return undefined;
  const [, sign = "", ...parts] = match;
  const numbers = parts.map((part) => part === undefined || /[x*]/i.test(part) ? undefined : Number(part));
  const [major, minor, patch] = numbers;
  if (major === undefined) return whole;
  const from: Triple = [major, minor ?? 0, patch ?? 0];
  const nextMinor: Triple = minor === undefined ? [major + 1, 0, 0] : [major, minor + 1, 0];
  const next: Triple = patch === undefined ? nextMinor : [major, minor!, patch + 1];
  switch (sign) {
    case "~":
      return { from, to: nextMinor };
    case "^":
      return { from, to: [major + 1, 0, 0] };
    case ">=":
      return { from, to: whole.to };
    case ">":
      return { from: next, to: whole.to };
    case "<":
      return { from: whole.from, to: from };
    case "<=":
      return { from: whole.from, to: next };
    default:
      return { from, to: next };
  }
}

/** Whether a version is in an npm-style range such as `~9||~8`; false for an invalid range. */
export function versionInRange(version: string, range: string): boolean {
  const at = triple(version);
  return range.split("||").some((alternative) => {
    const terms = alternative.trim().replace(/(~|\^|>=|<=|>|<|=)\s+/g, "$1").split(/\s+/);
    return terms.every((term) => {
      const found = interval(term);
      return found !== undefined && compare(at, found.from) >= 0 && compare(at, found.to) < 0;
    });
  });
}

/** The newest of some versions that a range allows. */
export function negotiate(range: string, versions: readonly string[] = API_VERSIONS): string | undefined {
  return versions === API_VERSIONS ? newest(range) : newestOf(range, versions);
}

function newestOf(range: string, versions: readonly string[]): string | undefined {
  return [...versions].sort((a, b) => compare(triple(b), triple(a))).find((each) =>
    versionInRange(each, range)
  );
}

/** Called by every request, and with the same argument by each client. */
const newest = remembered((range: string) => newestOf(range, API_VERSIONS));

/** Caches a function of a text. If there are very many texts, some are computed again. */
function remembered<T>(answer: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (known.has(text)) return known.get(text)!;
    if (known.size > 500) known.clear();
    const made = answer(text);
    known.set(text, made);
    return made;
  };
}

/** Whether `version` is at least `other`. */
export const atLeast = (version: string, other: string): boolean =>
  compare(triple(version), triple(other)) >= 0;
