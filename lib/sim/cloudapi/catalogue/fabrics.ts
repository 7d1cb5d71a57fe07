/**
 * Fabrics: an account's own VLANs, and the networks on them.
 *
 * @module
 */
import type { Vlan } from "../records/account.ts";
import { type Call, type Reply, textParam } from "../protocol/call.ts";
import { ipNumber, isIp, type Net, network, range } from "../records/network_catalog.ts";
import { showNetwork } from "./networks.ts";
import { invalidArgument, missingParameter, notFound, Problem } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";
import { SINCE_73 } from "../version.ts";

function vlanNumber(call: Call): number {
  const value = call.params.vlan_id;
  if (value === undefined) throw missingParameter('property "vlan_id": is missing and it is required');
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 4095 || number === 1) {
    throw invalidArgument('property "vlan_id": VLAN must be 0, or 2-4095');
  }
  return number;
}

function vlanOf(call: Call): Vlan {
  const number = vlanNumber(call);
  const vlan = call.account.vlans.find(({ vlan_id }) => vlan_id === number);
  if (vlan === undefined) throw notFound("vlan not found");
  return vlan;
}

/** The real server leaks two internal fields into every VLAN, and so does this one. */
function show(call: Call, vlan: Vlan): Record<string, unknown> {
  const { vlan_id, name, description } = vlan;
  return {
    vlan_id,
    name,
    ...(description === undefined ? {} : { description }),
    owner_uuid: call.account.id,
  };
}

function createVlan(call: Call): Reply {
  const number = vlanNumber(call);
  const name = textParam(call, "name");
  if (name === undefined) throw invalidArgument('property "name": is missing and it is required');
  if (call.account.vlans.some(({ vlan_id }) => vlan_id === number)) {
    throw invalidArgument('property "vlan_id": VLAN already exists');
  }
  const vlan: Vlan = { vlan_id: number, name, description: textParam(call, "description") };
  call.account.vlans.push(vlan);
  return { status: 201, body: show(call, vlan) };
}

function updateVlan(call: Call): Reply {
  const vlan = vlanOf(call);
  vlan.name = textParam(call, "name") ?? vlan.name;
  vlan.description = textParam(call, "description") ?? vlan.description;
  return { status: 202, body: show(call, vlan) };
}

const networksOn = (call: Call, vlan: Vlan) =>
  call.world.networks.filter((net) => net.fabric && net.vlan === vlan.vlan_id);

function deleteVlan(call: Call): Reply {
  const vlan = vlanOf(call);
  if (networksOn(call, vlan).length > 0) {
    throw new Problem(409, "InUseError", "VLAN must not have networks on it");
  }
  call.account.vlans = call.account.vlans.filter((each) => each !== vlan);
  return { status: 204 };
}

function address(call: Call, name: string): string | undefined {
  const value = textParam(call, name);
  if (value !== undefined && !isIp(value)) {
    throw invalidArgument(`property "${name}": must be an IPv4 address`);
  }
  return value;
}

function changes(call: Call): Partial<Net> {
  const { resolvers, routes } = call.params;
  const list = resolvers === undefined
    ? undefined
    : (Array.isArray(resolvers) ? resolvers : [resolvers]).map(String);
  if (list !== undefined && list.length > 4) {
    throw invalidArgument('property "resolvers": maximum of 4 resolvers');
  }
  const found: Partial<Net> = {
    name: textParam(call, "name")!,
    description: textParam(call, "description"),
    provisionStart: address(call, "provision_start_ip")!,
    provisionEnd: address(call, "provision_end_ip")!,
    gateway: address(call, "gateway")!,
    resolvers: list!,
    routes: routes as Record<string, string>,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function createNetwork(call: Call): Reply {
  const vlan = vlanOf(call);
  for (const name of ["name", "subnet", "provision_start_ip", "provision_end_ip"]) {
    if (textParam(call, name) === undefined) {
      throw invalidArgument(`property "${name}": is missing and it is required`);
    }
  }
  const name = textParam(call, "name")!;
  const subnet = textParam(call, "subnet")!;
  if (range(subnet) === undefined) throw invalidArgument('property "subnet": Subnet must be in CIDR form');
  if (call.world.networks.some((net) => net.fabric && net.name === name)) {
    throw invalidArgument('property "name": Already exists');
  }
  const nat = call.params.internet_nat;
  const net = network({
    ...changes(call),
    name,
    subnet,
    id: call.world.ids.uuid(),
    fabric: true,
    vlan: vlan.vlan_id,
    nat: nat !== false && nat !== "false",
  });
  call.world.networks.push(net);
  return { status: 201, body: showNetwork(call, net) };
}

function networkOf(call: Call): Net {
  const net = networksOn(call, vlanOf(call)).find(({ id }) => id === call.params.id);
  if (net === undefined) throw notFound("network not found");
  return net;
}

function updateNetwork(call: Call): Reply {
  const net = networkOf(call);
  const { subnet: _subnet, gateway: _gateway, ...changed } = changes(call);
  Object.assign(net, changed, { first: ipNumber(changed.provisionStart ?? net.provisionStart) });
  net.last = ipNumber(net.provisionEnd);
  return { body: showNetwork(call, net) };
}

function deleteNetwork(call: Call): Reply {
  const net = networkOf(call);
  if (net.holders.size > 0) {
    throw new Problem(409, "InUseError", "network must have no NICs provisioned");
  }
  call.world.networks.splice(call.world.networks.indexOf(net), 1);
  return { status: 204 };
}

const vlans = "/:account/fabrics/default/vlans";
const vlan = `${vlans}/:vlan_id`;
const shared = { group: "networks", versions: SINCE_73 };
const head = true;

export const fabricRoutes: readonly Route[] = [
  {
    method: "GET",
    path: vlans,
    name: "ListFabricVLANs",
    ...shared,
    head,
    handle: (call) => ({ body: call.account.vlans.map((each) => show(call, each)) }),
  },
  { method: "POST", path: vlans, name: "CreateFabricVLAN", ...shared, handle: createVlan },
  { method: "PUT", path: vlan, name: "UpdateFabricVLAN", ...shared, handle: updateVlan },
  {
    method: "GET",
    path: vlan,
    name: "GetFabricVLAN",
    ...shared,
    head,
    handle: (call) => ({ body: show(call, vlanOf(call)) }),
  },
  { method: "DELETE", path: vlan, name: "DeleteFabricVLAN", ...shared, handle: deleteVlan },
  {
    method: "GET",
    path: `${vlan}/networks`,
    name: "ListFabricNetworks",
    ...shared,
    head,
    handle: (call) => ({ body: networksOn(call, vlanOf(call)).map((net) => showNetwork(call, net)) }),
  },
  { method: "POST", path: `${vlan}/networks`, name: "CreateFabricNetwork", ...shared, handle: createNetwork },
  {
    method: "GET",
    path: `${vlan}/networks/:id`,
    name: "GetFabricNetwork",
    ...shared,
    head,
    handle: (call) => ({ body: showNetwork(call, networkOf(call)) }),
  },
  {
    method: "PUT",
    path: `${vlan}/networks/:id`,
    name: "UpdateFabricNetwork",
    ...shared,
    handle: updateNetwork,
  },
  {
    method: "DELETE",
    path: `${vlan}/networks/:id`,
    name: "DeleteFabricNetwork",
    ...shared,
    handle: deleteNetwork,
  },
];
