/**
 * Reads a selection: all its pages, with each record tested here and every member only once.
 *
 * @module
 */
import { refuseUnknown } from "./check_conditions.ts";
import { type AnyResource, saysGone } from "../resource/describe.ts";
import type { Wanted, WireListener } from "../resource/listing.ts";
import type { ApiResponse, Endpoint } from "../resource/endpoint.ts";
import { ApiError, type SelectionError, TransportError } from "../errors.ts";
import { NearNames, noneNamed, severalNamed } from "./find_by_name.ts";
import { matches, saysSomething, type SelectionConditions, showConditions, wanted } from "./conditions.ts";

/** Where a chain's members come from. */
export type Source =
  /** The API's list. */
  | { readonly kind: "list" }
  /** One member, by id or name. */
  | { readonly kind: "one"; readonly which: string }
  /** These ids and no others. */
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  /** Members that do not exist yet: one for each name. */
  | { readonly kind: "create"; readonly spec: unknown; readonly names: readonly string[] };

/** The parts that reading needs. */
export interface Reading {
  readonly resource: AnyResource;
  readonly endpoint: Endpoint;
  readonly source: Source;
  readonly conditions: SelectionConditions;
  readonly signal?: AbortSignal | undefined;
  readonly on?: WireListener | undefined;
  /** Whether the members will be changed. If so, a name must belong to one member only. */
  readonly acting?: boolean;
  /** Called for each record that is read, whether it is selected or not. */
  readonly see?: ((record: object) => void) | undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** For more ids than this the list is read, instead of each member. */
const GET_AT_MOST = 20;

/** One member's record; undefined if it is gone. */
export async function readOne(
  { resource, endpoint, signal, on }: Pick<Reading, "resource" | "endpoint" | "signal" | "on">,
  id: string,
  priority: "action" | "poll" = "action",
): Promise<object | undefined> {
  const request = resource.get(id);
  const answer = await endpoint.send(
    { ...request, priority, accept: [...(request.accept ?? []), ...resource.gone.statuses] },
    { signal, on },
  );
  // The "gone" status may have a body (CloudAPI's 410 has the machine), but the member is gone.
  if (saysGone(resource, answer)) return undefined;
  if (answer.status >= 400) throw notAboutIt(resource, id, answer);
  const record = resource.read(answer.body);
  const read = resource.id(record);
  if (read.toLowerCase() === id.toLowerCase()) return record;
  throw new TransportError(
    `Cannot read ${resource.kind} ${id}: the server answered with another one, ${read}. Try again.`,
    "unknown",
  );
}

/** The error for a status that could mean "gone" but has another reason. */
function notAboutIt({ kind }: AnyResource, id: string, { status, code = "" }: ApiResponse): ApiError {
  const request = `GET ${kind} ${id}`;
  return new ApiError(
    `Cannot read ${kind} ${id}: the server refused it, but does not say that it is gone: ${status} ${code}.`,
    { status, code, request },
  );
}

/** The records of a selection, page by page, each only once. */
export async function* read(reading: Reading): AsyncGenerator<object[]> {
  const { resource, conditions } = reading;
  if (resource.fields || conditions.where.length === 0) return yield* records(reading, () => {});
  // If the description does not list the attributes, the records show them.
  const had = new Set<string>();
  yield* records(reading, (record) => {
    for (const key in record) had.add(key);
  });
  if (had.size === 0) return;
  for (const key of conditions.where.flatMap((where) => Object.keys(where))) {
    const known = had.has(key) || (key === "tags" && resource.tags) || (key === "name" && resource.names);
    if (!known) refuseUnknown("where()", resource, key, [...had]);
  }
}

async function* records(reading: Reading, see: (record: object) => void): AsyncGenerator<object[]> {
  const { resource, endpoint, source, conditions } = reading;
  const fits = (record: object) => {
    see(record);
    reading.see?.(record);
    return matches(resource, record, conditions);
  };
  if (source.kind === "create") return;
  if (source.kind === "one") {
    yield [await readNamed(reading, source.which)].filter(fits);
    return;
  }
  if (source.kind === "ids" && source.ids.length <= GET_AT_MOST) {
    const found = await Promise.all([...new Set(source.ids)].map((id) => readOne(reading, id)));
    yield found.filter((record) => record !== undefined).filter(fits);
    return;
  }
  const only = source.kind === "ids" ? new Set(source.ids) : undefined;
  const query = only ? undefined : resource.list.query?.(wanted(conditions));
  const seen = new Set<string>();
  const pages = resource.list.pages(endpoint, query, {
    priority: "action",
    signal: reading.signal,
    on: reading.on,
  });
  for await (const page of pages) {
    const fresh: object[] = [];
    for (const record of page) {
      const id = resource.id(record);
      if (seen.has(id) || (only && !only.has(id))) continue;
      seen.add(id);
      if (fits(record)) fresh.push(record);
    }
    yield fresh;
  }
  // A list may omit what a GET still shows, such as a failed machine.
  const missing = only ? [...only].filter((id) => !seen.has(id)) : [];
  if (missing.length > 0) {
    const found = await Promise.all(missing.map((id) => readOne(reading, id)));
    yield found.filter((record) => record !== undefined).filter(fits);
  }
}

/** Whether a text is an id of a resource rather than a name. */
export function isId(resource: AnyResource, text: string): boolean {
  return (resource.isId ?? ((one) => UUID.test(one)))(text);
}

/**
 * The member with an id or a name. A text that looks like an id is used as an id if such a member exists, otherwise as
 * a name.
 *
 * If the member will be changed, all members of that name count, in every state: the list may omit the one that is
 * meant unless it is asked for.
 */
async function readNamed(reading: Reading, which: string): Promise<object> {
  const { resource, endpoint, acting } = reading;
  const looksLikeId = isId(resource, which);
  if (looksLikeId) {
    try {
      const record = await readOne(reading, which);
      if (record) return record;
    } catch (error) {
      // Some servers refuse a text that is not an id, instead of answering that there is none.
      if (!(error instanceof ApiError && [400, 404, 422].includes(error.status))) throw error;
    }
  }
  const near = new NearNames(which);
  const usual = acting
    ? undefined
    : await readByName(reading, which, wanted({ tags: {}, where: [{ name: which }] }), near);
  // A list may omit members in a bad state, and those are often the ones that somebody looks for by name.
  const { found: called } = usual && usual.found.length > 0
    ? usual
    : await readByName(reading, which, everyone(which), near, usual);
  const found = called.length === 0 && resource.isShortId?.(which)
    ? await beginning(reading, which.toLowerCase())
    : called;
  const [record] = found;
  if (record && found.length === 1) return record;
  const meant = acting || found.length === 0 ? undefined : resource.prefer?.(found);
  if (meant) return meant;
  throw found.length === 0
    ? noneNamed(resource.kind, endpoint.name, which, near, looksLikeId)
    : ambiguous(reading, which, found);
}

function ambiguous({ resource, endpoint }: Reading, which: string, found: readonly object[]): SelectionError {
  const facts = found.map((one) => {
    const names = resource.names?.(one) ?? [];
    const more = [...names.length > 1 ? [resource.id(one)] : [], resource.state(one)].join(", ");
    return `${names.length > 1 ? names[1] : resource.id(one)} (${more})`;
  });
  return severalNamed(resource.kind, endpoint.name, which, facts);
}

/** All members of a name, including those that a list omits by default, in any state, whatever they belong to. */
const everyone = (name: string): Wanted => ({
  tags: {},
  attributes: { name },
  allows: (attribute, value) => attribute === "name" ? value === name : true,
});

/** The members that a list shows for a name. */
interface Named {
  readonly found: object[];
  readonly query: string;
}

/** The members of a name. What was listed `before` with the same query is not listed again. */
async function readByName(
  reading: Reading,
  which: string,
  wanted: Wanted,
  near: NearNames,
  before?: Named,
): Promise<Named> {
  const { resource, endpoint, signal, on } = reading;
  const asked = resource.list.query?.(wanted);
  const query = JSON.stringify(asked) ?? "";
  if (before?.query === query) return before;
  const found = new Map<string, object>();
  for await (const page of resource.list.pages(endpoint, asked, { priority: "action", signal, on })) {
    for (const record of page) {
      if (resource.state(record) === resource.gone.state) continue;
      const names = resource.names?.(record) ?? [resource.name(record)];
      // By id: pages shift while they are read, and a member that is shown twice counts once.
      if (names.includes(which)) found.set(resource.id(record), record);
      else near.see(resource.name(record));
    }
  }
  return { found: [...found.values()], query };
}

/** The members whose ids begin with this, in any state. */
async function beginning({ resource, endpoint, signal, on }: Reading, start: string): Promise<object[]> {
  const found = new Map<string, object>();
  const query = resource.list.query?.({ tags: {}, attributes: {}, allows: () => true });
  for await (const page of resource.list.pages(endpoint, query, { priority: "action", signal, on })) {
    for (const record of page) {
      const id = resource.id(record);
      if (!id.toLowerCase().startsWith(start) || resource.state(record) === resource.gone.state) continue;
      found.set(id, record);
    }
  }
  return [...found.values()];
}

/** A selection as source text. */
export function showSource(resource: AnyResource, source: Source, conditions: SelectionConditions): string {
  const plural = resource.plural ?? `${resource.kind}s`;
  const where = conditions.where.map((one) => `.where(${showConditions(one)})`).join("");
  switch (source.kind) {
    case "one":
      return `${resource.kind}(${JSON.stringify(source.which)})${where}`;
    case "ids":
      return `${plural} of ${source.ids.length} ids${where}`;
    case "create":
      return `create${resource.kind[0]!.toUpperCase()}${resource.kind.slice(1)}({ name: ${
        JSON.stringify(source.names[0])
      }${source.names.length > 1 ? `, count: ${source.names.length}` : ""}, … })`;
    case "list":
      return `${plural}(${
        Object.keys(conditions.tags).length ? showConditions(conditions.tags) : ""
      })${where}`;
  }
}

/** Whether the selection has no conditions. */
export function isUnbounded(source: Source, conditions: SelectionConditions): boolean {
  return source.kind === "list" && !saysSomething(conditions);
}
