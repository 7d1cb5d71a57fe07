/**
 * Finds our file and line for a place in a built file. It combines what each step of the build reports about where its
 * text came from.
 *
 * A map keeps only lines, with the column where each begins, because a map with all columns is four times as long.
 *
 * @module
 */

/** The text from `at` on came from this line and column. All count from 0. */
export interface Origin {
  readonly at: number;
  readonly line: number;
  readonly column: number;
}

/** A piece of an edited text: the original from `from` on, or new text. */
export interface Piece {
  readonly text: string;
  readonly from?: number;
}

/** An entry in a line of a map: the column, the source, and the line and column there. */
export type Segment = readonly [number, number, number, number];

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Reads the `mappings` of a source map: the segments of each line, without those that have no source. */
export function readMappings(mappings: string): Segment[][] {
  const now = [0, 0, 0, 0, 0];
  return mappings.split(";").map((line) => {
    now[0] = 0;
    const segments: Segment[] = [];
    for (const text of line === "" ? [] : line.split(",")) {
      const deltas = numbers(text);
      deltas.forEach((delta, part) => now[part]! += delta);
      if (deltas.length >= 4) segments.push([now[0]!, now[1]!, now[2]!, now[3]!]);
    }
    return segments;
  });
}

/** The numbers of a segment: five bits a digit; the sixth bit means that more follow; the lowest bit is the sign. */
function numbers(text: string): number[] {
  const found: number[] = [];
  let value = 0, shift = 0;
  for (const char of text) {
    const digit = DIGITS.indexOf(char);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    found.push(value & 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return found;
}

/** Writes `mappings`. */
export function writeMappings(lines: readonly (readonly Segment[])[]): string {
  const last = [0, 0, 0, 0];
  return lines.map((segments) => {
    last[0] = 0;
    return segments.map((segment) =>
      segment.map((value, part) => {
        const delta = value - last[part]!;
        last[part] = value;
        return digits(delta);
      }).join("")
    ).join(",");
  }).join(";");
}

function digits(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1, text = "";
  do {
    text += DIGITS[(rest & 31) | (rest > 31 ? 32 : 0)];
    rest >>= 5;
  } while (rest > 0);
  return text;
}

/** Where each line of a text begins. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The origins of a text that was made from one source, by the `mappings` of its map. */
export function originsOf(code: string, mappings: string): Origin[] {
  const starts = lineStarts(code);
  return readMappings(mappings).flatMap((segments, row) =>
    segments.map(([column, , line, original]) => ({ at: starts[row]! + column, line, column: original }))
  );
}

/** The last origin at or before a place. */
export function originAt(origins: readonly Origin[], place: number): Origin | undefined {
  let low = 0, high = origins.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (origins[middle]!.at <= place) low = middle + 1;
    else high = middle;
  }
  return origins[low - 1];
}

/** The origins of a text after edits. New text belongs to the text before it. */
export function afterEdit(origins: readonly Origin[], pieces: readonly Piece[]): Origin[] {
  const moved: Origin[] = [];
  let at = 0;
  for (const { text, from } of pieces) {
    if (from !== undefined) {
      const first = originAt(origins, from);
      if (first) moved.push({ ...first, at });
      for (const origin of origins) {
        if (origin.at > from && origin.at < from + text.length) {
          moved.push({ ...origin, at: at + origin.at - from });
        }
      }
    }
    at += text.length;
  }
  return moved;
}

/**
 * The map of a text that was made from other texts, for the sources of those. `modules` has the origins of each by its
 * number in the map, and where its lines begin. A segment is left out if the one before it has the same line of the
 * same source.
 */
export function throughModules(
  lines: readonly (readonly Segment[])[],
  modules: readonly { readonly origins: readonly Origin[]; readonly starts: readonly number[] }[],
): Segment[][] {
  return lines.map((segments) => {
    const kept: Segment[] = [];
    for (const [column, source, line, inner] of segments) {
      const { origins, starts } = modules[source]!;
      const origin = originAt(origins, starts[line]! + inner);
      const last = kept.at(-1);
      if (!origin || (last && last[1] === source && last[2] === origin.line)) continue;
      kept.push([column, source, origin.line, origin.column]);
    }
    return kept;
  });
}
