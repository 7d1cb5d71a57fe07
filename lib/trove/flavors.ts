/**
 * Flavors: how much memory and how many processors an instance has.
 *
 * @module
 */
import type { Endpoint } from "../chain/mod.ts";
import { pick, type Ref, textOf } from "./reference.ts";

/** A flavor. */
export interface Flavor {
  /** A number where the id is one, else null: use {@linkcode Flavor.str_id}. */
  id: number | null;
  /** The id. */
  str_id: string;
  name: string;
  /** MB. */
  ram: number;
  vcpus: number;
  /** GB. */
  disk: number;
  ephemeral: number;
  local_storage?: number;
}

/** A flavor: its record, its id, its name or its address. */
export type FlavorRef = Ref;

const facts = (flavor: Flavor) => ({ ids: [flavor.str_id ?? String(flavor.id)], name: flavor.name });

/** All flavors. */
export async function listFlavors(endpoint: Endpoint): Promise<Flavor[]> {
  const { body } = await endpoint.send({ method: "GET", path: "/flavors" });
  return (body as { flavors: Flavor[] }).flavors;
}

/**
 * The id of the flavor meant.
 *
 * @throws {SelectionError} when there is none; it names those there are.
 */
export async function resolveFlavor(endpoint: Endpoint, wanted: FlavorRef): Promise<string> {
  const text = textOf("flavor", wanted);
  if (typeof wanted === "object") return text;
  return facts(pick("flavor", endpoint, await listFlavors(endpoint), text, facts)).ids[0]!;
}
