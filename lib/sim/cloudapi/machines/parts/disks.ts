/**
 * Disks of bhyve machines, which must be stopped for any change.
 *
 * @module
 */
import { type Call, machineOfCall, readRoutes, type Reply } from "../../protocol/call.ts";
import type { Disk, Machine } from "../../records/machine.ts";
import { begin } from "../machine_actions.ts";
import { diskId } from "../../records/machine_seed.ts";
import { invalidArgument, missingParameter, notFound, Problem } from "../../protocol/problem.ts";
import type { Route } from "../../protocol/call.ts";
import { SINCE_72 } from "../../version.ts";

const MAX_DISKS = 8;

function show(machine: Machine, disk: Disk): Record<string, unknown> {
  const { id, pci_slot, size, block_size, boot } = disk;
  return { id, pci_slot, size, block_size, boot, state: disk.state ?? machine.state };
}

function stopped(machine: Machine): void {
  if (machine.state !== "stopped") throw invalidArgument("VM must be stopped");
}

function createDisk(call: Call): Reply {
  const machine = machineOfCall(call);
  const { size, pci_slot: slot } = call.params;
  // The real server forgets to throw here, and never answers.
  if (machine.brand !== "bhyve") return { never: true };
  stopped(machine);
  if (!size) throw missingParameter("size must be specified");
  if (size !== "remaining" && Number.isNaN(Number(size))) throw invalidArgument("size must be a number");
  if (slot !== undefined && !/^[0-9]{1,3}:[0-9]{1,2}:[0-7]$/.test(String(slot))) {
    throw invalidArgument("pci_slot has wrong format");
  }
  if (machine.disks.length >= MAX_DISKS) {
    throw invalidArgument(`A maximum of ${MAX_DISKS} disks per VM are supported`);
  }
  if (size === "remaining" && !machine.pkg.flexible) {
    throw invalidArgument("remaining is only supported for VMs created with flexible_disk_size packages");
  }
  const used = machine.disks.reduce((sum, disk) => sum + disk.size, 0);
  if (machine.pkg.flexible && size !== "remaining" && used + Number(size) > machine.pkg.disk) {
    throw new Problem(409, "InsufficientDiskSpace", "VM does not have sufficient free disk");
  }
  const free = ["0", "1", "2", "3", "4", "5", "6", "7"].map((n) => `0:4:${n}`)
    .find((each) => !machine.disks.some((disk) => disk.pci_slot === each))!;
  const disk: Disk = {
    id: diskId(machine.id, String(slot ?? free)),
    pci_slot: String(slot ?? free),
    size: size === "remaining" ? machine.pkg.disk - used : Number(size),
    block_size: Number(call.params.block_size ?? 8192),
    boot: false,
    state: "creating",
  };
  // While a disk is being created, it is shown only if its slot is known.
  if (slot !== undefined) machine.disks = [...machine.disks, disk];
  begin(call, machine, {
    action: "unknown",
    pace: "update",
    changes: ["disks"],
    finally: () => {
      delete disk.state;
      if (!machine.disks.includes(disk)) machine.disks = [...machine.disks, disk];
    },
  });
  if (slot === undefined) return { status: 202 };
  return {
    headers: { location: `/${call.account.login}/machines/${machine.id}/disks/${disk.id}` },
    body: show(machine, disk),
  };
}

function diskOf(call: Call): Disk {
  const disk = machineOfCall(call).disks.find(({ id }) => id === call.params.disk);
  if (disk === undefined) throw notFound("disk not found");
  return disk;
}

function resizeDisk(call: Call): Reply {
  const machine = machineOfCall(call);
  const disk = diskOf(call);
  stopped(machine);
  const { size, dangerous_allow_shrink: shrink } = call.params;
  if (!size) throw missingParameter("size must be specified");
  if (Number.isNaN(Number(size))) throw invalidArgument("size must be a number");
  if (shrink !== undefined && typeof shrink !== "boolean") {
    throw invalidArgument("dangerous_allow_shrink must be a boolean");
  }
  if (Number(size) < disk.size && shrink !== true) {
    throw invalidArgument("Reducing disk size is a dangerous operation");
  }
  disk.state = "resizing";
  begin(call, machine, {
    action: "unknown",
    pace: "update",
    changes: ["disks"],
    finally: () => {
      disk.size = Number(size);
      delete disk.state;
    },
  });
  return { body: show(machine, disk) };
}

function deleteDisk(call: Call): Reply {
  const machine = machineOfCall(call);
  const disk = diskOf(call);
  stopped(machine);
  disk.state = "deleting";
  begin(call, machine, {
    action: "unknown",
    pace: "update",
    changes: ["disks"],
    finally: () => {
      machine.disks = machine.disks.filter((each) => each !== disk);
    },
  });
  return { status: 204 };
}

function listDisks(call: Call): Reply {
  const machine = machineOfCall(call);
  return {
    headers: { "x-resource-count": String(machine.disks.length) },
    body: machine.disks.map((disk) => show(machine, disk)),
  };
}

const path = "/:account/machines/:machine/disks";
const shared = { group: "machines", versions: SINCE_72 };

export const diskRoutes: readonly Route[] = [
  { method: "POST", path, name: "CreateMachineDisk", ...shared, handle: createDisk },
  ...readRoutes(
    { path, param: "disk", names: ["ListMachineDisks", "GetMachineDisk"], ...shared },
    listDisks,
    (call) => ({ body: show(machineOfCall(call), diskOf(call)) }),
  ),

  { method: "POST", path: `${path}/:disk`, name: "ResizeMachineDisk", ...shared, handle: resizeDisk },
  { method: "DELETE", path: `${path}/:disk`, name: "DeleteMachineDisk", ...shared, handle: deleteDisk },
];
