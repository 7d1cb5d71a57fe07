/**
 * Networks that machines can be put on.
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
  /** What it is called. */
  name: string;
  /** Whether its addresses are reached from outside. */
  public: boolean;
  /** Whether it is the account's own, on a fabric; only those tell the rest. */
  fabric?: boolean;
  /** What it is for. */
  description?: string;
  /** The VLAN it is on, 0 to 4095. */
  vlan_id?: number;
  /** CIDR. */
  subnet?: string;
  /** Dotted, as in `255.255.255.0`. */
  netmask?: string;
  /** The first address that is given to machines. */
  provision_start_ip?: string;
  /** The last address that is given to machines. */
  provision_end_ip?: string;
  /** The router's address. */
  gateway?: string;
  /** DNS servers, by address. */
  resolvers?: string[];
  /** Static routes: gateways by destination, each an address or a CIDR. */
  routes?: Record<string, string>;
  /** Whether its machines reach the internet through NAT. */
  internet_nat?: boolean;
  /** DNS suffixes, where CNS is on. */
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
    // Told only when it is true.
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

/** The networks of a name, a pattern or some attributes. */
export function networks(endpoint: Endpoint, wanted?: Picked<Network>): Promise<Network[]> {
  return listMeant<Network>(endpoint, "networks", wanted, network);
}
