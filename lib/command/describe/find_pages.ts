/**
 * Finds out how an API lists, by the names of the parameters.
 *
 * @module
 */
import { answerOf, type Operation, type SpecifiedApi } from "./operations.ts";
import type { Schemas, SchemaShape } from "./schema.ts";
import { literal, property, reached, wordParts } from "./words.ts";

/** How to read a list, as text. */
export interface Pages {
  /** The function that makes the pages: `offsetPages`. */
  readonly maker: string;
  /** Its options, one on each line, without the filters. */
  readonly options: readonly string[];
  /** What a person has to decide about it, as sentences. */
  readonly decide: readonly string[];
  /** The attributes by which the server filters. */
  readonly filters: readonly string[];
}

const bare = (name: string) => wordParts(name).join("_");

const LIMIT =
  /^(limit|per_page|page_size|page_limit|count|max_results|max_items|results_per_page|size|take|top)$/;
const OFFSET = /^(offset|skip|start|start_index|from)$/;
const PAGE = /^(page|page_number|page_no|page_index)$/;
const CURSOR = /^(cursor|page_token|next_token|continuation_token|continue|token|after|starting_after|next)$/;
/** Names of the field with which an answer points to the next page. */
const NEXT =
  /^(next|next_page|next_cursor|next_page_token|next_token|cursor|continue|continuation_token|next_marker|after|end_cursor)$/;

/** How the list is read. */
export function findPages(
  api: SpecifiedApi,
  list: Operation,
  items: string | undefined,
  record: SchemaShape,
): Pages {
  const { schemas } = api;
  const query = list.parameters.filter((one) => one.in === "query");
  const named = (pattern: RegExp) => query.find(({ name }) => pattern.test(bare(name)));
  const [limit, offset, page, cursor, marker] = [LIMIT, OFFSET, PAGE, CURSOR, /^marker$/].map(named);
  const paging = new Set([limit, offset, page, cursor, marker]);
  const filters = query.filter((one) => !paging.has(one) && isFilter(schemas, one, record)).map(({ name }) =>
    name
  );
  const from = items === undefined ? [] : [`items: ${literal(items)},`];
  const most = limit && schemas.shape(limit.schema).maximum;
  const size = Math.max(2, Math.min(100, most ?? 100));
  const answer = answerOf(api, list);
  const next = nextIn(schemas, answer);
  if (limit && offset) {
    const names = [
      ...limit.name === "limit" ? [] : [`limit: ${literal(limit.name)}`],
      ...offset.name === "offset" ? [] : [`offset: ${literal(offset.name)}`],
    ];
    return {
      maker: "offsetPages",
      options: [
        ...from,
        `limit: ${size},`,
        ...names.length > 0 ? [`parameters: { ${names.join(", ")} },`] : [],
      ],
      decide: [],
      filters,
    };
  }
  if (marker && items !== undefined) {
    return { maker: "markerPages", options: from, decide: [], filters };
  }
  const follows = cursor ?? page ?? marker;
  if (list.headers.includes("link")) return { maker: "linkPages", options: from, decide: [], filters };
  if (follows && next) {
    return {
      maker: "cursorPages",
      options: [
        ...from,
        `parameter: ${literal(follows.name)},`,
        `next: (body) => {`,
        `  const next = (body as ${next.type})${next.way};`,
        `  return next === undefined || next === null ? undefined : String(next);`,
        `},`,
      ],
      decide: [
        `An answer is taken to name the next page in ${next.words}, as a value of the parameter ${follows.name}.`,
      ],
      filters,
    };
  }
  if (follows) {
    return {
      maker: "cursorPages",
      options: [
        ...from,
        `parameter: ${literal(follows.name)},`,
        `next: (): string | undefined => {`,
        `  throw new Error("How an answer names the next page is not decided yet: see next of list.");`,
        `},`,
      ],
      decide: [
        `There are pages (${follows.name}), and the file does not say how an answer names the next one. Until it is ` +
        `decided a list is refused, because its first page alone would look like all of it.`,
      ],
      filters,
    };
  }
  return {
    maker: "onePage",
    options: from,
    decide: ["The file names no pages, so one answer is taken for the whole list."],
    filters,
  };
}

/** Whether a parameter has the name of a property with a single value. */
function isFilter(
  schemas: Schemas,
  { name, schema }: { name: string; schema: unknown },
  record: SchemaShape,
): boolean {
  const field = record.properties.get(name);
  if (field === undefined) return false;
  const scalar = (shape: SchemaShape) => ["string", "number", "boolean"].includes(shape.type);
  const asked = schemas.shape(schema);
  return scalar(schemas.shape(field.schema)) &&
    (scalar(asked) || (asked.type === "array" && scalar(schemas.shape(asked.items))));
}

/** The field that points to the next page: at the top of an answer, or within `meta`, `pagination` and similar ones. */
function nextIn(
  schemas: Schemas,
  answer: SchemaShape,
  depth = 0,
): { type: string; way: string; words: string } | undefined {
  for (const [name, { schema }] of answer.properties) {
    const { type } = schemas.shape(schema);
    if (NEXT.test(bare(name)) && (type === "string" || type === "number")) {
      return { type: `{ ${property(name)}?: ${type} | null }`, way: reached(name), words: name };
    }
  }
  if (depth >= 2) return undefined;
  for (const [name, { schema }] of answer.properties) {
    const inner = schemas.shape(schema);
    if (
      inner.type !== "object" ||
      !/^(meta|metadata|pagination|paging|page|page_info|list_meta)$/.test(bare(name))
    ) continue;
    const found = nextIn(schemas, inner, depth + 1);
    if (found) {
      return {
        type: `{ ${property(name)}?: ${found.type} }`,
        way: reached(name).startsWith("[")
          ? `?.${reached(name)}?${found.way}`
          : `${reached(name)}?${found.way.startsWith("[") ? `.${found.way}` : found.way}`,
        words: `${name}.${found.words}`,
      };
    }
  }
  return undefined;
}
