/**
 * The network of a new instance.
 *
 * @module
 */

/**
 * A network: an id, or an object.
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

/** In the API's form: a list with at most one network. */
export function networkBody(network: InstanceNetwork): Record<string, string>[] {
  if (typeof network === "string") return [{ "net-id": network }];
  const { id, subnet, ip } = network;
  return [{
    "net-id": id,
    ...(subnet === undefined ? {} : { subnet_id: subnet }),
    ...(ip === undefined ? {} : { ip_address: ip }),
  }];
}
