/**
 * The record of a cluster.
 *
 * @module
 */
import type { TroveLink } from "./instance_record.ts";

/**
 * The name of a cluster's current task. `DELETED` is muster's name for one that answers 404.
 *
 * @example
 * ```ts
 * import type { ClusterTask } from "@muster/muster";
 *
 * const busy = (task: ClusterTask) => task !== "NONE" && task !== "DELETED";
 * console.log(busy("GROWING_CLUSTER"));
 * ```
 */
export type ClusterTask =
  | "NONE"
  | "BUILDING"
  | "ADDING_SHARD"
  | "GROWING_CLUSTER"
  | "SHRINKING_CLUSTER"
  | "UPGRADING_CLUSTER"
  | "RESTARTING_CLUSTER"
  | "UPDATING_CLUSTER"
  | "DELETING"
  | "DELETED";

/**
 * An instance of a cluster.
 *
 * @example
 * ```ts
 * import type { ClusterMember } from "@muster/muster";
 *
 * const isDown = ({ status }: ClusterMember) => status !== undefined && status !== "ACTIVE";
 * console.log([{ id: "m1", name: "ring-1", status: "ERROR" }].filter(isDown));
 * ```
 */
export interface ClusterMember {
  /** UUID; also its id as an instance. */
  id: string;
  /** Its name. */
  name: string;
  /** Its role in the cluster, if the datastore has several: `query_router`, `member`. */
  type?: string;
  /** The shard it belongs to. */
  shard_id?: string | null;
  /** Its status, as for an instance: `ACTIVE`. */
  status?: string;
  /** Its flavor, by id. */
  flavor?: TroveLink;
  /** Its volume's size, GB. */
  volume?: { size: number };
  /** Its addresses. */
  ip?: string[];
}

/**
 * A cluster of instances.
 *
 * @example
 * ```ts
 * import { type Cluster, dbaas } from "@muster/muster";
 *
 * const line = ({ name, task, instances }: Cluster) => `${name}: ${task.name}, ${instances.length} instances`;
 * console.log((await dbaas("sim").clusters()).map(line));
 * ```
 */
export interface Cluster {
  /** UUID. */
  id: string;
  /** Its name. */
  name: string;
  /** Its current task. */
  task: { id: number; name: ClusterTask; description: string };
  /** UTC, without a zone. */
  created: string;
  /** UTC, without a zone. */
  updated: string;
  /** The datastore it runs. */
  datastore: { type: string; version: string };
  /** Its instances. */
  instances: ClusterMember[];
  /** Its addresses. */
  ip?: string[];
  /** `affinity` or `anti-affinity`. */
  locality?: string;
  /** The id of its configuration. */
  configuration?: string;
  /** Properties of this datastore only. */
  extended_properties?: Record<string, unknown>;
}

/** Why a cluster without a running task will not become ready; undefined if it may. */
export function brokenMember({ instances }: Cluster): string | undefined {
  const broken = instances.find(({ status }) => status === "ERROR" || status === "FAILED");
  return broken && `its instance ${broken.name} is ${broken.status}`;
}

/** Whether all its instances are known to be up. */
export function isComplete({ instances }: Cluster): boolean {
  return instances.every(({ status }) => status === "ACTIVE" || status === "HEALTHY");
}
