/**
 * Clusters. Only some datastores support them, and a cloud may have none: then creating one is a 501.
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../exact_json.ts";
import { fault, type Reply } from "../reply.ts";
import { seconds } from "../times.ts";
import { ACCEPTED, type Call, type Handler } from "./protocol/call.ts";
import { type Cluster, CLUSTER_TASKS } from "./records/cluster.ts";
import { type Instance, statusOf } from "./records/instance.ts";
import { blankInstance, FLAVOR_REF, NAME } from "./instances/instance_create.ts";
import { oneInstance } from "./instances/instance_view.ts";
import { begin, build, takeDown } from "./instances/lifecycle.ts";
import { askedVersion, configurationOf, flavorOf } from "./lookups.ts";
import { keyPage } from "./protocol/pages.ts";
import { reserveQuota } from "./protocol/quota_check.ts";
import type { Region } from "./region.ts";
import type { Schema } from "./protocol/schema.ts";

const MEMBER: Schema = {
  type: "object",
  required: ["flavorRef"],
  properties: { flavorRef: FLAVOR_REF, volume: { type: "object", required: ["size"] } },
};

const CREATE: Schema = {
  required: ["name", "datastore", "instances"],
  properties: {
    name: NAME,
    datastore: { type: "object", required: ["type", "version"] },
    instances: { type: "array", items: MEMBER },
    locality: { enum: ["affinity", "anti-affinity"] },
    extended_properties: { type: "object" },
  },
};

/** The instances of a cluster, oldest first. */
export function membersOf(region: Region, { id }: Cluster): Instance[] {
  return region.byId().filter((one) => one.clusterId === id).sort((a, b) => a.order - b.order);
}

/** The cluster with that id in this project; an administrator may use another project's. */
export function findCluster(call: Call, id: string): Cluster {
  const found = call.region.clusters.get(id);
  if (found === undefined || (found.project !== call.project && !call.admin)) {
    throw fault(404, `Cluster '${id}' cannot be found.`);
  }
  return found;
}

/** In the form of lists and single answers. */
export function clusterView(call: Call, cluster: Cluster, detailed: boolean): JsonObject {
  const [id, name, description] = CLUSTER_TASKS[cluster.task];
  const { version, configuration } = cluster;
  const members = membersOf(call.region, cluster);
  return {
    id: cluster.id,
    name: cluster.name,
    task: { id, name, description },
    created: seconds(cluster.created),
    updated: seconds(cluster.updated),
    links: call.links("clusters", cluster.id),
    datastore: { type: version.datastore.name, version: version.name },
    instances: members.map((one) => ({
      id: one.id,
      name: one.name,
      type: one.clusterRole ?? "member",
      links: call.links("instances", one.id),
      ...(detailed
        ? {
          status: statusOf(one),
          flavor: { id: one.flavor.id, links: call.links("flavors", one.flavor.id) },
          volume: { size: one.volume.size },
          ip: [one.ip],
        }
        : {}),
    })),
    ...(detailed ? { ip: members.map((one) => one.ip) } : {}),
    ...(configuration === undefined ? {} : { configuration: configuration.id }),
  };
}

export const listClusters: Handler = (call) => {
  const mine = [...call.region.clusters.values()].filter((one) => one.project === call.project)
    .sort((a, b) => a.id < b.id ? -1 : 1);
  const { items, links } = keyPage(call, mine, (one) => one.id);
  return { status: 200, json: { clusters: items.map((one) => clusterView(call, one, false)), ...links } };
};

const shown = (call: Call, cluster: Cluster, status: number): Reply => ({
  status,
  json: { cluster: clusterView(call, cluster, true) },
});

export const getCluster: Handler = (call) => shown(call, findCluster(call, call.param(0)), 200);

export const getClusterInstance: Handler = (call) => {
  const cluster = findCluster(call, call.param(0));
  const instance = membersOf(call.region, cluster).find((one) => one.id === call.param(1));
  if (instance === undefined) throw call.notFound(call.param(1));
  return { status: 200, json: { instance: oneInstance(call, instance) } };
};

export const createCluster: Handler = (call) => {
  const said = call.inner("cluster", CREATE);
  const version = askedVersion(call, said.datastore as JsonObject);
  if (!version.datastore.clusters) {
    throw fault(501, `Clusters not supported for ${version.datastore.name}-${version.name}.`);
  }
  const { region, now } = call;
  const cluster: Cluster = {
    id: region.uuid(),
    name: String(said.name),
    project: call.project,
    task: "BUILDING_INITIAL",
    version,
    configuration: said.configuration === undefined ? undefined : configurationOf(call, said.configuration),
    created: now,
    updated: now,
    rootEnabled: false,
  };
  addMembers(call, cluster, said.instances);
  region.clusters.set(cluster.id, cluster);
  work(call, cluster, "BUILDING_INITIAL");
  call.action = "create-cluster";
  return shown(call, cluster, 200);
};

function addMembers(call: Call, cluster: Cluster, said: Json | undefined): void {
  const list = (Array.isArray(said) ? said : []).filter(isObject);
  if (list.length === 0) {
    throw fault(400, "The number of instances for your initial cluster must be at least 1.");
  }
  const plans = list.map((one) => ({
    flavor: flavorOf(one.flavorRef),
    size: isObject(one.volume) ? Number(one.volume.size) : 0,
    name: one.name,
  }));
  const volumes = plans.reduce((sum, one) => sum + one.size, 0);
  const ram = plans.reduce((sum, one) => sum + one.flavor.ram, 0);
  reserveQuota(call.region, call.project, { instances: plans.length, volumes, ram });
  const before = membersOf(call.region, cluster).length;
  for (const [i, { flavor, size, name }] of plans.entries()) {
    const { version, project } = cluster;
    const full = typeof name === "string" ? name : `${cluster.name}-member-${before + i + 1}`;
    const instance = blankInstance(
      call.region,
      { name: full, project, flavor, volume: { size }, version },
      call.now,
    );
    instance.clusterId = cluster.id;
    instance.clusterRole = "member";
    call.region.add(instance);
    call.touched.push(instance);
    build(call.region, instance, call.now);
  }
}

