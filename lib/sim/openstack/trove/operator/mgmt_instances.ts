/**
 * What administrators can read of any instance, and do to it.
 *
 * @module
 */
import { isObject, type JsonObject } from "../../exact_json.ts";
import { fault } from "../../reply.ts";
import { seconds } from "../../times.ts";
import { changePage } from "../protocol/pages.ts";
import { ACCEPTED, type Call, type Handler } from "../protocol/call.ts";
import { clusterView } from "../clusters.ts";
import { type Instance, type InstanceTask, statusOf } from "../records/instance.ts";
import { detailedInstance, serverId, USED } from "../instances/instance_view.ts";
import { begin, force } from "../instances/lifecycle.ts";

const DESCRIPTIONS: Readonly<Record<InstanceTask, string>> = {
  NONE: "No tasks for the instance.",
  BUILDING: "The instance is building.",
  REBOOTING: "Rebooting the instance.",
  RESIZING: "Resizing the instance.",
  PROMOTING: "Promoting the instance to replica source.",
  EJECTING: "Ejecting the replica source.",
  DETACHING: "Detaching the instance from replica source.",
  UPGRADING: "Upgrading the instance.",
  UPDATING: "Updating the instance.",
  DELETING: "Deleting the instance.",
};

/** The instance with the fields that only administrators see; `deletedAt` if it is gone. */
function view(call: Call, instance: Instance, deletedAt: number | undefined): JsonObject {
  const { project, task, service } = instance;
  const shown = detailedInstance(call, instance);
  return {
    ...shown,
    status: deletedAt === undefined ? statusOf(instance) : "SHUTDOWN",
    server: {
      id: serverId(instance),
      name: instance.name,
      status: instance.server,
      tenant_id: project.id,
      host: "sim-host-1",
    },
    service_status: service,
    deleted: deletedAt !== undefined,
    deleted_at: deletedAt === undefined ? null : seconds(deletedAt),
    task_description: DESCRIPTIONS[task],
  };
}

export const listAllInstances: Handler = (call) => {
  call.onlyAdmin();
  const { query, region } = call;
  const deleted = query.get("deleted")?.toLowerCase();
  const clustered = query.get("include_clustered")?.toLowerCase() === "true";
  const project = query.get("project_id");
  // Deleted ones are left out only if the request says so.
  const all = [
    ...deleted === "true" ? [] : region.byId().map((instance) => ({ instance, at: undefined })),
    ...deleted === "false" ? [] : region.graveyard.map(({ instance, at }) => ({ instance, at })),
  ];
  const wanted = all.filter(({ instance }) =>
    (clustered || instance.clusterId === undefined) && (project === null || instance.project.id === project)
  ).sort((a, b) => b.instance.created - a.instance.created || b.instance.order - a.instance.order);
  const shown = (some: typeof wanted) => some.map(({ instance, at }) => view(call, instance, at));
  if (region.facts.release < 26) return { status: 200, json: { instances: shown(wanted) } };
  const { items, links } = changePage(
    call,
    wanted.map((one) => ({ ...one, updated: one.at ?? one.instance.updated })),
  );
  return { status: 200, json: { instances: shown(items), ...links } };
};

export const getAnyInstance: Handler = (call) => {
  call.onlyAdmin();
  const id = call.param(0);
  const dead = call.query.get("deleted")?.toLowerCase() === "true"
    ? call.region.graveyard.find(({ instance }) => instance.id === id)
    : undefined;
  const instance = dead?.instance ?? call.instance();
  const { root, volume } = instance;
  const shown = view(call, instance, dead?.at);
  const addresses = [{ address: instance.ip, type: "private", network: "sim-net" }];
  const server = { deleted: false, deleted_at: null, local_id: 0, addresses };
  return {
    status: 200,
    json: {
      instance: {
        ...shown,
        server: { ...(shown.server as JsonObject), ...server },
        volume: {
          attachments: [{ server_id: serverId(instance), device: "vdb" }],
          availability_zone: null,
          created_at: seconds(instance.created),
          id: `vol-${instance.id}`,
          size: volume.size,
          status: "in-use",
          used: USED,
          total: volume.size,
        },
        ...(root === undefined ? {} : { root_enabled: root.enabledAt, root_enabled_by: root.by }),
        guest_status: { state_description: instance.service.toLowerCase() },
      },
    },
  };
};

