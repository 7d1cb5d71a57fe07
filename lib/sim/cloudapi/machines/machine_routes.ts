/**
 * ListMachines, GetMachine, DeleteMachine and the actions of `POST /machines/:machine`.
 *
 * @module
 */
import {
  type Call,
  callerOf,
  machineOfCall,
  recordContext,
  type Reply,
  textParam,
} from "../protocol/call.ts";
import {
  isActive,
  isVirtual,
  type Machine,
  machineJson,
  machineRecord,
  visible,
} from "../records/machine.ts";
import { doAction } from "./machine_actions.ts";
import {
  invalidArgument,
  missingParameter,
  notFound,
  Problem,
  validationFailed,
} from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Finds the machine in a path before anything else is decided.
 *
 * @throws {Problem} 404 when there is none, 409 when the id is not a UUID.
 */
export function loadMachine(call: Call): void {
  if (!call.path.includes("/machines")) return;
  const id = call.params.machine ??
    (call.params.resource_name === "machines" ? call.params.resource_id : undefined);
  if (id === undefined || id === "") return;
  if (typeof id !== "string" || !UUID.test(id)) {
    throw validationFailed("Invalid Parameters", { field: "uuid", code: "Invalid", message: "Invalid UUID" });
  }
  const machine = call.account.machines.get(id);
  if (machine === undefined) throw notFound("VM not found");
  call.machine = machine;
  call.params.image = machine.image; // this is why no tag can have this name
}

/** The filters for the backend, made from the query. */
function filters(call: Call): ((machine: Machine) => boolean)[] {
  const { params } = call;
  const tests: ((machine: Machine) => boolean)[] = [];
  const state = params.state;
  if (state === "running" || state === "stopped") tests.push((machine) => visible(machine) === state);
  else if (state === "destroyed") tests.push((machine) => machine.state === "destroyed");
  else if (state === "unknown") throw invalidParameter("state", "Invalid parameter");
  else if (state !== undefined && !["provisioning", "stopping", "active"].includes(String(state))) {
    throw invalidArgument(`${state} is not a valid state`);
  }
  // For a state that the backend cannot filter by, it returns all machines that are not gone.
  const lies = state !== undefined && state !== "destroyed";
  if (lies || (state === undefined && !params.tombstone)) tests.push(isActive);

  if (params.type === "smartmachine") tests.push((machine) => !isVirtual(machine.brand));
  else if (params.type === "virtualmachine") tests.push((machine) => isVirtual(machine.brand));
  else if (params.type !== undefined) throw invalidArgument(`${params.type} is not a valid type`);

  const docker = params.docker === undefined ? undefined : String(params.docker);
  if (docker !== undefined) {
    if (docker !== "true" && docker !== "false") throw invalidArgument(`${docker} is not a valid boolean`);
    tests.push((machine) => machine.docker === (docker === "true"));
  }
  const brand = textParam(call, "brand");
  if (brand !== undefined) tests.push((machine) => machine.brand === brand);
  const image = textParam(call, "image");
  if (image !== undefined) tests.push((machine) => machine.image === image);
  const memory = textParam(call, "memory");
  if (memory !== undefined) tests.push((machine) => machine.pkg.memory === Number(memory));
  for (const [key, wanted] of Object.entries(params)) {
    if (!key.startsWith("tag.")) continue;
    const tag = key.slice(4);
    tests.push((machine) =>
      Object.hasOwn(machine.tags, tag) && String(machine.tags[tag]) === String(wanted) &&
      isFoundBy(tag, String(wanted))
    );
  }
  return tests;
}

/**
 * Whether the backend's filter finds a stored tag. `-` and `=` are stored escaped. The filter escapes only `-`, and not
 * in numbers (sdc-vmapi `_addTagsFilter`, `objectToTagFormat`).
 */
function isFoundBy(tag: string, value: string): boolean {
  if (tag.includes("=") || value.includes("=")) return false;
  return !value.includes("-") || Number.isNaN(Number(value));
}

