/**
 * Metadata of machines. Writes answer with the future values, and are carried out a moment later.
 *
 * @module
 */
import { type Call, machineOfCall, type Reply, textParam } from "../../protocol/call.ts";
import { passwordsOf } from "../../records/machine.ts";
import { allocated, begin } from "../machine_actions.ts";
import { invalidArgument, notFound, validationFailed } from "../../protocol/problem.ts";
import type { Route } from "../../protocol/call.ts";
import { forbidden, loadStray } from "./stored_tags.ts";

const NOT_METADATA = new Set(["account", "machine", "uuid", "owner_uuid", "credentials", "image"]);
const KEPT = new Set(["credentials", "administrator_pw", "root_authorized_keys"]);

function addMetadata(call: Call): Reply {
  const machine = machineOfCall(call);
  loadStray(call);
  const named = Object.entries(call.params).filter(([key]) => !NOT_METADATA.has(key) && !key.endsWith("_pw"));
  const wrong = forbidden("customer_metadata", Object.fromEntries(named));
  if (wrong !== undefined) throw validationFailed("Invalid metadatum parameters", wrong);
  const sent = Object.fromEntries(named.filter(([key]) => key !== "__proto__"));
  allocated(machine, "update");
  begin(call, machine, {
    action: "set_metadata",
    pace: "update",
    changes: ["customer_metadata"],
    finally: () => {
      machine.metadata = { ...machine.metadata, ...sent };
    },
  });
  return { headers: { "x-job-uuid": machine.jobs.at(-1)!.id }, body: { ...machine.metadata, ...sent } };
}

function listMetadata(call: Call): Reply {
  const machine = machineOfCall(call);
  const credentials = call.params.credentials ? { credentials: passwordsOf(machine.internal ?? {}) } : {};
  return { body: { ...machine.metadata, ...credentials } };
}

function getMetadata(call: Call): Reply {
  const machine = machineOfCall(call);
  const key = textParam(call, "key")!;
  if (key === "credentials") return { body: passwordsOf(machine.internal ?? {}) };
  if (!Object.hasOwn(machine.metadata, key)) throw notFound(`Metadata "${key}" not found`);
  const value = machine.metadata[key];
  if (typeof value !== "string") throw notFound(`${key} is not metadata`);
  return { body: value };
}

function deleteMetadata(call: Call): Reply {
  const machine = machineOfCall(call);
  const key = textParam(call, "key")!;
  if (KEPT.has(key)) throw invalidArgument(`Metadata key ${key} can not be deleted`);
  // The server puts the name into the backend's URL unencoded, so that it leads elsewhere.
  if (/[/%?#]/.test(key)) throw notFound(`Metadata "${key}" not found`);
  if (!Object.hasOwn(machine.metadata, key)) throw notFound(`Metadata "${key}" not found`);
  return remove(call, "remove_metadata", (name) => name !== key);
}

function remove(call: Call, action: string, stays: (key: string) => boolean): Reply {
  const machine = machineOfCall(call);
  allocated(machine, "update");
  begin(call, machine, {
    action,
    pace: "update",
    changes: ["customer_metadata"],
    finally: () => {
      machine.metadata = Object.fromEntries(Object.entries(machine.metadata).filter(([key]) => stays(key)));
    },
  });
  return { status: 204 };
}

/** The server sets the metadata to what is kept, and to the two ids that it sends to the backend (`delAll`). */
function deleteAll(call: Call): Reply {
  const machine = machineOfCall(call);
  allocated(machine, "update");
  begin(call, machine, {
    action: "replace_metadata",
    pace: "update",
    changes: ["customer_metadata"],
    finally: () => {
      const { administrator_pw, root_authorized_keys } = machine.metadata;
      machine.metadata = {
        uuid: machine.id,
        owner_uuid: call.account.id,
        ...(administrator_pw ? { administrator_pw } : {}),
        ...(root_authorized_keys ? { root_authorized_keys } : {}),
      };
    },
  });
  return { status: 204 };
}

const path = "/:account/machines/:machine/metadata";
const group = "machines";

export const metadataRoutes: readonly Route[] = [
  { method: "POST", path, name: "AddMachineMetadata", group, handle: addMetadata },
  { method: "GET", path, name: "ListMachineMetadata", group, head: true, handle: listMetadata },
  { method: "GET", path: `${path}/:key`, name: "GetMachineMetadata", group, head: true, handle: getMetadata },
  {
    method: "DELETE",
    path,
    name: "DeleteAllMachineMetadata",
    group,
    handle: deleteAll,
  },
  { method: "DELETE", path: `${path}/:key`, name: "DeleteMachineMetadata", group, handle: deleteMetadata },
];
