/**
 * Fabrics: an account's own VLANs, and the networks on them. Wire facts: sdc-cloudapi `lib/endpoints/networks.js`, since 7.3.
 *
 * @module
 */
import { MusterError } from "../../../engine/mod.ts";
import { AccountGroup, pathSegment } from "../account/account_group.ts";
import { checkFields, checkText, idOf } from "../account/named_ref.ts";
import type { Network, NetworkRef } from "../catalogue/network.ts";

/**
 * A VLAN of the account's fabric.
 *
 * @example
 * ```ts
 * import { dc, type FabricVlan } from "@muster/muster";
 *
 * const vlans: FabricVlan[] = await dc("sim").fabrics.vlans();
 * console.log(vlans.map(({ vlan_id, name }) => `${vlan_id} ${name}`));
 * ```
 */
export interface FabricVlan {
  /** Its number: 0, or 2 to 4095. */
  vlan_id: number;
  /** What it is called; unique in the account. */
  name: string;
  /** What it is for. */
  description?: string;
}

/**
 * What of a VLAN may be changed.
 *
 * @example
 * ```ts
 * import type { FabricVlanChanges } from "@muster/muster";
 *
 * const changes: FabricVlanChanges = { name: "lab", description: "For trying things" };
 * console.log(changes); // dc(…).fabrics.updateVlan(7, changes)
 * ```
 */
export interface FabricVlanChanges {
  /** What it is called. */
  readonly name?: string;
  /** What it is for. */
  readonly description?: string;
}

/**
 * A VLAN to be made.
 *
 * @example
 * ```ts
 * import { dc, type FabricVlanSpec } from "@muster/muster";
 *
 * const lab: FabricVlanSpec = { vlan_id: 77, name: "lab-77" };
 * console.log((await dc("sim").fabrics.createVlan(lab)).name);
 * ```
 */
export interface FabricVlanSpec extends FabricVlanChanges {
  /** Its number: 0, or 2 to 4095. */
  readonly vlan_id: number;
  /** What it is called. */
  readonly name: string;
}

/**
 * What of a network on a VLAN may be changed.
 *
 * @example
 * ```ts
 * import type { FabricNetworkChanges } from "@muster/muster";
 *
 * const changes: FabricNetworkChanges = { resolvers: ["192.0.2.53"], routes: { "10.9.0.0/16": "10.50.0.1" } };
 * console.log(changes); // dc(…).fabrics.updateNetwork(7, "labnet", changes)
 * ```
 */
export interface FabricNetworkChanges {
  /** What it is called. */
  readonly name?: string;
  /** What it is for. */
  readonly description?: string;
  /** The first address that is given to machines. */
  readonly provision_start_ip?: string;
  /** The last address that is given to machines. */
  readonly provision_end_ip?: string;
  /** DNS servers, by address; 4 at most. */
  readonly resolvers?: readonly string[];
  /** Static routes: gateways by destination, each an address or a CIDR. */
  readonly routes?: Readonly<Record<string, string>>;
}

/**
 * A network on a VLAN to be made.
 *
 * @example
 * ```ts
 * import type { FabricNetworkSpec } from "@muster/muster";
 *
 * const labnet: FabricNetworkSpec = {
 *   name: "labnet",
 *   subnet: "10.50.0.0/24",
 *   provision_start_ip: "10.50.0.10",
 *   provision_end_ip: "10.50.0.200",
 *   gateway: "10.50.0.1",
 * };
 * console.log(labnet); // dc(…).fabrics.createNetwork(7, labnet)
 * ```
 */
export interface FabricNetworkSpec extends FabricNetworkChanges {
  /** What it is called; unique among the account's fabric networks. */
  readonly name: string;
  /** CIDR. */
  readonly subnet: string;
  /** The first address that is given to machines. */
  readonly provision_start_ip: string;
  /** The last address that is given to machines. */
  readonly provision_end_ip: string;
  /** The router's address. Default: none, and so no NAT. */
  readonly gateway?: string;
  /** Whether its machines reach the internet through NAT at the gateway. Default true. */
  readonly internet_nat?: boolean;
}

const VLAN = ["name", "description"];
const NETWORK = ["name", "description", "provision_start_ip", "provision_end_ip", "resolvers", "routes"];

function vlanPath(vlan: number): string {
  if (Number.isInteger(vlan) && vlan >= 0 && vlan <= 4095 && vlan !== 1) {
    return `/fabrics/default/vlans/${vlan}`;
  }
  throw new MusterError(
    `Cannot use this as a VLAN: its number is not 0, or 2 to 4095: ${JSON.stringify(vlan)}`,
  );
}

/** Whether what is given is an object of known fields, with at least one of them. */
function checkChanges(doing: string, changes: object, known: readonly string[]): void {
  checkFields(doing, changes, known);
  if (Object.keys(changes).length === 0) throw new MusterError(`Cannot ${doing}: no change is given.`);
}