/** An image in the query is looked up before the list is read (sdc-cloudapi `loadDatasets`). */
function loadImage(call: Call): void {
  const id = textParam(call, "image");
  if (id === undefined || !UUID.test(id)) return;
  const image = call.world.images.find((each) => each.id === id);
  if (image === undefined || image.state === "destroyed") throw notFound("image not found");
}

function invalidParameter(field: string, message: string): Problem {
  return validationFailed("Invalid Parameters", { field, code: "Invalid", message });
}

function pageNumber(
  call: Call,
  field: "limit" | "offset",
  fallback: number,
  min: number,
  max: number,
): number {
  const value = call.params[field];
  if (value === undefined || value === "") return fallback;
  const number = Number.parseInt(String(value), 10);
  if (!(number >= min && number <= max)) {
    const bounds = max === Infinity ? `greater than or equal to ${min}` : `between ${min} and ${max}`;
    throw invalidParameter(field, `Not a valid number: number must be ${bounds}`);
  }
  return number;
}

function listMachines(call: Call): Reply {
  const { pageLimit } = call.world.settings;
  // DNS names are shown only for a single machine.
  const context = { ...recordContext(call), dnsNames: undefined };
  const found: string[] = [];
  const headers: Record<string, string> = {};
  if (call.params.tags === "*") {
    for (const machine of call.account.machines.all()) {
      if (Object.keys(machine.tags).length > 0) found.push(machineJson(machine, context));
    }
  } else {
    loadImage(call);
    const tests = filters(call);
    const limit = pageNumber(call, "limit", pageLimit, 1, pageLimit);
    let skip = pageNumber(call, "offset", 0, 0, Infinity);
    headers["x-query-limit"] = String(limit);
    const name = textParam(call, "name");
    // The backend finds all names that begin with it.
    const candidates = name === undefined
      ? call.account.machines.all()
      : call.account.machines.beginning(name);
    for (const machine of candidates) {
      if (!tests.every((test) => test(machine))) continue;
      if (skip-- > 0) continue;
      found.push(machineJson(machine, context));
      if (found.length === limit) break;
    }
  }
  headers["x-resource-count"] = String(found.length);
  return { headers, json: `[${found.join(",")}]` };
}

function getMachine(call: Call): Reply {
  const machine = machineOfCall(call);
  return {
    status: machine.state === "destroyed" ? 410 : 200,
    json: machineJson(machine, recordContext(call)),
  };
}

function updateMachine(call: Call): Reply {
  const { action } = call.params;
  if (!action) throw missingParameter("action is required");
  return doAction(call, machineOfCall(call), String(action)) ?? refuseAction(String(action));
}

function refuseAction(action: string): never {
  throw invalidArgument(`${action} is not a valid action`);
}

function deleteMachine(call: Call): Reply {
  const machine = machineOfCall(call);
  const { world } = call;
  if (machine.state === "destroyed") {
    return { status: 410, body: machineRecord(machine, recordContext(call)) };
  }
  if (machine.protection) {
    throw new Problem(
      409,
      "CannotDestroyMachineError",
      'Instance has "deletion_protection" enabled, preventing deletion',
    );
  }
  if (world.workshop.pending(machine, "destroy")) return { status: 204 };
  const running = machine.state === "running";
  world.executed(machine, "destroy");
  world.workshop.add(machine, {
    action: "destroy",
    caller: callerOf(call),
    through: [...(running ? [{ state: "stopping" as const, share: 0 }] : []), {
      state: "destroyed",
      share: 1,
    }],
    pace: 0.7,
    changes: ["state", "destroyed"],
  });
  return { status: 204 };
}

export const machineRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/:account/machines",
    name: "ListMachines",
    group: "machines",
    head: true,
    handle: listMachines,
  },
  {
    method: "GET",
    path: "/:account/machines/:machine",
    name: "GetMachine",
    group: "machines",
    head: true,
    handle: getMachine,
  },
  {
    method: "POST",
    path: "/:account/machines/:machine",
    name: "UpdateMachine",
    group: "machines",
    handle: updateMachine,
  },
  {
    method: "DELETE",
    path: "/:account/machines/:machine",
    name: "DeleteMachine",
    group: "machines",
    handle: deleteMachine,
  },
];
