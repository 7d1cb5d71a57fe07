/**
 * Turns conditions on machines into the values that their records have: images and networks by id, packages by name.
 *
 * @module
 */
import { allByName, type Endpoint, SelectionError } from "../../../engine/mod.ts";
import { type Image, imageNames } from "../catalogue/image_record.ts";
import type { Network } from "../catalogue/network.ts";
import { listIn } from "../catalogue/find_in_list.ts";
import { isUuid, refOf, resolvePackage } from "../catalogue/resolve.ts";

type Conditions = Readonly<Record<string, unknown>>;

/** Conditions with names replaced by the values in records. Sends a request only if something has to be looked up. */
export async function machineConditions(endpoint: Endpoint, where: Conditions): Promise<Conditions> {
  if ("dns_names" in where) {
    throw new SelectionError(
      "Cannot select by dns_names: the server lists machines without them. Read the machines one by one by their ids.",
    );
  }
  const resolved: Record<string, unknown> = { ...where };
  if ("id" in where) resolved.id = lowered(where.id);
  await Promise.all([
    "image" in where &&
    ids(where.image, "image", endpoint.name, () => images(endpoint)).then((is) => resolved.image = is),
    "networks" in where &&
    ids(where.networks, "network", endpoint.name, () => networks(endpoint)).then((are) =>
      resolved.networks = are
    ),
    "package" in where && packageNames(endpoint, where.package).then((is) => resolved.package = is),
  ]);
  return resolved;
}

/** Something with an id and names. */
interface Known {
  id: string;
  names: readonly string[];
}

/** All images, because a machine may have been created from an image that is no longer offered. */
async function images(endpoint: Endpoint): Promise<Known[]> {
  const { body } = await endpoint.send({ method: "GET", path: "/images", query: { state: "all" } });
  return listIn<Image>("images", body).map((one) => ({ id: one.id, names: imageNames(one) }));
}
async function networks(endpoint: Endpoint): Promise<Known[]> {
  const { body } = await endpoint.send({ method: "GET", path: "/networks" });
  return listIn<Network>("networks", body).map((one) => ({ id: one.id, names: [String(one.name ?? "")] }));
}

/** A condition on ids, made from one on names, records or patterns. Functions stay as they are: they receive the id. */
async function ids(
  condition: unknown,
  what: string,
  place: string,
  list: () => Promise<Known[]>,
): Promise<unknown> {
  if (typeof condition === "function") return condition;
  const parts: unknown[] = Array.isArray(condition) ? condition : [condition];
  const found: unknown[] = [];
  for (const part of parts) {
    if (typeof part === "string" && !isUuid(part)) {
      const all = { the: what, place, all: await list(), names: (one: Known) => one.names };
      found.push(...allByName(all, part).map((one) => one.id));
    } else if (part instanceof RegExp) {
      const fits = (name: string) => {
        part.lastIndex = 0; // a /g pattern remembers where it stopped
        return part.test(name);
      };
      found.push(...(await list()).filter((one) => one.names.some(fits)).map((one) => one.id));
    } else found.push(lowered(isRecord(part) ? refOf(`the ${what} to select by`, part) : part));
  }
  // The server can filter by a single id.
  return found.length === 1 ? found[0] : found;
}

const isRecord = (value: unknown): value is { id: string; name?: string } =>
  typeof value === "object" && value !== null && "id" in value;

/** Ids in the form that records have. Anything else stays as it is. */
function lowered(condition: unknown): unknown {
  if (Array.isArray(condition)) return condition.map(lowered);
  return typeof condition === "string" && isUuid(condition) ? condition.toLowerCase() : condition;
}

/** Machine records have the name of their package. */
async function packageNames(endpoint: Endpoint, condition: unknown): Promise<unknown> {
  if (Array.isArray(condition)) return await Promise.all(condition.map((one) => packageNames(endpoint, one)));
  if (isRecord(condition)) return condition.name ?? (await resolvePackage(endpoint, condition)).name;
  if (typeof condition === "string" && isUuid(condition)) {
    return (await resolvePackage(endpoint, condition)).name;
  }
  return condition;
}
