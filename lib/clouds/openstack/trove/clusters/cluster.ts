/**
 * Trove's clusters, described for the chain engine. The state of a cluster is its current task.
 *
 * @module
 */
import { describe } from "../../../../api/describe.ts";
import type { ActionsOf, AsDocumented, ReadsOf, SetOfStates, StepsOf } from "../../../../api/documented.ts";
import {
  type ApiRequest,
  type Definition,
  type Endpoint,
  lazily,
  type ListingOptions,
  type Performance,
  type Subject,
} from "../../../../engine/mod.ts";
import type { ClusterActions, ClusterReads, ClusterSteps } from "./cluster_methods.ts";
import {
  checkMembers,
  type ClusterMemberSpec,
  creation,
  membersBody,
  resolveMembers,
} from "./create_cluster.ts";
import {
  brokenMember,
  type Cluster,
  type ClusterMember,
  type ClusterTask,
  isComplete,
} from "../records/cluster_record.ts";
import { findId } from "../find_id.ts";
import { type Instance, readInstance, timeOf } from "../records/instance_record.ts";
import { listPages, PAGE_SIZE } from "../list_pages.ts";
import { referenceText, type TroveRef } from "../reference.ts";
import { isRootEnabled, readRoot, rootBody, type RootUser } from "../instances/guest/root.ts";
import { type Secret, secret } from "../../settings/secret.ts";

const path = (id: string, rest = "") => `/clusters/${encodeURIComponent(id)}${rest}`;
const act = (id: string, body: Record<string, unknown>) => ({
  method: "POST" as const,
  path: path(id),
  body,
});

/**
 * All pages of clusters. Each cluster is also read alone, because the list does not show the states of its instances.
 */
async function* wholeClusters(
  endpoint: Endpoint,
  query: ApiRequest["query"],
  options: ListingOptions,
): AsyncGenerator<Cluster[], void, void> {
  const { priority, signal, on } = options;
  for await (
    const page of listPages<Cluster>(endpoint, { path: "/clusters", items: "clusters", query }, options)
  ) {
    const answers = await Promise.all(
      page.map(({ id }) =>
        endpoint.send({ method: "GET", path: path(id), priority, accept: [404] }, { signal, on })
      ),
    );
    // A cluster that was deleted meanwhile is left out.
    yield answers.filter(({ status }) => status !== 404).map(({ body }) =>
      (body as { cluster: Cluster }).cluster
    );
  }
}

/** Fields that change with every action on its instances. */
const MEMBERS = ["instances", "ip"];

/** The instances of each of these clusters, by the cluster's id. */
const instancesOf = (clusters: readonly Cluster[], which: (one: ClusterMember) => boolean = () => true) =>
  new Map(
    clusters.map(({ id, instances }) => [
      id,
      instances.filter(which).map(({ id, name }) => ({ kind: "instance", id, name })),
    ]),
  );

const AT_WORK = [
  "BUILDING",
  "ADDING_SHARD",
  "GROWING_CLUSTER",
  "SHRINKING_CLUSTER",
  "UPGRADING_CLUSTER",
  "RESTARTING_CLUSTER",
  "UPDATING_CLUSTER",
] as const;

