/**
 * The methods of clusters: what can be done to them, and read of them. The compiler checks the description in
 * `cluster.ts` against this.
 *
 * @module
 */
import type { Acts, Performance } from "../../../../api/mod.ts";
import type { Secret } from "../../settings/secret.ts";
import type { Cluster, ClusterTask } from "../records/cluster_record.ts";
import type { Instance } from "../records/instance_record.ts";
import type { TroveRef } from "../reference.ts";
import type { ClusterMemberSpec } from "./create_cluster.ts";

/**
 * The actions of clusters. Each is a method of their selections and chains, and returns a chain. It can be called if
 * the member may be in one of the states that come first in {@linkcode Acts}.
 *
 * @example
 * ```ts
 * import { type ClusterActions, dbaas } from "@muster/muster";
 *
 * const action: keyof ClusterActions = "restart";
 * console.log(dbaas("sim").clusters().where({ name: /^ring/ })[action]().waitUntil("ready"));
 * ```
 */
export interface ClusterActions {
  /** Restarts the databases of its instances. */
  restart(): Acts<"NONE", "RESTARTING_CLUSTER">;
  /**
   * Adds instances.
   *
   * @param members The specification of each.
   * @throws {MusterError} when there are none, and for an unknown option.
   */
  grow(members: readonly ClusterMemberSpec[]): Acts<"NONE", "GROWING_CLUSTER">;
  /**
   * Destroys some of its instances.
   *
   * @param instances Their ids or records.
   */
  shrink(instances: readonly TroveRef[]): Acts<"NONE", "SHRINKING_CLUSTER">;
  /** Adds a shard, if the datastore has shards. */
  addShard(): Acts<"NONE", "ADDING_SHARD">;
  /**
   * Moves the cluster to another version of its datastore.
   *
   * @param version The version's name.
   */
  upgrade(version: string): Acts<"NONE", "UPGRADING_CLUSTER">;
  /**
   * Sets a configuration for its instances.
   *
   * @param configuration Its id, its name or its record.
   */
  attachConfiguration(configuration: TroveRef): Acts<"NONE", "UPDATING_CLUSTER">;
  /** Removes the configuration from its instances. */
  detachConfiguration(): Acts<"NONE", "UPDATING_CLUSTER">;
  /** Cancels whatever is running. Only for administrators. */
  resetStatus(): Acts<Exclude<ClusterTask, "NONE" | "DELETED">, "NONE">;
  /** Destroys the cluster, its instances and all their data. */
  delete(): Acts<"NONE" | "DELETING", "DELETED">;
}

/**
 * The steps on clusters besides their actions. Each is a method of their selections and chains, and returns a chain.
 * The results are in the report.
 *
 * @example
 * ```ts
 * import { type ClusterSteps, dbaas } from "@muster/muster";
 *
 * const step: keyof ClusterSteps = "enableRoot";
 * console.log(dbaas("sim").clusters().where({ name: /^ring/ })[step]());
 * ```
 */
export interface ClusterSteps {
  /**
   * Enables the root user. The step's output has its password.
   *
   * @param options `password`: the password. Default: the server makes one.
   */
  enableRoot(options?: { password?: string | Secret }): Performance<Cluster>;
}

/**
 * What can be read of one cluster besides its record. Each is a method of the selection of one.
 *
 * @example
 * ```ts
 * import { type ClusterReads, dbaas } from "@muster/muster";
 *
 * const [first] = await dbaas("sim").clusters();
 * const read: keyof ClusterReads = "root";
 * if (first) console.log(await dbaas("sim").cluster(first.id)[read]());
 * ```
 */
export interface ClusterReads {
  /** Whether its root user was ever enabled. */
  root(): Promise<boolean>;
  /**
   * One of its instances.
   *
   * @param which Its id or record.
   */
  member(which: TroveRef): Promise<Instance>;
}
