/**
 * The routes of the changefeed and the console, which only answer upgrades.
 *
 * @module
 */
import { type Call, machineOfCall, type Reply } from "./protocol/call.ts";
import { isVirtual } from "./records/machine.ts";
import { plainError, Problem } from "./protocol/problem.ts";
import type { Route } from "./protocol/call.ts";

/** For a request to upgrade to a WebSocket: the account whose changes the client asks for. The HTTP server handles the rest. */
function changefeed(call: Call): Reply {
  if (call.request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    throw plainError("Connection Must Upgrade For WebSockets");
  }
  return { status: 101, feedOf: call.account.id };
}

function console(call: Call): Reply {
  const machine = machineOfCall(call);
  if (!isVirtual(machine.brand)) {
    throw new Problem(400, "MachineHasNoVNCError", "Specified machine does not have a VNC console");
  }
  if (machine.state !== "running") {
    throw new Problem(400, "MachineStoppedError", "Specified machine is stopped and cannot be connected to");
  }
  throw new Problem(400, "UpgradeRequiredError", "VNC connect endpoint is a WebSocket and must be Upgraded");
}

export const feedRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/:account/changefeed",
    name: "changefeed",
    group: "changefeed",
    handle: changefeed,
  },
  {
    method: "GET",
    path: "/:account/machines/:machine/vnc",
    name: "ConnectMachineVNC",
    group: "machines",
    versions: ["8.4.0"],
    handle: console,
  },
];
