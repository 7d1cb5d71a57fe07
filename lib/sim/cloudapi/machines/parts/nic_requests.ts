/**
 * Reads which networks a client requests, in all accepted forms.
 *
 * @module
 */
import type { Call } from "../../protocol/call.ts";
import { isIp, type Net } from "../../records/network_catalog.ts";
import { invalidArgument, notFound, plainError } from "../../protocol/problem.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface WantedNetwork {
  net: Net;
  ip: string | undefined;
}

/** The networks of a new machine. Without a `networks` parameter, the first public and the first private one. */
export function wantedNetworks(call: Call): WantedNetwork[] {
  const { world, params } = call;
  if (!Array.isArray(params.networks)) {
    const asked = Array.isArray(params.default_networks) ? params.default_networks : ["external", "internal"];
    return [
      ...(asked.includes("external") ? world.networks.filter((net) => net.public).slice(0, 1) : []),
      ...(asked.includes("internal") ? world.networks.filter((net) => !net.public).slice(0, 1) : []),
    ].map((net) => ({ net, ip: undefined }));
  }
  const found: WantedNetwork[] = [];
  for (const [i, asked] of params.networks.entries()) {
    if (typeof asked !== "string" && (typeof asked !== "object" || asked === null)) {
      throw invalidArgument(`property "networks[${i}]": array of strings or objects expected`);
    }
    const { id, ip } = readNetwork(call, asked);
    if (!UUID.test(id)) throw plainError("netUuid (uuid) is required");
    const net = world.networks.find((each) => each.id === id);
    if (net === undefined) throw invalidArgument("Invalid Networks");
    if (!found.some((each) => each.net === net)) found.push({ net, ip });
  }
  if (found.filter(({ net }) => net.public).length > 1) {
    throw invalidArgument("Can specify a maximum of 1 public networks");
  }
  return found;
}

/** A network by its UUID, or by an object with a UUID and perhaps an address. */
export function readNetwork(call: Call, asked: unknown): { id: string; ip: string | undefined } {
  if (typeof asked === "string") return { id: asked, ip: undefined };
  const { ipv4_uuid: id, ipv4_count: count, ipv4_ips: ips } = asked as Record<string, unknown>;
  if (typeof id !== "string" || !UUID.test(id)) throw invalidArgument("ipv4_uuid is not a UUID");
  if (count !== undefined && ips !== undefined) {
    throw invalidArgument("ipv4_count and ipv4_ips cannot be specified together");
  }
  if (count !== undefined && typeof count !== "number") throw invalidArgument("ipv4_count must be a number");
  if (count !== undefined && count !== 1) throw invalidArgument("ipv4_count can only be set to 1");
  if (ips === undefined) return { id, ip: undefined };
  if (!Array.isArray(ips)) throw invalidArgument("ipv4_ips must be an array with a single IP");
  if (ips.length !== 1) {
    throw invalidArgument(`ipv4_ips: network with ipv4_uuid ${id} should contain a single IP array`);
  }
  if (!isIp(ips[0])) throw invalidArgument("ipv4_ips[0]: string expected");
  const net = call.world.networks.find((each) => each.id === id);
  if (net === undefined) throw notFound(`ipv4_uuid: network ${id} not found`);
  if (net.public) throw invalidArgument(`ipv4_uuid: ${id} cannot specify IP on a public network`);
  return { id, ip: ips[0] };
}
