/**
 * Networks that machines can be put on.
 *
 * @module
 */
import type { Endpoint } from "../chain/mod.ts";
import { listIn, pick, type Picked } from "./pick.ts";

/** A network, or a pool of networks. */
export interface Network {
  /** UUID. */
  id: string;
  name: string;
  /** Whether its addresses are reached from outside. */
  public: boolean;
  /** Whether it is the account's own, on a fabric; only those tell the rest. */
  fabric?: boolean;
  description?: string;
  vlan_id?: number;
  /** CIDR. */
  subnet?: string;
  netmask?: string;
  provision_start_ip?: string;
  provision_end_ip?: string;
  gateway?: string;
  resolvers?: string[];
  routes?: Record<string, string>;
  internet_nat?: boolean;
  /** DNS suffixes, where CNS is on. */
  suffixes?: string[];
}

/** A network, or its id or name. */
export type NetworkRef = string | { readonly id: string; readonly name?: string | undefined };

/** The networks of a name, a pattern or some attributes. */
export async function networks(endpoint: Endpoint, wanted?: Picked<Network>): Promise<Network[]> {
  const { body } = await endpoint.send({ method: "GET", path: "/networks" });
  return pick("networks()", listIn<Network>("networks", body), wanted, (one) => [one.name]);
}
