/**
 * Backups: create, list, delete.
 *
 * @module
 */
import type { Json, JsonObject } from "../../exact_json.ts";
import { fault } from "../../reply.ts";
import { seconds } from "../../times.ts";
import type { Backup } from "../records/backup.ts";
import { ACCEPTED, type Call, type Handler } from "../protocol/call.ts";
import type { Instance } from "../records/instance.ts";
import { NAME } from "../instances/instance_create.ts";
import { versionById } from "../lookups.ts";
import { changePage } from "../protocol/pages.ts";
import { reserveQuota } from "../protocol/quota_check.ts";
import type { Schema } from "../protocol/schema.ts";

const UUID: Schema = { type: "string", pattern: "^[0-9a-fA-F-]{36}$" };
const FLAG: Schema = { anyOf: [{ type: "boolean" }, { type: "integer", minimum: 0, maximum: 1 }] };

const CREATE: Schema = {
  required: ["name"],
  properties: {
    name: NAME,
    description: { type: "string" },
    instance: UUID,
    parent_id: UUID,
    incremental: FLAG,
    swift_container: { type: "string" },
    restore_from: {
      type: "object",
      required: ["remote_location", "local_datastore_version_id", "size"],
      properties: { remote_location: { type: "string" }, local_datastore_version_id: UUID },
    },
  },
};

function view(backup: Backup): JsonObject {
  const { version } = backup;
  return {
    id: backup.id,
    name: backup.name,
    description: backup.description,
    locationRef: backup.location,
    instance_id: backup.instanceId,
    created: seconds(backup.created),
    updated: seconds(backup.updated),
    size: backup.size,
    status: backup.status,
    parent_id: backup.parent?.id ?? null,
    project_id: backup.project.id,
    datastore: { type: version.datastore.name, version: version.name, version_id: version.id },
  };
}

/** The last changed first. The marker of a page is how many came before. */
function list(call: Call, keep: (backup: Backup) => boolean) {
  const { items, links } = changePage(call, call.region.backups.filter(keep).toReversed());
  return { status: 200, json: { backups: items.map(view) as Json, ...links } };
}

export const listBackups: Handler = (call) => {
  const { query, admin } = call;
  const all = query.get("all_projects")?.toLowerCase() === "true";
  if (all && !admin) {
    throw fault(403, "Policy doesn't allow backup:index:all_projects to be performed.", false);
  }
  const project = query.get("project_id") ?? call.project.id;
  if (project !== call.project.id && !admin) {
    throw fault(403, "Policy doesn't allow backup:index:all_projects to be performed.", false);
  }
  const [datastore, instance] = [query.get("datastore"), query.get("instance_id")];
  return list(call, (one) =>
    (all || one.project.id === project) &&
    (datastore === null || [one.version.datastore.id, one.version.datastore.name].includes(datastore)) &&
    (instance === null || one.instanceId === instance));
};

export const listInstanceBackups: Handler = (call) => {
  const { id } = call.instance();
  return list(call, (one) => one.instanceId === id);
};

function find(call: Call, id: Json | undefined): Backup {
  const found = call.region.backups.find((one) =>
    one.id === id && (one.project === call.project || call.admin)
  );
  if (found === undefined) throw call.notFound(String(id));
  return found;
}

export const getBackup: Handler = (call) => ({
  status: 200,
  json: { backup: view(find(call, call.param(0))) },
});

export const createBackup: Handler = (call) => {
  const said = call.inner("backup", CREATE);
  const backup = said.restore_from === undefined ? take(call, said) : register(call, said);
  call.region.backups.push(backup);
  return { status: 202, json: { backup: view(backup) } };
};

function blank(call: Call, said: JsonObject) {
  return {
    id: call.region.uuid(),
    name: String(said.name),
    description: typeof said.description === "string" ? said.description : null,
    project: call.project,
    created: call.now,
    updated: call.now,
    status: "NEW" as const,
    size: null,
    location: null,
  };
}

function take(call: Call, said: JsonObject): Backup {
  if (said.instance === undefined) throw fault(400, "Instance ID is required for creating a backup.");
  const instance = call.instance(String(said.instance));
  const { region } = call;
  call.action = "backup";
  call.mustBeIdle(instance);
  let parent = said.parent_id === undefined ? undefined : find(call, said.parent_id);
  if (parent === undefined && (said.incremental === 1 || said.incremental === true)) {
    parent = region.backups.findLast((one) => one.instanceId === instance.id && one.status === "COMPLETED");
  }
  if (parent !== undefined && parent.status !== "COMPLETED") {
    throw fault(422, `Backup ${parent.id} is not completed, and so no parent of another.`);
  }
  reserveQuota(region, instance.project, { backups: 1 });
  const { version, databases } = instance;
  const backup: Backup = {
    ...blank(call, said),
    instanceId: instance.id,
    parent,
    version,
    databases: [...databases],
  };
  const container = region.strategies.find((one) => one.instanceId === instance.id)?.container ??
    region.strategies.find((one) => one.project === call.project.id && one.instanceId === "")?.container;
  run(call, backup, instance, String(said.swift_container ?? container ?? "database_backups"));
  return backup;
}

/** `NEW`, `BUILDING`, `SAVING`, `COMPLETED`; or `FAILED` when the name ends in `BACKUP_ERROR`. */
function run(call: Call, backup: Backup, instance: Instance, container: string): void {
  const { timeline } = call.region;
  const whole = call.region.duration("backup");
  const step = (part: number, change: () => void) =>
    timeline.add(backup.id, call.now + whole * part, (at) => {
      change();
      backup.updated = at;
    });
  instance.runningBackups++;
  step(0.1, () => backup.status = "BUILDING");
  step(0.7, () => backup.status = "SAVING");
  step(1, () => {
    instance.runningBackups--;
    if (/BACKUP_ERROR$/.test(backup.name)) backup.status = "FAILED";
    else {
      const ref =
        `https://swift.sim.invalid/v1/AUTH_${backup.project.id}/${container}/${backup.id}.xbstream.gz.enc`;
      Object.assign(backup, { status: "COMPLETED", size: 0.14, location: ref });
    }
  });
}

/** Registers a backup of another region here. */
function register(call: Call, said: JsonObject): Backup {
  const from = said.restore_from as JsonObject;
  reserveQuota(call.region, call.project, { backups: 1 });
  call.action = "register-backup";
  return {
    ...blank(call, said),
    instanceId: null,
    parent: undefined,
    version: versionById(call, String(from.local_datastore_version_id)),
    databases: [],
    status: "RESTORED",
    size: Number(from.size),
    location: String(from.remote_location),
  };
}

/** Its increments are deleted with it. */
export const deleteBackup: Handler = (call) => {
  const backup = find(call, call.param(0));
  if (["NEW", "BUILDING", "SAVING"].includes(backup.status)) {
    throw fault(422, `Backup ${backup.id} cannot be deleted because it is running.`);
  }
  const { backups } = call.region;
  const gone = new Set([backup]);
  for (const one of backups) if (one.parent !== undefined && gone.has(one.parent)) gone.add(one);
  for (const one of gone) backups.splice(backups.indexOf(one), 1);
  call.action = "delete-backup";
  return ACCEPTED;
};
