/**
 * Tags of machines. Writes answer with the future values, and are carried out a moment later.
 *
 * @module
 */
import { type Call, machineOfCall, type Reply, textParam } from "../../protocol/call.ts";
import { allocated, begin } from "../machine_actions.ts";
import { notFound, validationFailed } from "../../protocol/problem.ts";
import type { Route } from "../../protocol/call.ts";
import { forbidden, loadStray, storedTags } from "./stored_tags.ts";

/** Parameters that never become tags. All others do, also those of the query. */
const NOT_TAGS = new Set(["account", "machine", "uuid", "owner_uuid", "context", "image"]);

function sentTags(call: Call, doing: string): Record<string, unknown> {
  loadStray(call);
  const tags = Object.fromEntries(Object.entries(call.params).filter(([key]) => !NOT_TAGS.has(key)));
  const wrong = forbidden("tags", tags);
  if (wrong !== undefined) throw validationFailed(`${doing}: Invalid tag parameters`, wrong);
  const special = Object.keys(tags).find((key) =>
    key.startsWith("triton.") && !key.startsWith("triton.cns.")
  );
  if (special !== undefined) {
    throw validationFailed(`${doing}: Invalid tag parameters`, {
      field: "tags",
      code: "Invalid",
      message: `Unrecognized special triton tag "${special}"`,
    });
  }
  return tags;
}

function addTags(call: Call): Reply {
  const machine = machineOfCall(call);
  const sent = sentTags(call, "error adding tags");
  allocated(machine, "update");
  begin(call, machine, {
    action: "set_tags",
    pace: "update",
    changes: ["tags"],
    finally: () => {
      machine.tags = { ...machine.tags, ...storedTags(sent) };
    },
  });
  return { headers: { "x-job-uuid": machine.jobs.at(-1)!.id }, body: { ...machine.tags, ...sent } };
}

function replaceTags(call: Call): Reply {
  const machine = machineOfCall(call);
  const sent = sentTags(call, "error replacing tags");
  allocated(machine, "update");
  const removes = Object.keys(machine.tags).some((key) => !Object.hasOwn(sent, key));
  begin(call, machine, {
    action: removes ? "replace_tags" : "set_tags",
    pace: "update",
    changes: ["tags"],
    finally: () => {
      machine.tags = storedTags(sent);
    },
  });
  return { headers: { "x-job-uuid": machine.jobs.at(-1)!.id }, body: sent };
}

function getTag(call: Call): Reply {
  const { tags } = machineOfCall(call);
  const name = textParam(call, "tag")!;
  if (!Object.hasOwn(tags, name)) throw notFound(`tag "${name}" not found`);
  const value = tags[name];
  return { body: typeof value === "string" ? value : "" };
}

function remove(call: Call, stays: (key: string) => boolean): Reply {
  const machine = machineOfCall(call);
  allocated(machine, "update");
  begin(call, machine, {
    action: "remove_tags",
    pace: "update",
    changes: ["tags"],
    finally: () => {
      machine.tags = Object.fromEntries(Object.entries(machine.tags).filter(([key]) => stays(key)));
    },
  });
  return { status: 204 };
}

function deleteTag(call: Call): Reply {
  const name = textParam(call, "tag")!;
  if (!Object.hasOwn(machineOfCall(call).tags, name)) throw notFound(`tag "${name}" not found`);
  return remove(call, (key) => key !== name);
}

const deleteTags = (call: Call): Reply => remove(call, () => false);

const path = "/:account/machines/:machine/tags";
const group = "machines";

export const tagRoutes: readonly Route[] = [
  { method: "POST", path, name: "AddMachineTags", group, handle: addTags },
  { method: "PUT", path, name: "ReplaceMachineTags", group, handle: replaceTags },
  {
    method: "GET",
    path,
    name: "ListMachineTags",
    group,
    head: true,
    handle: (call) => ({ body: machineOfCall(call).tags }),
  },
  { method: "GET", path: `${path}/:tag`, name: "GetMachineTag", group, head: true, handle: getTag },
  { method: "DELETE", path, name: "DeleteMachineTags", group, handle: deleteTags },
  { method: "DELETE", path: `${path}/:tag`, name: "DeleteMachineTag", group, handle: deleteTag },
];
