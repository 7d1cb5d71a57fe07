/**
 * NICs of machines. Adding or removing one reboots a running machine.
 *
 * @module
 */
import { type Call, machineOfCall, readRoutes, type Reply } from "../../protocol/call.ts";
import type { Machine, Nic } from "../../records/machine.ts";
import { allocated, begin } from "../machine_actions.ts";
import { newNic } from "../../records/machine_seed.ts";
import { releaseAddress } from "../../records/network_catalog.ts";
import { readNetwork } from "./nic_requests.ts";
import { invalidArgument, missingParameter, notFound } from "../../protocol/problem.ts";
import type { Route } from "../../protocol/call.ts";
import { SINCE_72 } from "../../version.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const nicPath = (call: Call, machine: Machine, nic: Nic) =>
  `/${call.account.login}/machines/${machine.id}/nics/${nic.mac.replaceAll(":", "")}`;

/** The states of a machine while its NICs change. */
const reboot = (machine: Machine) =>
  machine.state === "running"
    ? [{ state: "stopping" as const, share: 0 }, { state: "running" as const, share: 1 }]
    : [];

function addNic(call: Call): Reply {
  const machine = machineOfCall(call);
  const { world, params } = call;
  const asked = params.network;
  if (!asked) throw missingParameter("network must be specified");
  if (typeof asked === "string" && !UUID.test(asked)) {
    throw invalidArgument("network argument has invalid format");
  }
  if (typeof asked !== "string" && typeof asked !== "object") {
    throw invalidArgument("network argument must be a network object or string");
  }
  const { id, ip } = readNetwork(call, asked);
  const net = world.networks.find((each) => each.id === id);
  if (net === undefined) throw invalidArgument("network not found");
  const there = machine.nics.find((nic) => nic.network === id);
  if (there !== undefined) return { status: 302, headers: { location: nicPath(call, machine, there) } };
  allocated(machine, "add_nics");
  const primary = params.primary === true || params.primary === "true";
  const nic = newNic(world, net, machine.id, {
    primary,
    state: "provisioning",
    ...(ip === undefined ? {} : { ip }),
  });
  if (nic === undefined) throw invalidArgument(ip === undefined ? "no free IPs" : `IP ${ip} is in use`);
  machine.nics = [...machine.nics.map((each) => primary ? { ...each, primary: false } : each), nic];
  world.workshop.touch(machine, []);
  begin(call, machine, {
    action: "add_nics",
    through: reboot(machine),
    pace: 0.5,
    changes: ["nics"],
    finally: () => {
      const state = machine.state === "stopped" ? "stopped" : "running";
      machine.nics = machine.nics.map((each) => each.mac === nic.mac ? { ...each, state } : each);
    },
  });
  return { status: 201, headers: { location: nicPath(call, machine, nic) }, body: nic };
}

function nicOf(call: Call): Nic {
  const mac = String(call.params.mac);
  if (!/^[0-9a-f]{12}/i.test(mac)) throw invalidArgument("mac has invalid format");
  const nic = machineOfCall(call).nics.find((each) => each.mac.replaceAll(":", "") === mac.toLowerCase());
  if (nic === undefined) throw notFound("nic not found");
  return nic;
}

function removeNic(call: Call): Reply {
  const machine = machineOfCall(call);
  const nic = nicOf(call);
  begin(call, machine, {
    action: "remove_nics",
    through: reboot(machine),
    pace: 0.5,
    changes: ["nics"],
    finally: () => {
      machine.nics = machine.nics.filter((each) => each.mac !== nic.mac);
      const net = call.world.networks.find(({ id }) => id === nic.network);
      if (net !== undefined) releaseAddress(net, nic.ip);
    },
  });
  return { status: 204 };
}

function listNics(call: Call): Reply {
  const { nics } = machineOfCall(call);
  return { headers: { "x-resource-count": String(nics.length) }, body: nics };
}

const path = "/:account/machines/:machine/nics";
const shared = { group: "nics", versions: SINCE_72 };

export const nicRoutes: readonly Route[] = [
  { method: "POST", path, name: "AddNic", ...shared, handle: addNic },
  ...readRoutes(
    { path, param: "mac", names: ["ListNics", "GetNic"], ...shared },
    listNics,
    (call) => ({ body: nicOf(call) }),
  ),

  { method: "DELETE", path: `${path}/:mac`, name: "RemoveNic", ...shared, handle: removeNic },
];
