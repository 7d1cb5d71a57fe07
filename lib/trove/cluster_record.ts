/**
 * A cluster, as Trove describes it.
 *
 * @module
 */
import type { Link } from "./instance_record.ts";

/** What a cluster is at: its task's name. `DELETED` is ours, for one that answers 404. */
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

/** An instance of a cluster. Its status is told only where one cluster is asked for. */
export interface ClusterMember {
  id: string;
  name: string;
  type?: string;
  shard_id?: string | null;
  status?: string;
  flavor?: Link;
  volume?: { size: number };
  ip?: string[];
}

/** A cluster of instances. */
export interface Cluster {
  /** UUID. */
  id: string;
  name: string;
  task: { id: number; name: ClusterTask; description: string };
  /** UTC, without a zone. */
  created: string;
  /** UTC, without a zone. */
  updated: string;
  datastore: { type: string; version: string };
  instances: ClusterMember[];
  ip?: string[];
  locality?: string;
  configuration?: string;
  extended_properties?: Record<string, unknown>;
}

/** Why a cluster that is at nothing is not ready and will not be, if so. */
export function brokenMember({ instances }: Cluster): string | undefined {
  const broken = instances.find(({ status }) => status === "ERROR" || status === "FAILED");
  return broken && `its instance ${broken.name} is ${broken.status}`;
}

/** Whether all its instances are up, as far as it is told. */
export function isWhole({ instances }: Cluster): boolean {
  return instances.every(({ status }) => status === undefined || status === "ACTIVE" || status === "HEALTHY");
}
