/**
 * Snapshots of machines.
 *
 * @module
 */
import { type Call, machineOfCall, type Reply, textParam } from "../../protocol/call.ts";
import type { Snapshot } from "../../records/snapshot.ts";
import { allocated, begin } from "../machine_actions.ts";
import { invalidArgument, notFound, Problem } from "../../protocol/problem.ts";
import type { Route } from "../../protocol/call.ts";

function show(snapshot: Snapshot): Record<string, unknown> {
  const made = new Date(snapshot.made!).toISOString();
  return { name: snapshot.name, state: "created", size: snapshot.size, created: made, updated: made };
}

function createSnapshot(call: Call): Reply {
  const machine = machineOfCall(call);
  if (machine.brand === "bhyve") throw invalidArgument("Snapshots of bhyve VMs are not allowed");
  if (machine.brand === "kvm") {
    throw new Problem(409, "BrandNotSupported", 'snapshots are not supported for VMs of brand "kvm"');
  }
  const name = textParam(call, "name") ??
    new Date(call.world.agenda.now).toISOString().replace(/[-:]|\.\d+/g, "");
  if (machine.snapshots.some((each) => each.name === name && !each.gone)) {
    throw invalidArgument(`Snapshot name ${name} is already in use`);
  }
  allocated(machine, "create_snapshot");
  const snapshot: Snapshot = {
    name,
    made: undefined,
    gone: false,
    size: 28_672 + machine.snapshots.length * 4096,
  };
  machine.snapshots.push(snapshot);
  begin(call, machine, {
    action: "create_snapshot",
    pace: 0.25,
    changes: ["snapshots"],
    finally: () => {
      snapshot.made = call.world.agenda.now;
    },
  });
  return { status: 201, body: { name, state: "queued" } };
}

function getSnapshot(call: Call): Reply {
  const name = textParam(call, "name")!;
  const snapshot = machineOfCall(call).snapshots.findLast((each) => each.name === name);
  if (snapshot === undefined) throw notFound("Snapshot does not exist");
  // While it is being created it is not listed, and a snapshot that is not listed counts as deleted.
  if (snapshot.made === undefined || snapshot.gone) return { body: { name, state: "deleted" } };
  return { body: show(snapshot) };
}

function existing(call: Call): Snapshot {
  const name = textParam(call, "name")!;
  const snapshot = machineOfCall(call).snapshots.find((each) =>
    each.name === name && each.made !== undefined && !each.gone
  );
  if (snapshot === undefined) throw notFound(`${name} not found`);
  return snapshot;
}

function bootSnapshot(call: Call): Reply {
  const machine = machineOfCall(call);
  existing(call);
  allocated(machine, "rollback_snapshot");
  const running = machine.state === "running";
  begin(call, machine, {
    action: "rollback_snapshot",
    through: [
      ...(running
        ? [{ state: "stopping" as const, share: 0 }, { state: "stopped" as const, share: 0.5 }]
        : []),
      { state: "running", share: 1 },
    ],
    changes: ["state"],
  });
  return { status: 202 };
}

function deleteSnapshot(call: Call): Reply {
  const machine = machineOfCall(call);
  const snapshot = existing(call);
  begin(call, machine, {
    action: "delete_snapshot",
    pace: 0.25,
    changes: ["snapshots"],
    finally: () => {
      snapshot.gone = true;
    },
  });
  return { status: 204 };
}

const path = "/:account/machines/:machine/snapshots";
const group = "machines";

export const snapshotRoutes: readonly Route[] = [
  { method: "POST", path, name: "CreateMachineSnapshot", group, handle: createSnapshot },
  { method: "POST", path: `${path}/:name`, name: "StartMachineFromSnapshot", group, handle: bootSnapshot },
  {
    method: "GET",
    path,
    name: "ListMachineSnapshots",
    group,
    head: true,
    handle: (call) => ({
      body: machineOfCall(call).snapshots.filter((each) => each.made !== undefined && !each.gone).map(show),
    }),
  },
  {
    method: "GET",
    path: `${path}/:name`,
    name: "GetMachineSnapshot",
    group,
    head: true,
    handle: getSnapshot,
  },
  { method: "DELETE", path: `${path}/:name`, name: "DeleteMachineSnapshot", group, handle: deleteSnapshot },
];