/**
 * The VLANs of the account's fabric, and the networks on them: `dc(…).fabrics`.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const { fabrics } = dc("sim");
 * await fabrics.createVlan({ vlan_id: 42, name: "lab" });
 * await fabrics.updateVlan(42, { description: "For trying things" });
 * const range = { provision_start_ip: "10.42.0.10", provision_end_ip: "10.42.0.200" };
 * await fabrics.createNetwork(42, { name: "labnet", subnet: "10.42.0.0/24", ...range });
 * await fabrics.updateNetwork(42, "labnet", { resolvers: ["192.0.2.53"] });
 * console.log((await fabrics.network(42, "labnet")).resolvers, (await fabrics.networks(42)).length);
 * await fabrics.deleteNetwork(42, "labnet");
 * await fabrics.deleteVlan(42);
 * console.log((await fabrics.vlans()).length, (await fabrics.vlan(2)).name);
 * ```
 */
export class Fabrics extends AccountGroup {
  /** All VLANs of the account. */
  async vlans(): Promise<FabricVlan[]> {
    return await this.listAt("/fabrics/default/vlans");
  }

  /**
   * One VLAN.
   *
   * @param vlan Its number.
   * @throws {ApiError} 404 when there is none.
   */
  async vlan(vlan: number): Promise<FabricVlan> {
    return await this.readAt(vlanPath(vlan));
  }

  /**
   * Makes a VLAN.
   *
   * @param spec Its number and its name.
   * @throws {ApiError} when there is one of this number.
   */
  async createVlan(spec: FabricVlanSpec): Promise<FabricVlan> {
    const doing = "create a VLAN";
    checkFields(doing, spec, ["vlan_id", ...VLAN]);
    vlanPath(spec.vlan_id);
    checkText(doing, "name", spec.name);
    const find = async () => (await this.vlans()).find(({ vlan_id }) => vlan_id === spec.vlan_id);
    return await this.createAt(`create VLAN ${spec.vlan_id}`, "/fabrics/default/vlans", { ...spec }, find);
  }

  /**
   * Changes a VLAN: the fields given and no others.
   *
   * @param vlan Its number.
   * @param changes At least one field.
   */
  async updateVlan(vlan: number, changes: FabricVlanChanges): Promise<FabricVlan> {
    checkChanges("update a VLAN", changes, VLAN);
    return await this.changeAt("PUT", vlanPath(vlan), { ...changes });
  }

  /**
   * Deletes a VLAN.
   *
   * @param vlan Its number.
   * @throws {ApiError} 409 while there are networks on it.
   */
  async deleteVlan(vlan: number): Promise<void> {
    await this.removeAt(`delete VLAN ${vlan}`, vlanPath(vlan));
  }

  /**
   * The networks on a VLAN.
   *
   * @param vlan Its number.
   */
  async networks(vlan: number): Promise<Network[]> {
    return await this.listAt(`${vlanPath(vlan)}/networks`);
  }

  /**
   * One network on a VLAN.
   *
   * @param vlan The VLAN's number.
   * @param which The network's name, its id, or its record.
   * @throws {SelectionError} when there is none of this name.
   */
  async network(vlan: number, which: NetworkRef): Promise<Network> {
    return await this.readAt(await this.#path(vlan, which));
  }

  /**
   * Makes a network on a VLAN.
   *
   * @param vlan The VLAN's number.
   * @param spec Its name, its subnet, and which of its addresses machines get.
   * @throws {ApiError} when there is one of this name, or something in it cannot be.
   */
  async createNetwork(vlan: number, spec: FabricNetworkSpec): Promise<Network> {
    const doing = "create a network";
    const path = `${vlanPath(vlan)}/networks`;
    checkFields(doing, spec, [...NETWORK, "subnet", "gateway", "internet_nat"]);
    for (const field of ["name", "subnet", "provision_start_ip", "provision_end_ip"] as const) {
      checkText(doing, field, spec[field]);
    }
    const find = async () => (await this.networks(vlan)).find(({ name }) => name === spec.name);
    return await this.createAt(`create network ${spec.name}`, path, { ...spec }, find);
  }

  /**
   * Changes a network on a VLAN: the fields given and no others.
   *
   * @param vlan The VLAN's number.
   * @param which The network's name, its id, or its record.
   * @param changes At least one field.
   * @throws {SelectionError} when there is none of this name.
   */
  async updateNetwork(vlan: number, which: NetworkRef, changes: FabricNetworkChanges): Promise<Network> {
    checkChanges("update a network", changes, NETWORK);
    return await this.changeAt("PUT", await this.#path(vlan, which), { ...changes });
  }

  /**
   * Deletes a network on a VLAN.
   *
   * @param vlan The VLAN's number.
   * @param which The network's name, its id, or its record.
   * @throws {ApiError} 409 while machines are on it.
   */
  async deleteNetwork(vlan: number, which: NetworkRef): Promise<void> {
    await this.removeAt("delete the network", await this.#path(vlan, which));
  }

  async #path(vlan: number, which: NetworkRef): Promise<string> {
    const id = await idOf("a network", which, () => this.networks(vlan), ({ name }) => name);
    return `${vlanPath(vlan)}/networks/${pathSegment(id)}`;
  }
}