/** Starts a task of the cluster; at its end `done` makes the change. */
function work(call: Call, cluster: Cluster, task: Cluster["task"], done: () => void = () => {}): void {
  const { timeline } = call.region;
  timeline.cancel(cluster.id);
  cluster.task = task;
  cluster.updated = call.now;
  timeline.add(cluster.id, call.now + call.region.duration("cluster"), (at) => {
    cluster.task = "NONE";
    cluster.updated = at;
    done();
  });
}

export const deleteCluster: Handler = (call) => {
  const cluster = findCluster(call, call.param(0));
  const { region, now } = call;
  if (cluster.task !== "NONE" && cluster.task !== "DELETING") {
    throw fault(
      422,
      `This action cannot be performed on the cluster while the current cluster task is ` +
        `'${CLUSTER_TASKS[cluster.task][1]}'.`,
    );
  }
  for (const instance of membersOf(region, cluster)) {
    takeDown(region, instance, now);
    call.touched.push(instance);
  }
  work(call, cluster, "DELETING", () => {
    for (const instance of membersOf(region, cluster)) region.bury(instance, now);
    region.clusters.delete(cluster.id);
  });
  call.action = "delete-cluster";
  return ACCEPTED;
};

const ACTIONS = [
  "add_shard",
  "grow",
  "shrink",
  "upgrade",
  "reset-status",
  "restart",
  "configuration_attach",
  "configuration_detach",
] as const;

/** Exactly one action. */
export const actOnCluster: Handler = (call) => {
  const cluster = findCluster(call, call.param(0));
  const { body } = call.facts;
  const names = isObject(body) ? Object.keys(body) : [];
  const name = ACTIONS.find((one) => one === names[0]);
  if (!isObject(body) || name === undefined || names.length !== 1) {
    throw fault(400, `Expected exactly one cluster action: ${names.join(", ") || "none"}.`);
  }
  if (name === "reset-status") {
    call.policy("cluster:reset_status");
    call.region.timeline.cancel(cluster.id);
    cluster.task = "NONE";
  } else {
    if (cluster.task !== "NONE") {
      throw fault(
        422,
        `Cluster ${cluster.id} is not currently available for an action to be performed ` +
          `(task status was ${CLUSTER_TASKS[cluster.task][1]}).`,
      );
    }
    act(call, cluster, name, body[name]);
  }
  call.action = `${name.replaceAll("_", "-")}-cluster`;
  return shown(call, cluster, 202);
};

function act(
  call: Call,
  cluster: Cluster,
  name: Exclude<typeof ACTIONS[number], "reset-status">,
  said?: Json,
): void {
  const { region, now } = call;
  switch (name) {
    case "add_shard":
      throw fault(501, `Action 'add_shard' not supported for ${cluster.version.datastore.name}.`);
    case "grow":
      addMembers(call, cluster, said);
      return work(call, cluster, "GROWING_CLUSTER");
    case "shrink": {
      const ids = (Array.isArray(said) ? said : []).filter(isObject).map(({ id }) => id);
      const going = membersOf(region, cluster).filter((one) => ids.includes(one.id));
      if (going.length === 0 || going.length !== ids.length) {
        throw fault(404, "Instances of the cluster not found.");
      }
      if (going.length === membersOf(region, cluster).length) {
        throw fault(400, "Cannot remove all instances of the cluster.");
      }
      for (const instance of going) takeDown(region, instance, now);
      return work(call, cluster, "SHRINKING_CLUSTER");
    }
    case "upgrade": {
      const wanted = isObject(said) ? said.datastore_version : said;
      const version = cluster.version.datastore.versions.find((one) =>
        one.name === wanted || one.id === wanted
      );
      if (version === undefined) throw fault(400, `Datastore version '${wanted}' cannot be found.`);
      return work(call, cluster, "UPGRADING_CLUSTER", () => cluster.version = version);
    }
    case "restart":
      for (const instance of membersOf(region, cluster)) {
        begin(region, instance, "REBOOTING", "restart", now, () => {});
      }
      return work(call, cluster, "RESTARTING_CLUSTER");
    case "configuration_attach":
      cluster.configuration = configurationOf(call, isObject(said) ? said.configuration_id : said);
      return work(call, cluster, "UPDATING_CLUSTER");
    case "configuration_detach":
      cluster.configuration = undefined;
      return work(call, cluster, "UPDATING_CLUSTER");
  }
}

export const showClusterRoot: Handler = (call) => ({
  status: 200,
  json: { rootEnabled: findCluster(call, call.param(0)).rootEnabled },
});

export const enableClusterRoot: Handler = (call) => {
  const cluster = findCluster(call, call.param(0));
  const { body } = call.facts;
  cluster.rootEnabled = true;
  call.action = "enable-root-cluster";
  const said = isObject(body) && typeof body.password === "string" ? body.password : undefined;
  return {
    status: 200,
    json: { user: { name: "root", password: said ?? call.region.facts.random.hex(12) } },
  };
};
