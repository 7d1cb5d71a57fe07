/**
 * Finds the ids of things by their names.
 *
 * @module
 */
import { type Endpoint, oneByName } from "../../../engine/mod.ts";
import { listBackups } from "./list_backups.ts";
import { listAll, type Sender } from "./list_pages.ts";
import { isUuid, referenceText, type TroveRef } from "./reference.ts";

/** The list of each kind of thing. */
const LISTS = {
  instance: ["/instances", "instances"],
  backup: ["/backups", "backups"],
  configuration: ["/configurations", "configurations"],
  module: ["/modules", "modules"],
  cluster: ["/clusters", "clusters"],
} as const;

/** A kind of thing that has a name and an id. */
export type NamedKind = keyof typeof LISTS;

/**
 * The id of a thing. Sends a request, unless a record or a URL is given. A text that looks like an id and is not one is
 * tried as a name.
 *
 * @throws {SelectionError} when none has this name, or several have.
 */
export async function findId(
  endpoint: Sender & Pick<Endpoint, "name">,
  kind: NamedKind,
  wanted: TroveRef,
): Promise<string> {
  const text = referenceText(kind, wanted);
  const [path, items] = LISTS[kind];
  if (isUuid(text)) {
    // A record has its id. A text may be a name that looks like an id.
    if (typeof wanted !== "string" || /^https?:/.test(wanted)) return text;
    const { status } = await endpoint.send({
      method: "GET",
      path: `${path}/${encodeURIComponent(text)}`,
      accept: [400, 404],
    });
    if (status < 400) return text;
  }
  const all: { id: string; name: string }[] = kind === "backup"
    ? await listBackups(endpoint)
    : await listAll(endpoint, { path, items });
  return oneByName({
    the: kind,
    place: endpoint.name,
    all,
    ids: ({ id }) => [id],
    names: ({ name }) => [name],
  }, text)
    .id;
}