const ACTIONS: Readonly<Record<string, (call: Call, instance: Instance) => void>> = {
  stop: (_call, instance) => {
    instance.service = "SHUTDOWN";
  },
  reboot: (call, instance) => {
    call.mustBeIdle(instance);
    begin(call.region, instance, "REBOOTING", "restart", call.now, () => instance.service = "HEALTHY");
  },
  migrate: (call, instance) => {
    call.mustBeIdle(instance);
    begin(call.region, instance, "RESIZING", "resize", call.now, () => {});
  },
  "reset-task-status": (call, instance) => {
    if (instance.task !== "NONE") force(call.region, instance, "ACTIVE", undefined);
  },
  rebuild: (call, instance) => {
    call.mustBeIdle(instance);
    begin(call.region, instance, "BUILDING", "build", call.now, () => instance.service = "HEALTHY");
  },
};

export const actOnAnyInstance: Handler = (call) => {
  call.onlyAdmin();
  const { body } = call.facts;
  const name = isObject(body) ? Object.keys(body)[0] : undefined;
  const act = name === undefined ? undefined : ACTIONS[name];
  if (act === undefined) throw fault(400, `Invalid instance action: ${name}`, false);
  const instance = call.instance();
  call.action = `mgmt-${name}`;
  act(call, instance);
  instance.updated = call.now;
  return ACCEPTED;
};

export const showRootHistory: Handler = (call) => {
  call.onlyAdmin();
  const { id, root } = call.instance();
  const history = { id, enabled: root?.enabledAt ?? "Never", user: root?.by ?? "Nobody" };
  return { status: 200, json: { root_history: history } };
};

export const showDiagnostics: Handler = (call) => {
  call.onlyAdmin();
  call.guest();
  const diagnostics = {
    version: "1",
    threads: 2,
    fdSize: 64,
    vmSize: 29096,
    vmPeak: 29160,
    vmRss: 2872,
    vmHwm: 2872,
  };
  return { status: 200, json: { diagnostics } };
};

export const showHardware: Handler = (call) => {
  call.onlyAdmin();
  const { flavor } = call.guest();
  return { status: 200, json: { hwinfo: { mem_total: flavor.ram * 1024, num_cpus: flavor.vcpus } } };
};

export const pingGuest: Handler = (call) => {
  call.onlyAdmin();
  call.guest();
  return { status: 204 };
};

/** A new guest agent, but not a new database. */
export const upgradeGuest: Handler = (call) => {
  call.onlyAdmin();
  call.inner("upgrade", {});
  call.guest();
  call.action = "mgmt-upgrade";
  return ACCEPTED;
};

export const listAllClusters: Handler = (call) => {
  call.onlyAdmin();
  const clusters = [...call.region.clusters.values()].map((one) => mgmtCluster(call, one.id));
  return { status: 200, json: { clusters } };
};

export const getAnyCluster: Handler = (call) => {
  call.onlyAdmin();
  return { status: 200, json: { cluster: mgmtCluster(call, call.param(0)) } };
};

function mgmtCluster(call: Call, id: string): JsonObject {
  const cluster = call.region.clusters.get(id);
  if (cluster === undefined) throw fault(404, `Cluster '${id}' cannot be found.`);
  return {
    ...clusterView(call, cluster, true),
    tenant_id: cluster.project.id,
    deleted: false,
    deleted_at: null,
  };
}

export const actOnAnyCluster: Handler = (call) => {
  call.onlyAdmin();
  const { body } = call.facts;
  const name = isObject(body) ? Object.keys(body)[0] : undefined;
  if (name !== "reset-task") throw fault(400, `Invalid cluster action: ${name}`, false);
  mgmtCluster(call, call.param(0));
  call.region.timeline.cancel(call.param(0));
  call.region.clusters.get(call.param(0))!.task = "NONE";
  call.action = "mgmt-reset-task";
  return ACCEPTED;
};
