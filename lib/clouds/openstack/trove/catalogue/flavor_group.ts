/**
 * Lists and reads flavors.
 *
 * @module
 */
import { type Flavor, type FlavorRef, listFlavors, resolveFlavor } from "./flavors.ts";
import { Group, part } from "../group.ts";

/**
 * The flavors of a database service.
 *
 * @example
 * ```ts
 * import { dbaas } from "@muster/muster";
 *
 * const { flavors } = dbaas("sim");
 * const roomy = (await flavors.list()).filter(({ ram }) => ram >= 8192);
 * console.log(roomy.map(({ name }) => name), (await flavors.get("m1.tiny")).str_id);
 * ```
 */
export class Flavors extends Group {
  /** All flavors. */
  async list(): Promise<Flavor[]> {
    return await listFlavors(await this.endpoint());
  }

  /**
   * One flavor, by id, name, URL or record.
   *
   * @param which Its id, its name, its URL, or its record.
   * @throws {SelectionError} when there is none; the message lists them.
   */
  async get(which: FlavorRef): Promise<Flavor> {
    const id = await resolveFlavor(await this.endpoint(), which);
    return await this.read<Flavor>(`/flavors/${part(id)}`, "flavor");
  }
}
