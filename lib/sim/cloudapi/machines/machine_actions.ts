/**
 * The actions of `POST /machines/:machine?action=…`.
 *
 * @module
 */
import { type Call, callerOf, recordContext, type Reply, textParam } from "../protocol/call.ts";
import { type Machine, machineRecord, publicState, visible, type VmState } from "../records/machine.ts";
import type { Work } from "../records/machine_jobs.ts";
import { nameIsTaken } from "./machine_names.ts";
import { newestPackage } from "../records/machine_seed.ts";
import { invalidArgument, invalidState, missingParameter, Problem } from "../protocol/problem.ts";

type Plan = Omit<Work, "caller">;

/** Actions that lead from one state to another. */
const TRANSITIONS: Record<string, Plan & { from: VmState }> = {
  start: { action: "start", from: "stopped", through: [{ state: "running", share: 1 }], changes: ["state"] },
  stop: {
    action: "stop",
    from: "running",
    through: [{ state: "stopping", share: 0 }, { state: "stopped", share: 1 }],
    changes: ["state"],
  },
  reboot: {
    action: "reboot",
    from: "running",
    through: [{ state: "stopping", share: 0 }, { state: "ready", share: 0.7 }, {
      state: "running",
      share: 1,
    }],
    changes: ["state"],
  },
};

/**
 * Carries out an action: 202 at once, the change later. Undefined if there is no such action.
 *
 * @throws {Problem} 409 when the machine's state does not allow the action.
 */
export function doAction(call: Call, machine: Machine, action: string): Reply | undefined {
  const { world } = call;
  const plan = Object.hasOwn(TRANSITIONS, action) ? TRANSITIONS[action]! : undefined;
  const make = Object.hasOwn(UPDATES, action) ? UPDATES[action]! : undefined;
  if (plan === undefined && make === undefined) return undefined;
  if (machine.state === "destroyed" && !action.endsWith("deletion_protection")) {
    return { status: 410, body: machineRecord(machine, recordContext(call)) };
  }
  if (plan !== undefined) {
    allocated(machine, action);
    checkState(call, machine, action, plan.from);
    begin(call, machine, plan);
    return { status: 202 };
  }
  const update = make!(call, machine);
  if (update === undefined) return { status: 202 }; // it is already done
  allocated(machine, "update");
  if (world.settings.stateChecks === "api" && machine.state === "failed") {
    throw invalidState(`Cannot ${action} a VM from a 'failed' state`);
  }
  begin(call, machine, update);
  return { status: 202 };
}

/** Queues a job on a machine, and records that it was executed. */
export function begin(call: Call, machine: Machine, work: Plan): void {
  call.world.executed(machine, work.action);
  call.world.workshop.add(machine, { ...work, caller: callerOf(call) });
}

/** @throws {Problem} 409 when the backend does not have the machine yet. */
export function allocated(machine: Machine, action: string): void {
  if (machine.state !== "provisioning") return;
  throw new Problem(409, "UnallocatedVM", `Cannot call ${action} for a VM that has not been provisioned yet`);
}

/** @throws {Problem} 409 InvalidState when the machine is in another state, unless the jobs check that. */
export function checkState(call: Call, machine: Machine, action: string, from: VmState): void {
  if (call.world.settings.stateChecks === "job" || visible(machine) === from) return;
  throw invalidState(`Cannot ${action} a VM from a '${publicState(visible(machine))}' state`);
}

/** Actions that change something else; undefined if nothing has to be changed. */
const UPDATES: Record<string, (call: Call, machine: Machine) => Plan | undefined> = {
  rename(call, machine) {
    const name = textParam(call, "name");
    if (name === undefined) throw missingParameter("New name must be specified");
    if (name.length > 189) throw invalidArgument("Name cannot be longer than 189 characters.");
    if (call.account.cns && name.length > 63) {
      throw invalidArgument(
        "Name cannot be longer than 63 characters, because you have triton_cns_enabled set on your Account.",
      );
    }
    nameIsTaken(call.account, name, "Invalid VM update parameters");
    return {
      action: "rename",
      pace: "update",
      changes: ["alias"],
      finally: () => {
        call.account.machines.rename(machine, name);
      },
    };
  },
  resize(call, machine) {
    if (machine.brand === "kvm") throw invalidArgument("resize is not supported for KVM virtualmachines");
    const asked = textParam(call, "package");
    if (asked === undefined) throw missingParameter("package must be specified");
    const pkg = call.world.packages.find(({ id }) => id === asked) ??
      newestPackage(call.world.packages, asked);
    if (pkg === undefined) throw invalidArgument(`${asked} is not a valid package`);
    if (!pkg.active) throw invalidArgument(`${asked} is inactive. Must use an active package`);
    const { min_ram, max_ram } = call.world.images.find(({ id }) => id === machine.image)?.requirements ?? {};
    if (min_ram !== undefined && min_ram > pkg.memory) {
      throw invalidArgument(`Package RAM (${pkg.memory}) is less than allowed by the image (${min_ram})`);
    }
    if (max_ram !== undefined && max_ram < pkg.memory) {
      throw invalidArgument(`Package RAM (${pkg.memory}) is more than allowed by the image (${max_ram})`);
    }
    if (machine.brand === "bhyve" && !pkg.flexible) {
      throw invalidArgument("Resizing to a package without flexible disk space is not supported");
    }
    return {
      action: "resize",
      pace: 0.3,
      changes: ["ram"],
      finally: () => {
        machine.pkg = pkg;
      },
    };
  },
  enable_firewall: (_, machine) => flag(machine, "firewall", true, "unknown"),
  disable_firewall: (_, machine) => flag(machine, "firewall", false, "unknown"),
  enable_deletion_protection: (_, machine) => flag(machine, "protection", true, "enable_deletion_protection"),
  disable_deletion_protection: (_, machine) =>
    flag(machine, "protection", false, "disable_deletion_protection"),
};

function flag(
  machine: Machine,
  what: "firewall" | "protection",
  on: boolean,
  action: string,
): Plan | undefined {
  if (machine[what] === on) return undefined;
  return {
    action,
    pace: "update",
    changes: [what],
    finally: () => {
      machine[what] = on;
    },
  };
}
