/** Names of several things that are made at once. @module */

/** `web-{n}` becomes `web-1`, `web-2`, …; without `{n}` the number is put behind, unless there is but one. */
export function numberedNames(pattern: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    if (pattern.includes("{n}")) return pattern.replaceAll("{n}", String(index + 1));
    return count === 1 ? pattern : `${pattern}-${index + 1}`;
  });
}
