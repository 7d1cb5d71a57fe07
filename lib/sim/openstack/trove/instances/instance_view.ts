/**
 * An instance as the API shows it: in a list, in a detailed list, alone, and to administrators.
 *
 * @module
 */
import type { Json, JsonObject } from "../../exact_json.ts";
import { seconds } from "../../times.ts";
import type { Call } from "../protocol/call.ts";
import { type Instance, operatingStatusOf, statusOf } from "../records/instance.ts";

/** The network of every instance. */
const NETWORK = "11111111-1111-1111-1111-111111111111";

/** In these statuses the guest is not asked how much of the volume is used. */
const UNASKED = ["BUILD", "REBOOT", "RESIZE", "PROMOTE", "EJECT", "UPGRADE"];

/** GB in use: the same small number everywhere, as in Trove's fakes. */
export const USED = 0.16;

function addresses(instance: Instance): JsonObject {
  if (["BUILD", "SHUTDOWN"].includes(statusOf(instance))) return {};
  const { ip, publicIp } = instance;
  const inside = { address: ip, type: "private", network: NETWORK };
  if (!instance.access.isPublic) return { ip: [ip], addresses: [inside] };
  return { ip: [ip, publicIp], addresses: [inside, { address: publicIp, type: "public" }] };
}

function access({ access }: Instance): JsonObject {
  return {
    is_public: access.isPublic,
    ...(access.cidrs === undefined ? {} : { allowed_cidrs: access.cidrs }),
  };
}

/** In the form of a plain list. */
export function briefInstance(call: Call, instance: Instance): JsonObject {
  const { version, volume } = instance;
  const status = statusOf(instance);
  const related = (one: Instance): Json => ({ id: one.id, links: call.links("instances", one.id) });
  const replicas = call.region.replicasOf(instance);
  return {
    id: instance.id,
    name: instance.name,
    status,
    operating_status: operatingStatusOf(instance),
    links: call.links("instances", instance.id),
    flavor: { id: instance.flavor.id, links: call.links("flavors", instance.flavor.id) },
    datastore: { type: version.datastore.name, version: version.name },
    region: instance.region,
    access: status === "BUILD" ? {} : access(instance),
    ...(call.admin ? { tenant_id: instance.project.id } : {}),
    volume: { size: volume.size, ...(volume.type === undefined ? {} : { type: volume.type }) },
    ...addresses(instance),
    ...(instance.replicaOf === undefined ? {} : { replica_of: related(instance.replicaOf) }),
    ...(replicas.length === 0 ? {} : { replicas: replicas.map(related) }),
  };
}

/** In the form of a detailed list. */
export function detailedInstance(call: Call, instance: Instance): JsonObject {
  const { configuration, fault, version } = instance;
  const { admin } = call;
  return {
    ...briefInstance(call, instance),
    datastore: { type: version.datastore.name, version: version.name, version_number: version.number },
    ...(configuration === undefined ? {} : {
      configuration: {
        id: configuration.id,
        name: configuration.name,
        links: call.links("configurations", configuration.id),
      },
    }),
    created: seconds(instance.created),
    updated: seconds(instance.updated),
    service_status_updated: seconds(instance.serviceUpdated),
    ...(fault === undefined ? {} : { fault: { ...fault, details: admin ? fault.details : null } }),
    ...(instance.clusterId === undefined ? {} : { cluster_id: instance.clusterId, shard_id: null }),
    ...(instance.locality === undefined ? {} : { locality: instance.locality }),
    ...(admin
      ? { server_id: serverId(instance), volume_id: `vol-${instance.id}`, encrypted_rpc_messaging: true }
      : {}),
  };
}

/** In the form of a single answer: with how much of the volume is used, if the guest can be asked. */
export function oneInstance(call: Call, instance: Instance): JsonObject {
  const view = detailedInstance(call, instance);
  if (UNASKED.includes(statusOf(instance))) return view;
  return { ...view, volume: { ...(view.volume as JsonObject), used: USED } };
}

/** The id of the server under the instance. */
export function serverId(instance: Instance): string {
  return `srv-${instance.id}`;
}
