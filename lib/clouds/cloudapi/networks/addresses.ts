/**
 * The addresses of networks: which are taken, and which are reserved. Wire facts: sdc-cloudapi `lib/endpoints/networks.js`,
 * since 8.4.
 *
 * @module
 */
import { MusterError } from "../../../engine/mod.ts";
import { AccountGroup, pathSegment } from "../account/account_group.ts";
import { listIn } from "../catalogue/find_in_list.ts";
import type { Network, NetworkRef } from "../catalogue/network.ts";
import { resolveNetwork } from "../catalogue/resolve.ts";

/**
 * An address of a network.
 *
 * @example
 * ```ts
 * import { dc, type NetworkAddress } from "@muster/muster";
 *
 * const addresses: NetworkAddress[] = await dc("sim").addresses.list("My-Fabric-Network");
 * console.log(addresses.filter(({ reserved }) => reserved).map(({ ip }) => ip));
 * ```
 */
export interface NetworkAddress {
  /** The address. */
  ip: string;
  /** Whether it is given to no machine by itself. */
  reserved: boolean;
  /** Whether it is the datacenter's own, such as a gateway's. */
  managed: boolean;
  /** The account whose machine has it, by UUID. */
  owner_uuid?: string;
  /** The machine that has it, by UUID; of the account's own only. */
  belongs_to_uuid?: string;
}

/** Addresses in a page: the most that the server gives. */
const PAGE = 1000;
/** After so many pages in a row without a taken address no more are asked for. */
const EMPTY = 3;

/**
 * The addresses of networks: `dc(…).addresses`.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const { addresses } = dc("sim");
 * await addresses.reserve("My-Fabric-Network", "10.64.0.200");
 * console.log((await addresses.get("My-Fabric-Network", "10.64.0.200")).reserved);
 * console.log((await addresses.list("My-Fabric-Network")).length);
 * await addresses.release("My-Fabric-Network", "10.64.0.200");
 * ```
 */
export class NetworkAddresses extends AccountGroup {
  /**
   * Addresses of a network that are taken or reserved; of a public one only the account's own. Where more than three thousand
   * addresses in a row were taken once and are free now, what is behind them is not seen.
   *
   * @param network Its id, its name, or its record. Not a pool.
   */
  async list(network: NetworkRef): Promise<NetworkAddress[]> {
    const endpoint = await this.endpoint();
    const path = await this.#path(network);
    const { subnet = "" } = await this.readAt<Network>(path);
    const size = 2 ** (32 - Number(/^\d+\.\d+\.\d+\.\d+\/(\d+)$/.exec(subnet)?.[1] ?? 0));
    const found = new Map<string, NetworkAddress>();
    let empty = 0;
    // A page is cut before what is free is left out of it: a short one is not the last, and an empty one need not be.
    for (let offset = 0; offset < size && empty < EMPTY; offset += PAGE) {
      const query = { limit: PAGE, offset };
      const { body } = await endpoint.send({ method: "GET", path: `${path}/ips`, query });
      const page = listIn<NetworkAddress>("addresses", body);
      for (const one of page) found.set(one.ip, one);
      empty = page.length === 0 ? empty + 1 : 0;
    }
    return [...found.values()];
  }

  /**
   * One address.
   *
   * @param network Its network's id, name, or record.
   * @param ip The address.
   * @throws {ApiError} 404 when it is not on the network, or not the account's on a public one.
   */
  async get(network: NetworkRef, ip: string): Promise<NetworkAddress> {
    return await this.readAt(await this.#addressPath(network, ip));
  }

  /**
   * Reserves an address: it is given to no machine by itself. A machine that has it keeps it.
   *
   * @param network Its network's id, name, or record; not a public one.
   * @param ip The address.
   * @throws {ApiError} when the network is public, or the address the datacenter's own.
   */
  async reserve(network: NetworkRef, ip: string): Promise<NetworkAddress> {
    return await this.#set(network, ip, true);
  }

  /**
   * Takes the reservation of an address back.
   *
   * @param network Its network's id, name, or record; not a public one.
   * @param ip The address.
   * @throws {ApiError} when the network is public, or the address the datacenter's own.
   */
  async release(network: NetworkRef, ip: string): Promise<NetworkAddress> {
    return await this.#set(network, ip, false);
  }

  async #set(network: NetworkRef, ip: string, reserved: boolean): Promise<NetworkAddress> {
    return await this.changeAt("PUT", await this.#addressPath(network, ip), { reserved });
  }

  async #addressPath(network: NetworkRef, ip: string): Promise<string> {
    if (typeof ip === "string" && /^[0-9a-fA-F.:]+$/.test(ip)) {
      return `${await this.#path(network)}/ips/${pathSegment(ip)}`;
    }
    throw new MusterError(`Cannot use this as an address: ${JSON.stringify(ip)}`);
  }

  async #path(network: NetworkRef): Promise<string> {
    return `/networks/${pathSegment(await resolveNetwork(await this.endpoint(), network))}`;
  }
}
