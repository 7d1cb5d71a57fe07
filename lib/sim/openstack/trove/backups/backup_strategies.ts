/**
 * Where backups are stored, for a project or for one instance.
 *
 * @module
 */
import type { Json } from "../../exact_json.ts";
import type { BackupStrategy } from "../records/backup.ts";
import { ACCEPTED, type Call, type Handler } from "../protocol/call.ts";

function view({ project, instanceId, container }: BackupStrategy): Json {
  return { project_id: project, instance_id: instanceId, backend: "swift", swift_container: container };
}

/** The strategies for the query: of the caller's project, unless an administrator asks for another's. */
function chosen(call: Call): (one: BackupStrategy) => boolean {
  const asked = call.query.get("project_id");
  if (asked !== null && asked !== call.project.id) call.policy("backup_strategy:index");
  const [project, instance] = [asked ?? call.project.id, call.query.get("instance_id")];
  return (one) => one.project === project && (instance === null || one.instanceId === instance);
}

export const listStrategies: Handler = (call) => ({
  status: 200,
  json: { backup_strategies: call.region.strategies.filter(chosen(call)).map(view) },
});

export const createStrategy: Handler = (call) => {
  const said = call.inner("backup_strategy", {
    required: ["swift_container"],
    properties: { instance_id: { type: "string" }, swift_container: { type: "string", minLength: 1 } },
  });
  const instanceId = typeof said.instance_id === "string" ? call.instance(said.instance_id).id : "";
  const { strategies } = call.region;
  let one = strategies.find((old) => old.project === call.project.id && old.instanceId === instanceId);
  const container = String(said.swift_container);
  if (one === undefined) strategies.push(one = { project: call.project.id, instanceId, container });
  one.container = container;
  call.action = "create-backup-strategy";
  return { status: 202, json: { backup_strategy: view(one) } };
};

/** The one of the instance; without an instance only that of the project. */
export const deleteStrategy: Handler = (call) => {
  const { strategies } = call.region;
  const means = chosen(call);
  const instance = call.query.get("instance_id") ?? "";
  const place = strategies.findIndex((one) => means(one) && one.instanceId === instance);
  if (place < 0) throw call.notFound(instance);
  strategies.splice(place, 1);
  call.action = "delete-backup-strategy";
  return ACCEPTED;
};
