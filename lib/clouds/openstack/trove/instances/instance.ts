/**
 * Trove's instances, described for the chain engine.
 *
 * The behaviour was observed on Trove 18.0.0: which status accepts which action, what follows, and how that shows.
 *
 * @module
 */
import { describe } from "../../../../api/describe.ts";
import type { ActionsOf, AsDocumented, ReadsOf, SetOfStates, StepsOf } from "../../../../api/documented.ts";
import { type Definition, lazily, MusterError } from "../../../../engine/mod.ts";
import { creation } from "./create_instance.ts";
import { findId } from "../find_id.ts";
import { type FlavorRef, resolveFlavor } from "../catalogue/flavors.ts";
import { type Access, accessBody, checkAccess, hasAccess } from "./instance_access.ts";
import { checkName } from "../records/instance_name.ts";
import {
  concealFault,
  faultOf,
  illness,
  type Instance,
  type InstanceStatus,
  isSettled,
  readInstance,
  timeOf,
} from "../records/instance_record.ts";
import type { InstanceActions, InstanceReads, InstanceSteps, NewInstanceName } from "./instance_methods.ts";
import { reads } from "./instance_reads.ts";
import {
  checkChangeOptions,
  configurationAtRisk,
  configurationMayGo,
  type InstanceChangeOptions,
  optionsText,
  prepareChange,
} from "./keep_configuration.ts";
import { steps } from "./instance_steps.ts";
import { filters, instancePages } from "./list_instances.ts";
import { PAGE_SIZE } from "../list_pages.ts";
import { referenceText, type TroveRef } from "../reference.ts";

const path = (id: string, rest = "") => `/instances/${encodeURIComponent(id)}${rest}`;

const act = (id: string, action: string, said: Record<string, unknown> = {}) => ({
  method: "POST" as const,
  path: path(id, "/action"),
  // An object even without arguments, because null is refused.
  body: { [action]: said },
});

/** One change at a time, because the server refuses two. */
const change = (id: string, said: Record<string, unknown>) => ({
  method: "PUT" as const,
  path: path(id),
  body: { instance: said },
});

const nameFor = (instance: Instance, name: NewInstanceName) => {
  const made = typeof name === "function" ? name(instance) : name;
  checkName(made);
  return made;
};

/** Fields that change with every action on an instance or its database. */
const DATABASE = ["operating_status", "service_status_updated", "fault"];
/** Its addresses, and what Trove shows about the server under it. */
const SERVER = ["ip", "addresses", "hostname", "server_id"];

const counted = (replicas: number) => replicas === 1 ? "replica" : `${replicas} replicas`;

const inCluster = ({ record }: { record: Instance }) =>
  record.cluster_id
    ? `it belongs to the cluster ${record.cluster_id}. Do this to the cluster instead`
    : undefined;

/** Statuses in which no task is running, so that an action can start. */
const IDLE = ["ACTIVE", "HEALTHY", "RESTART_REQUIRED"] as const;
/** Statuses in which a task is running. */
const BUSY = ["BACKUP", "REBOOT", "RESIZE", "PROMOTE", "EJECT", "DETACH", "UPGRADE", "LOGGING"] as const;
const BROKEN = ["ERROR", "FAILED", "BLOCKED", "UNKNOWN"] as const;
/**
 * Statuses in which restarts and resizes are accepted. In releases before 14 the last two mean that the database is
 * down.
 */
const TAKES = [...IDLE, "BLOCKED", "SHUTDOWN"] as const;
/** Statuses that an instance may have at the end of a task. */
const OVER = ["ACTIVE", "HEALTHY", "RESTART_REQUIRED", "ERROR", "FAILED"] as const;

