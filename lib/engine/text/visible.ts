/**
 * Text from outside, made harmless to look at: whatever a terminal would obey, or would not show, is written out.
 *
 * Names, tags, states and messages come from a server, and some of them from people who may mean ill. A control character
 * could move the cursor or paint over what was said, an override turns the direction of what follows, a line break fakes a
 * line of ours, and an invisible character makes two names look alike. There is one rule for all outputs, here, and by the
 * same ways no secret leaves (`secrets.ts`).
 *
 * @module
 */
import { concealed } from "./secrets.ts";

/** Nothing in it needs to be written out: most text. */
const isPlain = (text: string) => /^[\x20-\x7e]*$/.test(text);

/**
 * Control characters, line and paragraph separators, lone surrogates, and what has no width of its own: joiners, marks and
 * overrides of direction, variation selectors, tags. The selector that makes a picture of a sign is left where it does.
 */
const hidden = () =>
  /(?<!\p{Extended_Pictographic})\ufe0f|(?!\ufe0f)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

const escaped = (char: string): string => {
  const code = char.codePointAt(0)!;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
};

/** Text on one line: a line break in it is written out as well, as `\n`. For every name, cell and message. */
export function oneLine(said: string): string {
  const text = concealed(said);
  if (isPlain(text)) return text;
  return text.replace(hidden(), (char) => char === "\n" ? "\\n" : escaped(char));
}

/** A foreign text's words, with one blank between them: line breaks and what a terminal would obey are left out. */
export function words(said: string): string {
  return concealed(said).replace(hidden(), " ").replace(/\s+/g, " ").trim();
}

/** Text that may have lines, ended in either way, and tabs in them. For what is a text as a whole, such as a task's result. */
export function manyLines(said: string): string {
  const text = concealed(said);
  if (isPlain(text)) return text;
  return text.replace(
    hidden(),
    (char, at: number, whole: string) =>
      char === "\n" || char === "\t" || (char === "\r" && whole[at + 1] === "\n") ? char : escaped(char),
  );
}

/** An error of somebody else's, whose message may hold a server's words, made as harmless; its causes too. */
export function tame(error: unknown): unknown {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++) {
    if (manyLines(at.message) === at.message) continue;
    try {
      const { stack } = at;
      at.message = oneLine(at.message);
      if (stack !== undefined) at.stack = manyLines(stack);
    } catch { /* it is frozen: then it stays as it is */ }
  }
  return error;
}

/** What is ours in a text for a terminal: colours, and how the live view moves, clears and does not wrap. */
const OURS = () =>
  // deno-lint-ignore no-control-regex
  /\x1b\[(?:[0-9;]*m|[0-9]+A|J|\?7[lh])|\r(?=\x1b\[)/g;

/**
 * The last look at a text before it leaves for a terminal: lines and our own colours stay, whatever else may have slipped
 * through is written out.
 */
export function guarded(said: string): string {
  const text = concealed(said);
  if (isPlain(text)) return text;
  let safe = "";
  let from = 0;
  for (const own of text.matchAll(OURS())) {
    safe += manyLines(text.slice(from, own.index)) + own[0];
    from = own.index + own[0].length;
  }
  return safe + manyLines(text.slice(from));
}

/** JSON that is as harmless to look at, and reads as the same value. */
export function visibleJson(value: unknown, space?: number): string {
  const written = JSON.stringify(value, undefined, space);
  if (written === undefined) return written;
  const text = concealed(written);
  if (isPlain(text)) return text;
  // Only strings hold any of them, but for the line breaks of an indented text.
  return text.replace(
    hidden(),
    (char) =>
      char === "\n" ? char : Array.from(
        { length: char.length },
        (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`,
      ).join(""),
  );
}
