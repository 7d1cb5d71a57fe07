/**
 * The network a new instance is in.
 *
 * @module
 */

/** A network: its id, or in detail. */
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
