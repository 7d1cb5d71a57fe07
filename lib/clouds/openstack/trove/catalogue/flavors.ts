/**
 * Flavors: the memory and processors of an instance.
 *
 * @module
 */
import { type Endpoint, oneByName } from "../../../../engine/mod.ts";
import { referenceText, type TroveRef } from "../reference.ts";

/**
 * A flavor.
 *
 * @example
 * ```ts
 * import { dbaas, type Flavor } from "@muster/muster";
 *
 * const small: Flavor = await dbaas("sim").flavors.get("m1.small");
 * console.log(small.str_id, `${small.ram} MB, ${small.vcpus} vCPU, ${small.disk} GB`);
 * ```
 */
export interface Flavor {
  /** A number if the id is one, else null: use {@linkcode Flavor.str_id}. */
  id: number | null;
  /** The id. */
  str_id: string;
  /** Its name. */
  name: string;
  /** MB. */
  ram: number;
  /** Virtual processors. */
  vcpus: number;
  /** GB. */
  disk: number;
  /** GB of disk that are lost with the instance. */
  ephemeral: number;
  /** GB of disk on the host, if the cloud says so. */
  local_storage?: number;
}

/**
 * A flavor: its record, its id, its name or its URL.
 *
 * @example
 * ```ts
 * import { dbaas, type FlavorRef } from "@muster/muster";
 *
 * const large: FlavorRef = "m1.large"; // or an id, an address, a record
 * console.log(dbaas("sim").instance("dev-scratch").resizeFlavor(large).waitUntil("ready"));
 * ```
 */
export type FlavorRef = TroveRef;

const idOf = (flavor: Flavor) => flavor.str_id ?? String(flavor.id);

/** All flavors. */
export async function listFlavors(endpoint: Endpoint): Promise<Flavor[]> {
  const { body } = await endpoint.send({ method: "GET", path: "/flavors" });
  return (body as { flavors: Flavor[] }).flavors;
}

/**
 * The id of a flavor.
 *
 * @throws {SelectionError} when there is none; the message lists them.
 */
export async function resolveFlavor(endpoint: Endpoint, wanted: FlavorRef): Promise<string> {
  const text = referenceText("flavor", wanted);
  if (typeof wanted === "object") return text;
  const all = await listFlavors(endpoint);
  return idOf(
    oneByName(
      { the: "flavor", place: endpoint.name, all, ids: (one) => [idOf(one)], names: ({ name }) => [name] },
      text,
    ),
  );
}
