/**
 * Turns words of an OpenAPI file into TypeScript: names, texts and comments. Anybody may have written the file, so
 * everything from it that is written goes through here.
 *
 * @module
 */
import { oneLine } from "../../engine/text/visible.ts";

/** A word's parts in lower case: `osServer-group` becomes os, server, group. */
export function wordParts(word: string): string[] {
  return word.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/).filter((part) => part !== "").map((part) => part.toLowerCase());
}

const capital = (part: string) => part[0]!.toUpperCase() + part.slice(1);

/** `osServerGroup`. Empty if nothing of the word can be in a name. */
export function camelOf(word: string): string {
  const [first = "", ...rest] = wordParts(word);
  const name = first + rest.map(capital).join("");
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** `OsServerGroup`. */
export const pascalOf = (word: string): string => capital(camelOf(word) || "thing");

/** The singular: `machine` for `machines`. */
export function singularOf(word: string): string {
  if (/(ss|us|is|news|series)$/i.test(word) || word.length < 4) return word;
  if (/ies$/i.test(word)) return word.replace(/ies$/i, "y");
  if (/(ses|xes|ches|shes|zes)$/i.test(word) && !/(ases|uses|enses|ches)$/i.test(word)) {
    return word.slice(0, -2);
  }
  return word.replace(/s$/i, "");
}

/** The plural: `policies`. */
export function pluralOf(word: string): string {
  if (/(s|x|ch|sh)$/i.test(word)) return `${word}es`;
  return /[^aeiou]y$/i.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** Names that the new file cannot use for its own things. */
const TAKEN = new Set(
  ("abstract any api arguments array as async await boolean break case catch class const continue date debugger declare " +
    "default delete deno describe do else enum eval export extends false finally for from function globalthis if " +
    "implements import in infinity instanceof interface json keepsecret let map math nan new null number object of package " +
    "private process promise protected public record regexp request response return set static string super switch symbol " +
    "this throw true try type typeof undefined unknown url var void while with yield all dbaas dc")
    .split(" "),
);

/** Gives out each name once. */
export class Names {
  readonly #given = new Set<string>();

  /** The name, or a similar one if it is taken. */
  take(wanted: string, instead: string): string {
    let name = wanted === "" ? instead : wanted;
    if (TAKEN.has(name.toLowerCase())) name = `${name}${/^[A-Z]/.test(name) ? "Record" : "Of"}`;
    const first = name;
    for (let n = 2; this.#given.has(name); n++) name = `${first}${n}`;
    this.#given.add(name);
    return name;
  }
}

/** A text as a string literal. */
export const literal = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** A property's name in a type or an object. */
export const property = (name: string): string => /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);

/** The access to a property: `.name`, `["os-name"]`. */
export const reached = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${literal(name)}]`;

/**
 * The first sentence of a text, for a comment; empty if there is none.
 *
 * @param longest The most letters.
 * @param whole Whether to take all sentences.
 */
export function sentence(text: string, longest = 100, whole = false): string {
  const line = oneLine((text.trim().split(/\n\s*\n/)[0] ?? "").replace(/\s+/g, " ")).trim();
  const first = whole ? line : /^(.{10,}?[.!?])(\s|$)/.exec(line)?.[1] ?? line;
  const short = first.length > longest ? `${first.slice(0, longest - 1).replace(/\s\S*$/, "")} …` : first;
  return short.replaceAll("*/", "* /");
}
