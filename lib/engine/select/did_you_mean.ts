/**
 * Suggestions for a misspelt word.
 *
 * @module
 */

/** How many letters to change, add, leave out or swap to turn one word into the other. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
      }
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}

/** The nearest of some words; undefined if none is near. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined, least = Infinity;
  for (const one of words) {
    const other = one.toLowerCase();
    const far = other.startsWith(wanted) && wanted.length > 1 ? 0.5 : distance(wanted, other);
    if (far < least) [best, least] = [one, far];
  }
  return least <= Math.max(1, Math.floor(word.length / 3)) ? best : undefined;
}

/** A sentence for the end of a message: `Did you mean x?`. If nothing is near, `otherwise`. */
export function didYouMean(word: string, words: Iterable<string>, otherwise = ""): string {
  const near = nearest(word, words);
  return near === undefined ? otherwise : `Did you mean ${near}?`;
}

/** The same inside a sentence: `did you mean x?`. If nothing is near, `there are x, y, z`. */
export function suggest(word: string, words: readonly string[], prefix = ""): string {
  const near = nearest(word, words);
  if (near !== undefined) return `did you mean ${prefix}${near}?`;
  return words.length === 0 ? "there are none" : `there are ${words.map((one) => prefix + one).join(", ")}`;
}
