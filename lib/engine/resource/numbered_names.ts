/** Names of several things that are created together. @module */

/** `web-{n}` becomes `web-1`, `web-2`, …. Without `{n}` the number is added at the end, unless there is only one. */
export function numberedNames(pattern: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    if (pattern.includes("{n}")) return pattern.replaceAll("{n}", String(index + 1));
    return count === 1 ? pattern : `${pattern}-${index + 1}`;
  });
}