const description = lazily(() =>
  describe({
    kind: "cluster",
    states: ["NONE", ...AT_WORK, "DELETING", "DELETED"],
    drift: {
      BUILDING: ["NONE"],
      ADDING_SHARD: ["NONE"],
      GROWING_CLUSTER: ["NONE"],
      SHRINKING_CLUSTER: ["NONE"],
      UPGRADING_CLUSTER: ["NONE"],
      RESTARTING_CLUSTER: ["NONE"],
      UPDATING_CLUSTER: ["NONE"],
      DELETING: ["DELETED"],
    },
    fields: {
      id: "text",
      name: "text",
      task: "object",
      created: "text",
      updated: "text",
      datastore: "object",
      instances: "objects",
      ip: "list",
      locality: "text",
      configuration: "text",
      extended_properties: "object",
    },
    columns: ["id", "name", "task", "datastore"],
    state: (cluster: Cluster) => cluster.task.name,
    complete(cluster) {
      const { instances } = cluster as { instances?: unknown };
      cluster.instances = Array.isArray(instances)
        ? instances.filter((one) => typeof one === "object" && one !== null)
        : [];
    },
    id: (cluster) => cluster.id,
    name: (cluster) => cluster.name,
    mark: (cluster) => cluster.updated,
    markTime: (cluster) => timeOf(cluster.updated),
    gone: { state: "DELETED", statuses: [404], codes: ["itemNotFound"] },
    list: {
      pageSize: PAGE_SIZE,
      query: () => ({}),
      pages: (endpoint, query, options) => wholeClusters(endpoint, query, options),
    },
    get: (id) => ({ method: "GET", path: path(id) }),
    read: (body) => (body as { cluster: Cluster }).cluster,
    create: creation,
    timeout: 60 * 60_000,
    sets: {
      /** No task is running, and all its instances are up. */
      ready: { states: ["NONE"], holds: isComplete, stuck: brokenMember },
      /** The API answers 404. */
      gone: { states: ["DELETED"] },
    },
    actions: {
      restart: {
        from: ["NONE"],
        changes: MEMBERS,
        enters: "RESTARTING_CLUSTER",
        always: true,
        leavesMark: true,
        request: ({ id }) => act(id, { restart: {} }),
      },
      grow: {
        from: ["NONE"],
        changes: MEMBERS,
        enters: "GROWING_CLUSTER",
        always: true,
        check: checkMembers,
        prepare: async (
          endpoint,
          members: readonly ClusterMemberSpec[],
        ) => [await resolveMembers(endpoint, members)],
        leavesMark: true,
        request: ({ id }, members: readonly ClusterMemberSpec[]) => act(id, { grow: membersBody(members) }),
      },
      shrink: {
        from: ["NONE"],
        changes: MEMBERS,
        enters: "SHRINKING_CLUSTER",
        always: true,
        destructive: true,
        obstacle({ record }, instances: readonly TroveRef[]) {
          const going = new Set(instances.map((one) => referenceText("instance", one)));
          const stay = record.instances.filter(({ id }) => !going.has(id));
          const strange = [...going].find((id) => !record.instances.some((one) => one.id === id));
          if (strange !== undefined) return `it has no instance ${strange}`;
          return stay.length === 0 ? "those are all its instances. Delete the cluster instead" : undefined;
        },
        alsoDestroys: (_endpoint, clusters, instances: readonly TroveRef[]) => {
          const wanted = new Set(instances.map((one) => referenceText("instance", one)));
          return instancesOf(clusters, ({ id }) => wanted.has(id));
        },
        check: (instances: readonly TroveRef[]) => instances.forEach((one) => referenceText("instance", one)),
        leavesMark: true,
        request: ({ id }, instances: readonly TroveRef[]) =>
          act(id, { shrink: instances.map((one) => ({ id: referenceText("instance", one) })) }),
      },
      addShard: {
        from: ["NONE"],
        changes: MEMBERS,
        enters: "ADDING_SHARD",
        always: true,
        leavesMark: true,
        request: ({ id }) => act(id, { add_shard: {} }),
      },
      upgrade: {
        from: ["NONE"],
        changes: ["datastore", ...MEMBERS],
        enters: "UPGRADING_CLUSTER",
        always: true,
        check: (version: string) => void referenceText("datastore version", version),
        done: (cluster, version: string) => cluster.datastore?.version === version,
        leavesMark: true,
        request: ({ id }, version: string) => act(id, { upgrade: { datastore_version: version } }),
      },
      attachConfiguration: {
        from: ["NONE"],
        changes: ["configuration", ...MEMBERS],
        enters: "UPDATING_CLUSTER",
        always: true,
        inverse: "detachConfiguration",
        check: (configuration: TroveRef) => void referenceText("configuration", configuration),
        prepare: async (endpoint, wanted: TroveRef) => [await findId(endpoint, "configuration", wanted)],
        leavesMark: true,
        request: ({ id }, wanted: TroveRef) =>
          act(id, { configuration_attach: { configuration_id: referenceText("configuration", wanted) } }),
      },
      detachConfiguration: {
        from: ["NONE"],
        changes: ["configuration", ...MEMBERS],
        enters: "UPDATING_CLUSTER",
        always: true,
        leavesMark: true,
        request: ({ id }) => act(id, { configuration_detach: {} }),
      },
      resetStatus: {
        from: [...AT_WORK, "DELETING"],
        enters: "NONE",
        request: ({ id }) => act(id, { "reset-status": {} }),
      },
      delete: {
        // During any other task the server refuses it. A cluster that is stuck in deletion can be deleted again.
        from: ["NONE", "DELETING"],
        enters: "DELETED",
        via: ["DELETING"],
        destructive: true,
        changes: MEMBERS,
        repeatable: true,
        alsoDestroys: (_endpoint, clusters) => instancesOf(clusters),
        request: ({ id }) => ({ method: "DELETE", path: path(id) }),
      },
    },
    steps: {
      enableRoot({ password }: { password?: string | Secret } = {}): Performance<Cluster> {
        const sealed = password === undefined ? undefined : secret(password);
        return {
          name: "enableRoot",
          label: `enableRoot(${sealed ? "…" : ""})`,
          async perform({ send, member }): Promise<RootUser> {
            const request = { method: "POST", path: path(member.id, "/root"), ...rootBody(sealed) } as const;
            return readRoot((await send({ ...request, idempotent: true })).body);
          },
        };
      },
    },
    reads: {
      root: ({ endpoint, id }: Subject<Cluster>): Promise<boolean> =>
        isRootEnabled(endpoint, path(id, "/root")),
      async member({ endpoint, id }: Subject<Cluster>, which: TroveRef): Promise<Instance> {
        const rest = `/instances/${encodeURIComponent(referenceText("instance", which))}`;
        return readInstance((await endpoint.send({ method: "GET", path: path(id, rest) })).body);
      },
    },
  }, { checked: true })
);

