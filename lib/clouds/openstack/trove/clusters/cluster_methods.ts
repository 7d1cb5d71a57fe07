/**
 * What can be done to clusters and read of them, as people see it. The description in `cluster.ts` is held to it by the
 * compiler.
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
 * The actions of clusters: each is a method of their selections and chains, gives a chain, and can be called where the
 * member may be in one of the states that come first in {@linkcode Acts}.
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
   * @param members What each of them is like.
   * @throws {MusterError} for none, and for an option that does not exist.
   */
  grow(members: readonly ClusterMemberSpec[]): Acts<"NONE", "GROWING_CLUSTER">;
  /**
   * Destroys some of its instances.
   *
   * @param instances Their ids or records.
   */
  shrink(instances: readonly TroveRef[]): Acts<"NONE", "SHRINKING_CLUSTER">;
  /** Adds a shard, where the datastore has shards. */
  addShard(): Acts<"NONE", "ADDING_SHARD">;
  /**
   * Moves the cluster to another version of its datastore.
   *
   * @param version The version's name.
   */
  upgrade(version: string): Acts<"NONE", "UPGRADING_CLUSTER">;
  /**
   * Gives its instances the parameters of a configuration.
   *
   * @param configuration Its id, its name or its record.
   */
  attachConfiguration(configuration: TroveRef): Acts<"NONE", "UPDATING_CLUSTER">;
  /** Takes its configuration's parameters from its instances. */
  detachConfiguration(): Acts<"NONE", "UPDATING_CLUSTER">;
  /** Gives up whatever is under way, for administrators. */
  resetStatus(): Acts<Exclude<ClusterTask, "NONE" | "DELETED">, "NONE">;
  /** Destroys the cluster, its instances and all that is in them. */
  delete(): Acts<"NONE" | "DELETING", "DELETED">;
}

/**
 * What can be done to clusters besides their actions. Each is a method of their selections and chains, and gives a chain;
 * what comes of it is in the report.
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
   * Enables the root user; the step's output holds its password.
   *
   * @param options `password`: the password. Default: the server makes one.
   */
  enableRoot(options?: { password?: string | Secret }): Performance<Cluster>;
}

/**
 * What can be read of one cluster besides its record: methods of the selection of one.
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
