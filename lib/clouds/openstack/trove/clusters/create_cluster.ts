/**
 * Creates clusters.
 *
 * @module
 */
import { type Creation, type Endpoint, MusterError } from "../../../../engine/mod.ts";
import type { Cluster, ClusterTask } from "../records/cluster_record.ts";
import { type DatastoreRef, partsOf, resolveDatastore } from "../catalogue/datastore_ref.ts";
import { findId } from "../find_id.ts";
import { type FlavorRef, resolveFlavor } from "../catalogue/flavors.ts";
import { namesOf } from "../records/instance_name.ts";
import { listPages } from "../list_pages.ts";
import { timeOf } from "../records/instance_record.ts";
import { createdSince, type ExistingBefore, existingBefore } from "../find_created.ts";
import { type InstanceNetwork, networkBody } from "../instances/instance_network.ts";
import { referenceText, type TroveRef } from "../reference.ts";

/**
 * The specification of an instance of a new cluster.
 *
 * @example
 * ```ts
 * import { type ClusterMemberSpec, dbaas } from "@muster/muster";
 *
 * const node: ClusterMemberSpec = { flavor: "m1.small", volume: 5, availabilityZone: "nova" };
 * const spec = { name: "ring", datastore: "cassandra", instances: [node, node, node] };
 * console.log(dbaas("sim").createCluster(spec));
 * ```
 */
export interface ClusterMemberSpec {
  /** The flavor's id, name or address, or its record. */
  flavor: FlavorRef;
  /** The volume: its size in GB, and its type if there are several. */
  volume?: number | { size: number; type?: string };
  /** Its name. Default: the server chooses one. */
  name?: string;
  /** Its role in the cluster, if the datastore has several. */
  type?: string;
  /** Its network: an id, or an object. */
  network?: InstanceNetwork;
  /** The availability zone. Default: the cloud chooses one. */
  availabilityZone?: string;
  /** Modules to apply: their ids, names or records. */
  modules?: readonly TroveRef[];
  /** The region, if the cloud spreads clusters over several. */
  region?: string;
}

/**
 * The specification of a new cluster.
 *
 * @example
 * ```ts
 * import { type ClusterSpec, dbaas } from "@muster/muster";
 *
 * const spec: ClusterSpec = {
 *   name: "ring",
 *   datastore: "cassandra",
 *   locality: "anti-affinity",
 *   instances: Array.from({ length: 3 }, () => ({ flavor: "m1.small", volume: 5 })),
 * };
 * console.log(dbaas("sim").createCluster(spec).waitUntil("ready"));
 * ```
 */
export interface ClusterSpec {
  /** Default: a random one. */
  name?: string;
  /** `cassandra@4.0`, or an object. */
  datastore: DatastoreRef;
  /** Its instances. The datastore decides how many there must be. */
  instances: readonly ClusterMemberSpec[];
  /** Whether they are placed on the same host or on different ones. Default: the cloud decides. */
  locality?: "affinity" | "anti-affinity" | "soft-affinity" | "soft-anti-affinity";
  /** Properties of this datastore only, under the API's names: `num_configsvr`. */
  extendedProperties?: Readonly<Record<string, unknown>>;
  /** A configuration: its id, its name or its record. */
  configuration?: TroveRef;
}

const KNOWN = ["name", "datastore", "instances", "locality", "extendedProperties", "configuration"];
const MEMBER = ["flavor", "volume", "name", "type", "network", "availabilityZone", "modules", "region"];

/** Refuses invalid members. */
export function checkMembers(members: readonly ClusterMemberSpec[]): void {
  if (!Array.isArray(members) || members.length === 0) {
    throw new MusterError(`Cannot create instances of a cluster: none is described.`);
  }
  for (const member of members as readonly ClusterMemberSpec[]) {
    const unknown = Object.keys(member).find((key) => !MEMBER.includes(key));
    if (unknown !== undefined) {
      throw new MusterError(
        `Cannot create an instance of a cluster: the option ${unknown} does not exist. The options are ${
          MEMBER.join(", ")
        }`,
      );
    }
    referenceText("flavor", member.flavor);
  }
}

/**
 * Checks a specification, and returns the new cluster's name.
 *
 * @throws {MusterError} for unknown or missing options.
 */
export function checkCluster(spec: ClusterSpec): string[] {
  const unknown = Object.keys(spec).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) {
    throw new MusterError(
      `Cannot create a cluster: the option ${unknown} does not exist. The options are ${KNOWN.join(", ")}.`,
    );
  }
  partsOf(spec.datastore);
  checkMembers(spec.instances);
  return namesOf(spec.name, 1, "cluster");
}

/** Members with ids instead of names. */
export async function resolveMembers(
  endpoint: Endpoint,
  members: readonly ClusterMemberSpec[],
): Promise<ClusterMemberSpec[]> {
  return await Promise.all(members.map(async (member) => ({
    ...member,
    flavor: await resolveFlavor(endpoint, member.flavor),
    ...(member.modules
      ? { modules: await Promise.all(member.modules.map((one) => findId(endpoint, "module", one))) }
      : {}),
  })));
}

/** Members in the API's form. */
export function membersBody(members: readonly ClusterMemberSpec[]): Record<string, unknown>[] {
  return members.map(({ flavor, volume, name, type, network, availabilityZone, modules, region }) => ({
    flavorRef: referenceText("flavor", flavor),
    volume: typeof volume === "number" ? { size: volume } : volume,
    name,
    type,
    nics: network === undefined ? undefined : networkBody(network),
    availability_zone: availabilityZone,
    modules: modules?.map((id) => ({ id })),
    region_name: region,
  }));
}

const pages = (endpoint: Endpoint) => listPages<Cluster>(endpoint, { path: "/clusters", items: "clusters" });

/** How Trove creates clusters. */
export const creation: Creation<Cluster, ClusterSpec & ExistingBefore, ClusterTask> = {
  enters: "BUILDING",
  request: ({ datastore, instances, locality, extendedProperties, configuration }, name) => ({
    method: "POST",
    path: "/clusters",
    body: {
      cluster: {
        name,
        datastore,
        instances: membersBody(instances),
        locality,
        extended_properties: extendedProperties,
        configuration,
      },
    },
  }),
  async prepare(endpoint, spec) {
    const { configuration } = spec;
    const [datastore, instances, there] = await Promise.all([
      resolveDatastore(endpoint, spec.datastore, true),
      resolveMembers(endpoint, spec.instances),
      existingBefore(pages(endpoint)),
    ]);
    return {
      ...spec,
      ...there,
      datastore: datastore as DatastoreRef,
      instances,
      ...(configuration === undefined
        ? {}
        : { configuration: await findId(endpoint, "configuration", configuration) }),
    };
  },
  find: (endpoint, name, spec) => createdSince(pages(endpoint), name, spec),
  fits: ({ instances }, spec) => instances === undefined || instances.length === spec.instances.length,
  madeAt: ({ created }) => timeOf(created).at,
};
