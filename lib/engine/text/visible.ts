/**
 * Makes text from outside safe to show: what a terminal would obey or hide is escaped.
 *
 * Names, tags, states and messages come from a server, and some of them from hostile people. A control character could
 * move the cursor or paint over the output, an override changes the direction of the text after it, a line break fakes
 * one of our lines, and an invisible character makes two names look alike. This file has the one rule for all outputs.
 * Secrets are left out in the same places (`secrets.ts`).
 *
 * @module
 */
import { concealed } from "./secrets.ts";

/** Most texts need no escapes. */
const isPlain = (text: string) => /^[\x20-\x7e]*$/.test(text);

/**
 * Control characters, line and paragraph separators, lone surrogates, and characters without a width: joiners, marks
 * and overrides of direction, variation selectors, tags. The variation selector that makes an emoji of the
 * character before it stays.
 */
const hidden = () =>
  /(?<!\p{Extended_Pictographic})\ufe0f|(?!\ufe0f)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

const escaped = (char: string): string => {
  const code = char.codePointAt(0)!;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
};

/** Text on one line: a line break is escaped as well, as `\n`. For every name, cell and message. */
export function oneLine(said: string): string {
  const text = concealed(said);
  if (isPlain(text)) return text;
  return text.replace(hidden(), (char) => char === "\n" ? "\\n" : escaped(char));
}

/** The words of a foreign text, with one blank between them. Line breaks and control characters are left out. */
export function words(said: string): string {
  return concealed(said).replace(hidden(), " ").replace(/\s+/g, " ").trim();
}

/** Text that may have lines, with either line ending, and tabs. For a whole text, such as a task's result. */
export function manyLines(said: string): string {
  const text = concealed(said);
  if (isPlain(text)) return text;
  return text.replace(
    hidden(),
    (char, at: number, whole: string) =>
      char === "\n" || char === "\t" || (char === "\r" && whole[at + 1] === "\n") ? char : escaped(char),
  );
}

/** Escapes the message of a foreign error, which may quote a server, and those of its causes. */
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

/**
 * Our own sequences in a text for a terminal: colours, and those with which the live view moves, clears and turns
 * wrapping off.
 */
const OURS = () =>
  // deno-lint-ignore no-control-regex
  /\x1b\[(?:[0-9;]*m|[0-9]+A|J|\?7[lh])|\r(?=\x1b\[)/g;

/**
 * The last check of a text before it goes to a terminal: lines and our own colours stay, everything else is escaped.
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

/** JSON that is equally safe to show, and parses to the same value. */
export function visibleJson(value: unknown, space?: number): string {
  const written = JSON.stringify(value, undefined, space);
  if (written === undefined) return written;
  const text = concealed(written);
  if (isPlain(text)) return text;
  // Only strings can hold such characters, except for the line breaks of indented JSON.
  return text.replace(
    hidden(),
    (char) =>
      char === "\n" ? char : Array.from(
        { length: char.length },
        (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`,
      ).join(""),
  );
}