const description = lazily(() =>
  describe({
    kind: "instance",
    states: ["NEW", "BUILD", ...IDLE, ...BUSY, ...BROKEN, "SHUTDOWN", "DELETED"],
    drift: {
      NEW: ["BUILD", "ERROR"],
      BUILD: OVER,
      BACKUP: OVER,
      REBOOT: OVER,
      RESIZE: OVER,
      PROMOTE: OVER,
      EJECT: OVER,
      DETACH: OVER,
      UPGRADE: OVER,
      LOGGING: OVER,
      BLOCKED: OVER,
      ACTIVE: ["RESTART_REQUIRED"],
      SHUTDOWN: ["DELETED", "ERROR"],
    },
    opaque: ["UNKNOWN"],
    failures: ["ERROR", "FAILED"],
    fields: {
      id: "text",
      name: "text",
      status: "state",
      operating_status: "text",
      flavor: "link",
      datastore: "object",
      region: "text",
      access: "object",
      volume: "object",
      ip: "list",
      addresses: "objects",
      hostname: "text",
      replica_of: "link",
      replicas: "list",
      created: "text",
      updated: "text",
      service_status_updated: "text",
      fault: "object",
      configuration: "link",
      locality: "text",
      cluster_id: "text",
      shard_id: "text",
      local_storage: "object",
      password: "object",
      tenant_id: "text",
      server_id: "text",
      volume_id: "text",
    },
    columns: ["id", "name", "status", "operating_status", "datastore", "flavor"],
    state: (instance: Instance) => instance.status,
    id: (instance) => instance.id,
    name: (instance) => instance.name,
    mark: (instance) => instance.updated,
    markTime: (instance) => timeOf(instance.updated),
    fault: faultOf,
    complete: concealFault,
    gone: { state: "DELETED", statuses: [404], codes: ["itemNotFound"] },
    list: { pageSize: PAGE_SIZE, query: filters, pages: instancePages },
    get: (id) => ({ method: "GET", path: path(id) }),
    read: readInstance,
    create: creation,
    // A resize of a volume, or a large restore, takes long.
    timeout: 30 * 60_000,
    sets: {
      /** It accepts connections and requests: it is up, and its database has reported so. */
      ready: {
        states: ["ACTIVE", "HEALTHY"],
        holds: isSettled,
        stuck: illness,
        fails: ["ERROR", "FAILED", "RESTART_REQUIRED"],
      },
      /** The API answers 404. */
      gone: { states: ["DELETED"] },
    },
    actions: {
      restart: {
        from: TAKES,
        changes: DATABASE,
        enters: "REBOOT",
        always: true,
        leavesMark: true,
        request: ({ id }) => act(id, "restart"),
      },
      rename: {
        from: ["NEW", "BUILD", ...IDLE, ...BUSY, ...BROKEN],
        // Several releases also detach the configuration, and overwrite the running task.
        changes: ["name", "configuration", ...DATABASE],
        check(name: NewInstanceName, options?: InstanceChangeOptions) {
          if (typeof name !== "function") checkName(name);
          checkChangeOptions("rename", options);
        },
        label: (name: NewInstanceName, options?: InstanceChangeOptions) =>
          `rename(${
            [typeof name === "function" ? "…" : JSON.stringify(name), ...optionsText(options)].join(", ")
          })`,
        prepare: async (endpoint, name: NewInstanceName, options?: InstanceChangeOptions) => [
          name,
          await prepareChange(endpoint, options),
        ],
        obstacle: (at, _name: NewInstanceName, options?: InstanceChangeOptions) =>
          configurationAtRisk(at, options),
        sideEffect: (at, _name: NewInstanceName, options?: InstanceChangeOptions) =>
          configurationMayGo(at, options),
        done: (instance, name: NewInstanceName) => instance.name === nameFor(instance, name),
        request: ({ id, record }, name: NewInstanceName, _options?: InstanceChangeOptions) =>
          change(id, { name: nameFor(record, name) }),
      },
      resizeFlavor: {
        from: TAKES,
        changes: ["flavor", ...SERVER, ...DATABASE],
        obstacle: inCluster,
        enters: "RESIZE",
        always: true,
        // The server refuses a second resize during a resize, and to the current size.
        repeatable: true,
        check: (flavor: FlavorRef) => void referenceText("flavor", flavor),
        prepare: async (endpoint, flavor: FlavorRef) => [await resolveFlavor(endpoint, flavor)],
        done: (instance, flavor: FlavorRef) => instance.flavor?.id === referenceText("flavor", flavor),
        happened: (instance, flavor: FlavorRef) =>
          instance.status === "RESIZE" || instance.flavor?.id === referenceText("flavor", flavor),
        request: ({ id }, flavor: FlavorRef) =>
          act(id, "resize", { flavorRef: referenceText("flavor", flavor) }),
      },
      resizeVolume: {
        from: TAKES,
        changes: ["volume", ...DATABASE],
        obstacle: (at, size: number) =>
          inCluster(at) ?? (at.record.volume && size < at.record.volume.size
            ? `its volume has ${at.record.volume.size} GB, and a volume can only grow`
            : undefined),
        enters: "RESIZE",
        always: true,
        repeatable: true,
        check: checkSize,
        done: (instance, size: number) => instance.volume?.size === size,
        happened: (instance, size: number) => instance.status === "RESIZE" || instance.volume?.size === size,
        request: ({ id }, size: number) => act(id, "resize", { volume: { size } }),
      },
      attachConfiguration: {
        from: IDLE,
        part: "configuration",
        changes: ["configuration", ...DATABASE],
        obstacle: ({ record: { configuration } }) =>
          configuration
            ? `it has the configuration ${
              configuration.name ?? configuration.id
            }. Detach that first, with detachConfiguration()`
            : undefined,
        inverse: "detachConfiguration",
        sideEffect: ({ record: { replicas = [] } }) =>
          replicas.length > 0
            ? `from Trove 26 on its ${counted(replicas.length)} without a configuration will have it too`
            : undefined,
        check: (configuration: TroveRef) => void referenceText("configuration", configuration),
        prepare: async (endpoint, wanted: TroveRef) => [await findId(endpoint, "configuration", wanted)],
        done: (instance, wanted: TroveRef) =>
          instance.configuration?.id === referenceText("configuration", wanted),
        request: ({ id }, wanted: TroveRef) =>
          change(id, { configuration: referenceText("configuration", wanted) }),
      },
      detachConfiguration: {
        from: IDLE,
        part: "configuration",
        changes: ["configuration", ...DATABASE],
        makes: () => ({ configuration: undefined as never }),
        sideEffect: ({ record: { replicas = [], configuration } }) =>
          replicas.length > 0 && configuration
            ? `from Trove 26 on it is detached from its ${counted(replicas.length)} as well`
            : undefined,
        done: (instance) => instance.configuration === undefined || instance.configuration === null,
        request: ({ id }) => change(id, { configuration: null }),
      },
      upgrade: {
        from: IDLE,
        changes: ["datastore", "configuration", ...SERVER, ...DATABASE],
        enters: "UPGRADE",
        always: true,
        check(version: string, options?: InstanceChangeOptions) {
          referenceText("datastore version", version);
          checkChangeOptions("upgrade", options);
        },
        label: (version: string, options?: InstanceChangeOptions) =>
          `upgrade(${[JSON.stringify(version), ...optionsText(options)].join(", ")})`,
        prepare: async (endpoint, version: string, options?: InstanceChangeOptions) => [
          version,
          await prepareChange(endpoint, options),
        ],
        obstacle: (at, _version: string, options?: InstanceChangeOptions) => configurationAtRisk(at, options),
        sideEffect: (at, _version: string, options?: InstanceChangeOptions) =>
          configurationMayGo(at, options),
        done: (instance, version: string) => instance.datastore?.version === version,
        happened: (instance, version: string) =>
          instance.status === "UPGRADE" || instance.datastore?.version === version,
        request: ({ id }, version: string, _options?: InstanceChangeOptions) =>
          change(id, { datastore_version: version }),
      },
      promote: {
        from: IDLE,
        changes: ["replica_of", "replicas", ...SERVER, ...DATABASE],
        enters: "PROMOTE",
        always: true,
        done: (instance) => !instance.replica_of,
        happened: (instance) => instance.status === "PROMOTE" || !instance.replica_of,
        request: ({ id }) => act(id, "promote_to_replica_source"),
      },
      eject: {
        // A source whose server is gone is exactly the one to eject.
        from: [...IDLE, ...BROKEN, "SHUTDOWN"],
        enters: "EJECT",
        changes: ["replica_of", "replicas", ...SERVER, ...DATABASE],
        obstacle: ({ record: { replica_of: source } }) =>
          source ? "it is a replica, and only a source can be ejected" : undefined,
        always: true,
        leavesMark: true,
        request: ({ id }) => act(id, "eject_replica_source"),
      },
      detachReplica: {
        from: IDLE,
        changes: ["replica_of", "configuration", ...DATABASE],
        enters: "DETACH",
        always: true,
        check: (options?: InstanceChangeOptions) => checkChangeOptions("detachReplica", options),
        label: (options?: InstanceChangeOptions) => `detachReplica(${optionsText(options)})`,
        prepare: async (
          endpoint,
          options?: InstanceChangeOptions,
        ) => [await prepareChange(endpoint, options)],
        obstacle: (at, options?: InstanceChangeOptions) => configurationAtRisk(at, options),
        sideEffect: (at, options?: InstanceChangeOptions) => configurationMayGo(at, options),
        done: (instance) => !instance.replica_of,
        happened: (instance) => instance.status === "DETACH" || !instance.replica_of,
        request: ({ id }, _options?: InstanceChangeOptions) => change(id, { replica_of: "" }),
      },
      access: {
        from: ["ACTIVE", "HEALTHY"],
        changes: ["access", "configuration", ...SERVER, ...DATABASE],
        check(access: Access, options?: InstanceChangeOptions) {
          checkAccess(access);
          checkChangeOptions("access", options);
        },
        label: (access: Access, options?: InstanceChangeOptions) =>
          `access(${[JSON.stringify(access), ...optionsText(options)].join(", ")})`,
        prepare: async (endpoint, access: Access, options?: InstanceChangeOptions) => [
          access,
          await prepareChange(endpoint, options),
        ],
        obstacle: (at, _access: Access, options?: InstanceChangeOptions) => configurationAtRisk(at, options),
        sideEffect: (at, _access: Access, options?: InstanceChangeOptions) => configurationMayGo(at, options),
        done: (instance, access: Access) => hasAccess(instance, access),
        request: ({ id }, access: Access, _options?: InstanceChangeOptions) =>
          change(id, { access: accessBody(access) }),
      },
      resetStatus: {
        from: ["NEW", "BUILD", ...IDLE, ...BUSY, ...BROKEN, "SHUTDOWN"],
        enters: "ERROR",
        changes: DATABASE,
        done: (instance) =>
          instance.status === "ERROR" ||
          (instance.status === "ACTIVE" && instance.operating_status === "HEALTHY"),
        request: ({ id }) => act(id, "reset_status"),
      },
      delete: {
        // SHUTDOWN means that it is being deleted, or the database is down, or the server is gone: a second DELETE does
        // no harm.
        from: ["NEW", ...IDLE, ...BUSY, ...BROKEN, "SHUTDOWN"],
        enters: "DELETED",
        via: ["SHUTDOWN"],
        destructive: true,
        changes: ["configuration", "replicas", ...SERVER, ...DATABASE],
        obstacle: ({ record: { replicas = [], cluster_id, status } }) =>
          replicas.length > 0
            ? `it has ${
              replicas.length === 1 ? "a replica" : `${replicas.length} replicas`
            }. Delete or detach ${replicas.length === 1 ? "it" : "them"} first (${
              replicas.slice(0, 3).map(({ id }) => id).join(", ")
            }${replicas.length > 3 ? ", …" : ""})`
            : cluster_id && status !== "SHUTDOWN"
            ? `it belongs to the cluster ${cluster_id}, and can only be deleted with it`
            : undefined,
        repeatable: true,
        request: ({ id }) => ({ method: "DELETE", path: path(id) }),
      },
    },
    steps,
    reads,
  }, { checked: true })
);

