/**
 * Networks and the addresses on them.
 *
 * @module
 */
import { type Call, readRoutes, type Reply, textParam } from "../protocol/call.ts";
import { ipNumber, ipText, isIp, type Net } from "../records/network_catalog.ts";
import { invalidArgument, missingParameter, notFound, validationFailed } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";

/** A network as the API shows it: fabric networks with all their fields, others with few. */
export function showNetwork(call: Call, net: Net): Record<string, unknown> {
  const { datacenter, dnsSuffix } = call.world.settings;
  return {
    id: net.id,
    name: net.name,
    public: net.public,
    ...(net.description === undefined ? {} : { description: net.description }),
    ...(net.fabric
      ? {
        fabric: true,
        vlan_id: net.vlan,
        subnet: net.subnet,
        netmask: net.netmask,
        provision_start_ip: net.provisionStart,
        provision_end_ip: net.provisionEnd,
        gateway: net.gateway,
        resolvers: net.resolvers,
        ...(net.routes === undefined ? {} : { routes: net.routes }),
        internet_nat: net.nat,
      }
      : {}),
    ...(call.account.cns
      ? { suffixes: ["svc", "inst"].map((kind) => `${kind}.${call.account.id}.${datacenter}.${dnsSuffix}`) }
      : {}),
  };
}

function networkOf(call: Call, param: "network" | "id"): Net {
  const id = textParam(call, param)!;
  const net = call.world.networks.find((each) => each.id === id);
  if (net === undefined) throw notFound(`${id} not found`);
  return net;
}

function listNetworks(call: Call): Reply {
  // Any value of `fabric` means only fabrics, even `false`.
  const fabricsOnly = Boolean(call.query.fabric);
  const found = call.world.networks.filter((net) => !fabricsOnly || net.fabric);
  return { body: found.map((net) => showNetwork(call, net)) };
}

function showIp(call: Call, net: Net, n: number): Record<string, unknown> {
  if (n === ipNumber(net.gateway)) return { ip: ipText(n), reserved: true, managed: true };
  const machine = net.holders.get(n);
  return {
    ip: ipText(n),
    reserved: net.reserved.has(n),
    managed: false,
    ...(machine === undefined ? {} : { owner_uuid: call.account.id, belongs_to_uuid: machine }),
  };
}

function listIps(call: Call): Reply {
  const net = networkOf(call, "id");
  const limit = page(call, "limit", 1000, 1, 1000);
  const offset = page(call, "offset", 0, 0, Infinity);
  for (const machine of call.account.machines.all()) void machine; // now every seeded machine has its address
  const known = new Set([
    ...net.holders.keys(),
    ...net.reserved,
    ...net.freed,
    ...(net.public ? [] : [ipNumber(net.gateway)]),
  ]);
  const numbers = [...known].sort((a, b) => a - b);
  // What was given back is left out of a page after the page was cut (sdc-cloudapi `listNetworkIps`).
  const isShown = (n: number) => net.holders.has(n) || net.reserved.has(n) || n === ipNumber(net.gateway);
  const ips = numbers.slice(offset, offset + limit).filter(isShown).map((n) => showIp(call, net, n));
  return { headers: { "x-query-limit": String(limit), "x-resource-count": String(ips.length) }, body: ips };
}

function page(call: Call, name: string, fallback: number, min: number, max: number): number {
  const value = call.params[name];
  if (value === undefined || value === "") return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw invalidArgument(`property "${name}": invalid value`);
}

function addressOf(call: Call, net: Net): number {
  const ip = textParam(call, "ip_address")!;
  if (!isIp(ip)) {
    throw validationFailed("Invalid parameters", { field: "ip", code: "Invalid", message: "invalid IP" });
  }
  const n = ipNumber(ip);
  const [from, bits] = net.subnet.split("/");
  const start = ipNumber(from!);
  if (n < start || n >= start + 2 ** (32 - Number(bits))) throw notFound(`${ip} not found`);
  return n;
}

function getIp(call: Call): Reply {
  const net = networkOf(call, "id");
  for (const machine of call.account.machines.all()) void machine;
  const n = addressOf(call, net);
  if (net.public && !net.holders.has(n)) throw notFound(`${ipText(n)} not found`);
  return { body: showIp(call, net, n) };
}

function updateIp(call: Call): Reply {
  const net = networkOf(call, "id");
  if (!Object.hasOwn(call.params, "reserved")) throw missingParameter("reserved is a required argument");
  const { reserved } = call.params;
  if (reserved !== true && reserved !== false && reserved !== "true" && reserved !== "false") {
    throw invalidArgument("reserved must be set to true or false");
  }
  if (net.public) throw invalidArgument(`cannot update an IP on a public network: ${net.id}`);
  const n = addressOf(call, net);
  if (n === ipNumber(net.gateway)) throw invalidArgument(`cannot update managed IP: ${ipText(n)}`);
  if (String(reserved) === "true") net.reserved.add(n);
  else net.reserved.delete(n);
  return { body: showIp(call, net, n) };
}

const group = "networks";

export const networkRoutes: readonly Route[] = [
  ...readRoutes(
    { path: "/:account/networks", param: "network", names: ["ListNetworks", "GetNetwork"], group },
    listNetworks,
    (call) => ({ body: showNetwork(call, networkOf(call, "network")) }),
  ),

  ...readRoutes(
    {
      path: "/:account/networks/:id/ips",
      param: "ip_address",
      names: ["ListNetworkIPs", "GetNetworkIP"],
      group,
    },
    listIps,
    getIp,
  ),

  {
    method: "PUT",
    path: "/:account/networks/:id/ips/:ip_address",
    name: "UpdateNetworkIP",
    group,
    handle: updateIp,
  },
];
