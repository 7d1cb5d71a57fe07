/**
 * Flavors, listed and shown.
 *
 * @module
 */
import { type Flavor, type FlavorRef, listFlavors, resolveFlavor } from "./flavors.ts";
import { Group, part } from "./group.ts";

/** The flavors of a database service. */
export class Flavors extends Group {
  /** All flavors. */
  async list(): Promise<Flavor[]> {
    return await listFlavors(await this.endpoint());
  }

  /** One flavor, by id, name, address or record. */
  async get(which: FlavorRef): Promise<Flavor> {
    const id = await resolveFlavor(await this.endpoint(), which);
    return await this.read<Flavor>(`/flavors/${part(id)}`, "flavor");
  }
}
