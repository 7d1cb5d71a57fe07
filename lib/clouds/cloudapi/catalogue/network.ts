/**
 * Networks for machines.
 *
 * @module
 */
import type { Described, Endpoint, Fields } from "../../../engine/mod.ts";
import { listMeant, type Picked } from "./find_in_list.ts";

/**
 * A network, or a pool of networks.
 *
 * @example
 * ```ts
 * import { dc, type Network } from "@muster/muster";
 *
 * const networks: Network[] = await dc("sim").networks({ public: false });
 * console.log(networks.map(({ name, subnet, fabric }) => `${name} ${subnet ?? ""} ${fabric ?? false}`));
 * ```
 */
export interface Network {
  /** UUID. */
  id: string;
  /** Its name. */
  name: string;
  /** Whether its addresses can be reached from outside. */
  public: boolean;
  /** Whether it is the account's own, on a fabric. Only such networks have the other fields. */
  fabric?: boolean;
  /** What it is for. */
  description?: string;
  /** The VLAN it is on, 0 to 4095. */
  vlan_id?: number;
  /** CIDR. */
  subnet?: string;
  /** Dotted, as in `255.255.255.0`. */
  netmask?: string;
  /** The first address for machines. */
  provision_start_ip?: string;
  /** The last address for machines. */
  provision_end_ip?: string;
  /** The router's address. */
  gateway?: string;
  /** DNS servers, by address. */
  resolvers?: string[];
  /** Static routes: a gateway for each destination, each an address or a CIDR. */
  routes?: Record<string, string>;
  /** Whether its machines can reach the internet through NAT. */
  internet_nat?: boolean;
  /** DNS suffixes, if CNS is on. */
  suffixes?: string[];
}

/**
 * A network, or its id or name.
 *
 * @example
 * ```ts
 * import { dc, type NetworkRef } from "@muster/muster";
 *
 * const fabric: NetworkRef = "My-Fabric-Network"; // or an id, or a record
 * console.log((await dc("sim").network(fabric)).subnet);
 * ```
 */
export type NetworkRef = string | { readonly id: string; readonly name?: string | undefined };

const network: Described = {
  kind: "network",
  names: (one: Network) => [one.name],
  fields: {
    id: "text",
    name: "text",
    public: "flag",
    // The server shows it only if it is true.
    fabric: "flag",
    description: "text",
    vlan_id: "number",
    subnet: "text",
    netmask: "text",
    provision_start_ip: "text",
    provision_end_ip: "text",
    gateway: "text",
    resolvers: "list",
    routes: "object",
    internet_nat: "flag",
    suffixes: "list",
  } satisfies Fields<Network>,
};

/** Networks by name, pattern or attributes. */
export function networks(endpoint: Endpoint, wanted?: Picked<Network>): Promise<Network[]> {
  return listMeant<Network>(endpoint, "networks", wanted, network);
}
