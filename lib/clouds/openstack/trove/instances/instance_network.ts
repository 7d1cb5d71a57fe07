/**
 * The network a new instance is in.
 *
 * @module
 */

/**
 * A network: its id, or in detail.
 *
 * @example
 * ```ts
 * import { dbaas, type InstanceNetwork } from "@muster/muster";
 *
 * const fixed: InstanceNetwork = { id: "5f4e0fd0-0000-4000-8000-0000000000a1", ip: "10.0.0.9" }; // or the id
 * console.log(dbaas("sim").createInstance({ flavor: "m1.tiny", volume: 1, network: fixed }));
 * ```
 */
export type InstanceNetwork = string | { id: string; subnet?: string; ip?: string };

/** As the API takes it: a list that may hold one. */
export function networkBody(network: InstanceNetwork): Record<string, string>[] {
  if (typeof network === "string") return [{ "net-id": network }];
  const { id, subnet, ip } = network;
  return [{
    "net-id": id,
    ...(subnet === undefined ? {} : { subnet_id: subnet }),
    ...(ip === undefined ? {} : { ip_address: ip }),
  }];
}