function checkSize(size: number): void {
  if (Number.isInteger(size) && size > 0) return;
  throw new MusterError(`Cannot resize a volume to ${size}: the size is a whole number of GB above zero.`);
}

/**
 * The instance resource.
 *
 * @example
 * ```ts
 * import { dbaas, type Instances, type Selection } from "@muster/muster";
 *
 * const outdated = (instances: Selection<Instances>) =>
 *   instances.where({ datastore: ({ type, version }) => type === "mysql" && version < "8" });
 * console.log(outdated(dbaas("sim").instances()));
 * ```
 */
export interface Instances extends
  Definition<
    "instance",
    Instance,
    readonly [
      "NEW",
      "BUILD",
      "ACTIVE",
      "HEALTHY",
      "RESTART_REQUIRED",
      "BACKUP",
      "REBOOT",
      "RESIZE",
      "PROMOTE",
      "EJECT",
      "DETACH",
      "UPGRADE",
      "LOGGING",
      "ERROR",
      "FAILED",
      "BLOCKED",
      "UNKNOWN",
      "SHUTDOWN",
      "DELETED",
    ],
    & {
      readonly [
        Busy in
          | "BUILD"
          | "BACKUP"
          | "REBOOT"
          | "RESIZE"
          | "PROMOTE"
          | "EJECT"
          | "DETACH"
          | "UPGRADE"
          | "LOGGING"
          | "BLOCKED"
      ]: readonly ["ACTIVE", "HEALTHY", "RESTART_REQUIRED", "ERROR", "FAILED"];
    }
    & {
      readonly NEW: readonly ["BUILD", "ERROR"];
      readonly ACTIVE: readonly ["RESTART_REQUIRED"];
      readonly SHUTDOWN: readonly ["DELETED", "ERROR"];
    },
    ActionsOf<Instance, InstanceStatus, InstanceActions>,
    {
      readonly ready: SetOfStates<Instance, InstanceStatus, readonly ["ACTIVE", "HEALTHY"]>;
      readonly gone: SetOfStates<Instance, InstanceStatus, readonly ["DELETED"]>;
    },
    StepsOf<Instance, InstanceSteps>,
    "UNKNOWN",
    ReadsOf<Instance, InstanceReads>
  > {}
/** Instances, described. */
export const instance: () => Instances = description satisfies () => AsDocumented<
  ReturnType<typeof description>,
  Instances
>;
