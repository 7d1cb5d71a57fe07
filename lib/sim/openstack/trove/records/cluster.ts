/**
 * A cluster: instances that form one database.
 *
 * @module
 */
import type { Project } from "../../keystone/identity.ts";
import type { Configuration } from "./configuration.ts";
import type { DatastoreVersion } from "./instance_choices.ts";

/** The tasks of a cluster: id, name and description, as the API shows them. */
export const CLUSTER_TASKS = {
  NONE: [1, "NONE", "No tasks for the cluster."],
  BUILDING_INITIAL: [2, "BUILDING", "Building the initial cluster."],
  DELETING: [3, "DELETING", "Deleting the cluster."],
  ADDING_SHARD: [4, "ADDING_SHARD", "Adding a shard to the cluster."],
  GROWING_CLUSTER: [5, "GROWING_CLUSTER", "Increasing the size of the cluster."],
  SHRINKING_CLUSTER: [6, "SHRINKING_CLUSTER", "Decreasing the size of the cluster."],
  UPGRADING_CLUSTER: [7, "UPGRADING_CLUSTER", "Upgrading the cluster to new version."],
  RESTARTING_CLUSTER: [8, "RESTARTING_CLUSTER", "Restarting the cluster."],
  UPDATING_CLUSTER: [9, "UPDATING_CLUSTER", "Updating cluster configuration."],
} as const;

export interface Cluster {
  readonly id: string;
  readonly name: string;
  readonly project: Project;
  task: keyof typeof CLUSTER_TASKS;
  version: DatastoreVersion;
  configuration: Configuration | undefined;
  readonly created: number;
  updated: number;
  rootEnabled: boolean;
}
