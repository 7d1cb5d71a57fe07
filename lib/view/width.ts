/**
 * The width of text on a terminal.
 *
 * Written here instead of taken from a package, because it must be available at once while drawing, even if no package
 * can be loaded. A test compares it with a package.
 *
 * @module
 */
import { oneLine } from "../engine/text/visible.ts";

export { oneLine };

/** Letters and the signs that views draw with: one column each. */
const PLAIN =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u2713\u2717\u2800-\u28ff]*$/;
let segmenter: Intl.Segmenter | undefined;

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), (one) => one.segment);
}

// In functions, because compiling these patterns at every start takes half a millisecond.
/** East Asian wide and full-width characters, and signs that are drawn as pictures: two columns. */
const isWide = (grapheme: string) =>
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}\ufe0f]/u
    .test(grapheme);
/** Marks that sit on another character, and invisible characters. */
const isInvisible = (grapheme: string) => /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}\u115f]*$/u.test(grapheme);

const widthOfGrapheme = (grapheme: string) => isInvisible(grapheme) ? 0 : isWide(grapheme) ? 2 : 1;

/** The columns that a text without colour codes takes. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemes(text)) width += widthOfGrapheme(grapheme);
  return width;
}

/** As much of a text as fits, with `…` if something is left out. */
export function fit(text: string, columns: number): string {
  if (columns <= 0) return "";
  // Twice the columns is enough of any text to see that it does not fit.
  if (PLAIN.test(text)) return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
  if (widthOf(text) <= columns) return text;
  let width = 0;
  let fitting = "";
  for (const grapheme of graphemes(text)) {
    const more = widthOfGrapheme(grapheme);
    if (width + more > columns - 1) break;
    width += more;
    fitting += grapheme;
  }
  return `${fitting}…`;
}

/** A text with spaces behind it up to a width. */
export function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/** Pieces with a separator between them, broken into lines that fit. */
export function flow(pieces: readonly string[], separator: string, columns: number): string[][] {
  const lines: string[][] = [];
  let width = 0;
  for (const piece of pieces) {
    const more = widthOf(piece) + (width === 0 ? 0 : widthOf(separator));
    if (width > 0 && width + more <= columns) {
      lines.at(-1)!.push(piece);
      width += more;
    } else {
      lines.push([piece]);
      width = widthOf(piece);
    }
  }
  return lines;
}

/** Words broken into lines that fit, each with an indent. */
export function wrap(text: string, indent: string, columns: number): string[] {
  const room = Math.max(16, columns - indent.length);
  return flow(text.split(" "), " ", room).map((words) => indent + fit(words.join(" "), room));
}

/** A line of a command's output: colours are dropped, tabs become spaces, and everything else is escaped. */
export function outputLine(text: string): string {
  // deno-lint-ignore no-control-regex
  return oneLine(text.replace(/\x1b\[[0-9;:]*m/g, "").replace(/[\r\n]+$/, "").replaceAll("\t", "    "));
}
