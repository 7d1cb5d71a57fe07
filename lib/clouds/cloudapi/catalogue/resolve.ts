/**
 * Finds the thing for a reference: a record, an id or a name.
 *
 * All references are resolved here, so that the rules are the same everywhere. A record stands for itself, a UUID for
 * the thing with that id, any other text for a name. If a name has several versions, the newest is used. Any other
 * ambiguity is an error that lists the candidates. Within one run, each list is requested once.
 *
 * @module
 */
import { type Endpoint, MusterError, oneByName } from "../../../engine/mod.ts";
import { type Image, imageNames } from "./image_record.ts";
import { machinePages, machinesNamed } from "../machine_pages.ts";
import type { Machine } from "../machine_record.ts";
import type { Network } from "./network.ts";
import type { Package } from "./package.ts";

/** A thing, by its record, its id or its name. */
export type Ref = string | { readonly id: string; readonly name?: string | undefined };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is an id rather than a name. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * The id or the name in a reference: the id of a record, or the text itself.
 *
 * @throws {MusterError} when it is neither.
 */
export function refOf(what: string, ref: Ref): string {
  const text = typeof ref === "object" && ref !== null ? ref.id : ref;
  if (typeof text === "string" && text.trim() !== "") return text;
  throw new MusterError(
    `Cannot use this as ${what}: it has no id and no name: ${JSON.stringify(ref) ?? ref}`,
  );
}

/** How to list, name and distinguish things of a kind. */
interface Kind<Rec extends { id: string; name: string }> {
  readonly the: string;
  readonly list: (endpoint: Endpoint, name: string) => Promise<Rec[]>;
  readonly names: (record: Rec) => readonly string[];
  /** Which of two is newer; 0 if that is not known. */
  readonly newer?: (a: Rec, b: Rec) => number;
  /** A text that distinguishes candidates for people. */
  readonly facts: (record: Rec) => string;
}

const listed = <Rec>(path: string) => async (endpoint: Endpoint) =>
  (await endpoint.send({ method: "GET", path })).body as Rec[];

/** Orders dotted versions by their numbers, so that 1.10 is newer than 1.9. */
export function compareVersions(a: string, b: string): number {
  return String(a ?? "").localeCompare(String(b ?? ""), "en", { numeric: true });
}

const images: Kind<Image> = {
  the: "image",
  list: listed("/images"),
  names: imageNames,
  newer: (a, b) =>
    Date.parse(a.published_at) - Date.parse(b.published_at) || compareVersions(a.version, b.version),
  facts: (image) => `${image.name}@${image.version} ${image.id}`,
};
const packages: Kind<Package> = {
  the: "package",
  list: listed("/packages"),
  names: (one) => [one.name],
  newer: (a, b) => compareVersions(a.version ?? "", b.version ?? ""),
  facts: (one) => `${one.name} ${one.version ?? ""} ${one.id}`,
};
const networks: Kind<Network> = {
  the: "network",
  list: listed("/networks"),
  names: (one) => [one.name],
  facts: (one) => [one.name, one.subnet, one.id].filter(Boolean).join(" "),
};
const machines: Kind<Machine> = {
  the: "machine",
  list: (endpoint, name) => machinesNamed(endpoint, name),
  names: (one) => [one.name],
  facts: (one) => `${one.name} ${one.id}`,
};

/** Machines by the first eight characters of their ids, as other tools print them. */
const machinesByShortId: Kind<Machine> = {
  ...machines,
  list: async (endpoint) => {
    const all: Machine[] = [];
    for await (const page of machinePages(endpoint, {}, { priority: "action" })) all.push(...page);
    return all;
  },
  names: (one) => [one.name, one.id.slice(0, 8)],
};

/** Whether a text may be the first eight characters of a machine's id. */
export function isShortId(text: string): boolean {
  return /^[0-9a-f]{8}$/i.test(text);
}

/** The id in a reference, as the server writes it; undefined if it is a name. */
function idOf(what: string, ref: Ref): string | undefined {
  const wanted = refOf(what, ref);
  if (isUuid(wanted)) return wanted.toLowerCase();
  return typeof ref === "object" ? wanted : undefined;
}

/** The only thing with a name. */
async function byName<Rec extends { id: string; name: string }>(
  endpoint: Endpoint,
  kind: Kind<Rec>,
  name: string,
): Promise<Rec> {
  const all = await kind.list(endpoint, name);
  return oneByName({ ...kind, place: endpoint.name, all, ids: (one) => [one.id] }, name);
}

/** The id of an image, because the server accepts only ids. If there are several versions, the newest active one. */
export async function resolveImage(endpoint: Endpoint, ref: Ref): Promise<string> {
  return idOf("an image", ref) ?? (await byName(endpoint, images, refOf("an image", ref))).id;
}

/** The newest active image of a name, or `name@version`. */
export function newestImage(endpoint: Endpoint, name: string): Promise<Image> {
  return byName(endpoint, images, refOf("an image", name));
}

/** A package. If there are several versions, the newest, by the server's rules. */
export async function resolvePackage(endpoint: Endpoint, ref: Ref): Promise<Package> {
  const wanted = refOf("a package", ref);
  if (!isUuid(wanted)) return await byName(endpoint, packages, wanted);
  // By id it also finds a package that is no longer offered, and so not listed.
  const { body } = await endpoint.send({ method: "GET", path: `/packages/${wanted.toLowerCase()}` });
  return body as Package;
}

/** The id of a network. */
export async function resolveNetwork(endpoint: Endpoint, ref: Ref): Promise<string> {
  return idOf("a network", ref) ?? (await byName(endpoint, networks, refOf("a network", ref))).id;
}

/** The id of a machine. */
export async function resolveMachine(endpoint: Endpoint, ref: Ref): Promise<string> {
  const wanted = refOf("a machine", ref);
  const known = idOf("a machine", ref);
  if (known !== undefined || !isShortId(wanted)) {
    return known ?? (await byName(endpoint, machines, wanted)).id;
  }
  const named = await machinesNamed(endpoint, wanted);
  if (named.length > 0) return (await byName(endpoint, machines, wanted)).id;
  return (await byName(endpoint, machinesByShortId, wanted.toLowerCase())).id;
}
