/**
 * Finds the kinds of things that an OpenAPI file lists, and picks one.
 *
 * @module
 */
import { nearest } from "../../engine/select/did_you_mean.ts";
import { oneLine } from "../../engine/text/visible.ts";
import { UsageError } from "../exit_codes.ts";
import { answerOf, type Operation, type SpecifiedApi } from "./operations.ts";
import type { SchemaShape } from "./schema.ts";
import { singularOf, wordParts } from "./words.ts";

/** A kind of thing, and its paths. */
export interface Kind {
  /** The name of one: `machine`. */
  readonly name: string;
  /** The path to create members and, without `listAt`, to list them: `/machines`. */
  readonly path: string;
  /** The path that lists whole records, if it is another: `/servers/detail`. */
  readonly listPath: string;
  /** The path of one member; undefined if there is none. */
  readonly memberPath: string | undefined;
  readonly list: Operation;
  /** The key that holds the records of a list; undefined if the answer is the list. */
  readonly items: string | undefined;
  /** The record in a list. */
  readonly record: SchemaShape;
}

const isParameter = (part: string) => /^\{[^}]*\}$/.test(part);
const PARAMETERS = /\{[^}]*\}/g;

/** Where a list has its records; undefined if the operation lists nothing. */
function listed(
  api: SpecifiedApi,
  operation: Operation,
): { items: string | undefined; record: SchemaShape } | undefined {
  const answer = answerOf(api, operation);
  const recordOf = (schema: unknown) => {
    const shape = api.schemas.shape(schema);
    if (shape.type !== "array") return undefined;
    const record = api.schemas.shape(shape.items);
    return record.type === "object" || record.properties.size > 0 ? record : undefined;
  };
  const whole = recordOf(operation.answer);
  if (whole) return { items: undefined, record: whole };
  const lists = [...answer.properties].flatMap(([name, { schema }]) => {
    const record = recordOf(schema);
    return record && !/links$/.test(name) ? [{ items: name, record }] : [];
  });
  const last = operation.path.split("/").findLast((part) => part !== "" && !isParameter(part));
  const named = lists.find(({ items }) => wordParts(items).join() === wordParts(last ?? "").join()) ??
    lists.find(({ items }) => /^(items|data|results|records|entries|value)$/i.test(items));
  return named ?? (lists.length === 1 ? lists[0] : undefined);
}

/** Every kind of thing that is listed. Those below another kind come last. */
export function kindsOf(api: SpecifiedApi): Kind[] {
  const kinds: Kind[] = [];
  const memberPaths = new Map<string, string>();
  for (const path of api.paths.keys()) {
    const at = path.lastIndexOf("/");
    const parent = path.slice(0, at);
    if (isParameter(path.slice(at + 1)) && !memberPaths.has(parent)) memberPaths.set(parent, path);
  }
  for (const [path, operations] of api.paths) {
    const parts = path.split("/").slice(1);
    const last = parts.at(-1)!;
    if (isParameter(last) || /^details?$/.test(last)) continue;
    const detail = ["detail", "details"].map((word) => `${path}/${word}`).find((one) => api.paths.has(one));
    const listPath = detail ?? path;
    const list = (detail && api.paths.get(detail)!.get("GET")) ?? operations.get("GET");
    const found = list && listed(api, list);
    if (!list || !found) continue;
    const memberPath = memberPaths.get(path);
    kinds.push({ name: singularOf(wordParts(last).join("-")), path, listPath, memberPath, list, ...found });
  }
  const weight = ({ path, memberPath }: Kind) =>
    (memberPath === undefined ? 1000 : 0) + 10 * (path.match(PARAMETERS)?.length ?? 0) +
    path.split("/").length;
  return kinds.sort((a, b) => weight(a) - weight(b));
}

const plain = (word: string) => singularOf(wordParts(word).join("")).toLowerCase();

/**
 * The kind with a name.
 *
 * @param kinds All kinds.
 * @param file The file's name, for messages.
 * @param name The wanted name: `machine`, `machines`, `Machine`.
 * @param path The path that lists it, if several do.
 * @throws {UsageError} when there is none, with the kind that may have been meant.
 */
export function findKind(
  api: SpecifiedApi,
  kinds: readonly Kind[],
  file: string,
  name: string,
  path: string | undefined,
): Kind {
  const cannot = (why: string) =>
    new UsageError(`Cannot describe ${oneLine(name)} of ${file}: ${why}`, "describe");
  if (path !== undefined) {
    const bare = path.replace(/(.)\/$/, "$1");
    const found = kinds.find((one) => one.path === bare || one.listPath === bare);
    if (found) return { ...found, name: singularOf(wordParts(name).join("-")) };
    if (api.paths.has(bare)) throw cannot(`GET ${oneLine(bare)} does not answer with a list of objects.`);
    const near = nearest(bare, api.paths.keys());
    throw cannot(
      `it has no path ${oneLine(bare)}.` + (near === undefined ? "" : ` Did you mean ${oneLine(near)}?`),
    );
  }
  const found = kinds.filter((one) => plain(one.name) === plain(name));
  if (found.length > 0) return found[0]!;
  if (kinds.length === 0) throw cannot(nothingListed(api));
  const names = namesOf(kinds);
  const bare = plain(name);
  const near = nearest(bare, names.map(plain)) ?? names.map(plain).find((one) => one.includes(bare));
  const meant = near === undefined ? undefined : names.find((one) => plain(one) === near);
  const there = pathsNamed(api, bare);
  throw cannot(
    there.length > 0
      ? `it has no path that lists them. The paths of that name are ${
        there.slice(0, 5).map(oneLine).join(", ")
      }, and ` +
        "GET on none of them answers with a list of objects."
      : `it lists no such kind. ` +
        (meant === undefined ? `It lists ${someOf(names)}.` : `Did you mean ${oneLine(meant)}?`),
  );
}

/** Why a file has no kinds. */
export function nothingListed({ schemas }: SpecifiedApi): string {
  const [foreign] = schemas.foreign;
  return foreign === undefined
    ? "none of its paths lists anything: no GET is said to answer with a list of objects."
    : `it is one of several files: it refers to ${
      oneLine(foreign)
    }. Make one file of them first, such as with ` +
      "`npx @redocly/cli bundle`.";
}

/** The names of kinds, without repeats. */
export const namesOf = (kinds: readonly Kind[]): string[] => [...new Set(kinds.map(({ name }) => name))];

/** The first names, and how many more there are. */
export function someOf(names: readonly string[], most = 30): string {
  const rest = names.length - most;
  return names.slice(0, most).map(oneLine).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** Other paths that list a kind of the same name. */
export function otherKinds(kinds: readonly Kind[], kind: Kind): string[] {
  return kinds.filter(({ name, path }) => name === kind.name && path !== kind.path).map(({ path }) => path);
}

function pathsNamed(api: SpecifiedApi, bare: string): string[] {
  return [...api.paths.keys()].filter((path) =>
    path.split("/").some((part) => !isParameter(part) && part !== "" && plain(part) === bare)
  );
}