/**
 * The cluster resource.
 *
 * @example
 * ```ts
 * import { type Clusters, dbaas, type Selection } from "@muster/muster";
 *
 * const rings = (clusters: Selection<Clusters>) => clusters.where({ name: /^ring/ });
 * console.log(rings(dbaas("sim").clusters()).restart().waitUntil("ready"));
 * ```
 */
export interface Clusters extends
  Definition<
    "cluster",
    Cluster,
    readonly [
      "NONE",
      "BUILDING",
      "ADDING_SHARD",
      "GROWING_CLUSTER",
      "SHRINKING_CLUSTER",
      "UPGRADING_CLUSTER",
      "RESTARTING_CLUSTER",
      "UPDATING_CLUSTER",
      "DELETING",
      "DELETED",
    ],
    & {
      readonly [AtWork in Exclude<ClusterTask, "NONE" | "DELETING" | "DELETED">]: readonly ["NONE"];
    }
    & { readonly DELETING: readonly ["DELETED"] },
    ActionsOf<Cluster, ClusterTask, ClusterActions>,
    {
      readonly ready: SetOfStates<Cluster, ClusterTask, readonly ["NONE"]>;
      readonly gone: SetOfStates<Cluster, ClusterTask, readonly ["DELETED"]>;
    },
    StepsOf<Cluster, ClusterSteps>,
    never,
    ReadsOf<Cluster, ClusterReads>
  > {}
/** Clusters, described. */
export const cluster: () => Clusters = description satisfies () => AsDocumented<
  ReturnType<typeof description>,
  Clusters
>;
