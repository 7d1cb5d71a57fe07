/**
 * CloudAPI's machines, described for the chain engine.
 *
 * The protocol is that of sdc-cloudapi 9.20: states as `translateState` names them, actions of `UpdateMachine`, filters
 * as `ListMachines` really applies them.
 *
 * @module
 */
import { describe } from "../../../api/describe.ts";
import type { ActionsOf, AsDocumented, ReadsOf, StepsOf } from "../../../api/documented.ts";
import type { Action, Definition } from "../../../engine/mod.ts";
import { creation } from "./create_machine.ts";
import { machinePages } from "../machine_pages.ts";
import { machinePath as path } from "../machine_path.ts";
import { filters } from "./list_machines.ts";
import { checkName } from "./machine_name.ts";
import { machineConditions } from "./machine_conditions.ts";
import { machineAudit } from "./machine_audit.ts";
import type { Machine, MachineState } from "../machine_record.ts";
import type { MachineActions, MachineReads, MachineSteps, NewName } from "./machine_methods.ts";
import { machineReads } from "./machine_reads.ts";
import { diskSteps } from "./parts/disks.ts";
import { metadataActions } from "./metadata.ts";
import { migrateSteps } from "./parts/migrate.ts";
import { nicSteps } from "./parts/nics.ts";
import type { PackageRef } from "../catalogue/package.ts";
import { isShortId, refOf, resolvePackage } from "../catalogue/resolve.ts";
import {
  checkSnapshotName,
  type SnapshotName,
  snapshotName,
  snapshotsPath,
  snapshotSteps,
} from "./snapshots.ts";
import { sshSteps } from "./ssh_steps.ts";
import { tagActions } from "./tags.ts";

/** `POST /machines/:id?action=…`, with what the action needs in the body. */
const update = (id: string, action: string, body?: Record<string, unknown>) => ({
  method: "POST" as const,
  path: path(id),
  query: { action },
  ...(body ? { body } : {}),
});

const nameFor = (machine: Machine, name: NewName) => {
  const made = typeof name === "function" ? name(machine) : name;
  checkName(made);
  return made;
};

/** Whether a package record is known to have a disk of fixed size. */
const isRigid = (wanted: PackageRef): wanted is { id: string; name?: string } =>
  typeof wanted === "object" && "memory" in wanted &&
  (wanted as { flexible_disk?: boolean }).flexible_disk !== true;

/** An action that switches a field of the machine on or off. */
const toggle = (action: string, field: "firewall_enabled" | "deletion_protection", on: boolean) => ({
  // The server accepts it in every state. Otherwise a machine that cannot be reached could neither be unprotected nor
  // deleted.
  from: ["running", "stopped", "provisioning", "ready", "stopping", "offline", "unknown", "failed"],
  part: field,
  changes: [field],
  makes: () => ({ [field]: on }),
  done: (machine: Machine) => (machine[field] ?? false) === on,
  request: ({ id }: { id: string }) => update(id, action),
} satisfies Action<Machine, MachineState, []>);

/** Fields that change when the machine goes up or down, besides the state. */
const UPTIME = ["nics", "dns_names"];

const description = describe({
  kind: "machine",
  states: [
    "provisioning",
    "ready",
    "running",
    "stopping",
    "stopped",
    "offline",
    "deleted",
    "failed",
    "unknown",
  ],
  drift: { provisioning: ["running", "failed"], ready: ["running"], stopping: ["stopped"] },
  opaque: ["offline", "unknown"],
  failures: ["failed"],
  fields: {
    id: "text",
    name: "text",
    type: "text",
    brand: "text",
    state: "state",
    image: "text",
    memory: "number",
    disk: "number",
    metadata: "object",
    tags: "tags",
    created: "text",
    updated: "text",
    ips: "list",
    networks: "list",
    nics: "objects",
    disks: "objects",
    primaryIp: "text",
    // The server shows it only if it is true.
    firewall_enabled: "flag",
    deletion_protection: "flag",
    docker: "flag",
    compute_node: "text",
    package: "text",
    dns_names: "list",
  },
  columns: ["id", "name", "state", "package", "primaryIp", "tags"],
  state: (machine: Machine) => machine.state,
  id: (machine) => machine.id,
  name: (machine) => machine.name,
  tags: (machine) => machine.tags,
  mark: (machine) => machine.updated,
  // A deleted machine is 410 while its history is kept, with the machine as the body, and 404 later. A machine that the
  // changefeed or a list shows as deleted is destroyed.
  gone: { state: "deleted", statuses: [404, 410], codes: ["ResourceNotFound", "Gone"], shown: true },
  list: {
    pageSize: 1000,
    query: filters,
    pages: (endpoint, query = {}, options) => machinePages(endpoint, query, options),
  },
  audit: machineAudit,
  get: (id) => ({ method: "GET", path: path(id) }),
  read: (body) => body as Machine,
  isShortId,
  complete(machine) {
    // Written out, because it goes through a thousand records before it is compiled.
    const { tags, metadata, ips } = machine;
    if (typeof tags !== "object" || tags === null || Array.isArray(tags)) machine.tags = {};
    if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) machine.metadata = {};
    if (!Array.isArray(ips)) machine.ips = [];
    else {
      for (let at = 0; at < ips.length; at++) {
        if (typeof ips[at] !== "string") {
          return void (machine.ips = ips.filter((one) => typeof one === "string"));
        }
      }
    }
  },
  create: creation,
  conditions: machineConditions,
  reads: machineReads,
  steps: { ...snapshotSteps, ...nicSteps, ...diskSteps, ...migrateSteps, ...sshSteps },
  actions: {
    stop: {
      from: ["running"],
      enters: "stopping",
      inverse: "start",
      changes: UPTIME,
      repeatable: true,
      request: ({ id }) => update(id, "stop"),
    },
    start: {
      from: ["stopped"],
      enters: "ready",
      inFlight: "starting",
      inverse: "stop",
      changes: UPTIME,
      repeatable: true,
      request: ({ id }) => update(id, "start"),
    },
    reboot: {
      from: ["running"],
      enters: "ready",
      inFlight: "rebooting",
      via: ["stopping", "stopped"],
      always: true,
      leavesMark: true,
      changes: UPTIME,
      request: ({ id }) => update(id, "reboot"),
    },
    rename: {
      from: ["running", "stopped"],
      changes: ["name", "dns_names"],
      check: (name: NewName) => typeof name === "function" || checkName(name),
      done: (machine, name: NewName) => machine.name === nameFor(machine, name),
      request: ({ id, record }, name: NewName) => update(id, "rename", { name: nameFor(record, name) }),
    },
    resize: {
      from: ["running", "stopped"],
      changes: ["package", "memory", "disk"],
      obstacle: ({ record: { brand } }, wanted: PackageRef) =>
        brand === "kvm"
          ? "it is a kvm machine, and those cannot be resized"
          : brand === "bhyve" && isRigid(wanted)
          ? `it is a bhyve machine, and those need a package with flexible disk space, which ${
            wanted.name ?? wanted.id
          } does not have`
          : undefined,
      check: (wanted: PackageRef) => void refOf("a package", wanted),
      prepare: async (endpoint, wanted: PackageRef) => [await resolvePackage(endpoint, wanted)],
      done: (machine, wanted: PackageRef) =>
        // Packages with the same name may differ in size. A package that was found by its name has all its fields here.
        typeof wanted === "object" && machine.package === wanted.name &&
        machine.memory === (wanted as { memory?: number }).memory,
      request: ({ id }, wanted: PackageRef) => update(id, "resize", { package: refOf("a package", wanted) }),
    },
    ...tagActions,
    ...metadataActions,
    startFromSnapshot: {
      from: ["stopped"],
      enters: "ready",
      inFlight: "starting",
      // A running machine may not have been rolled back.
      always: true,
      destructive: true,
      // The whole data set is rolled back, which includes its tags and its metadata.
      changes: [...UPTIME, "tags", "metadata"],
      obstacle: ({ record: { brand } }) =>
        brand === "kvm" ? "it is a kvm machine, and those have no snapshots" : undefined,
      // A second time would undo what was written after the first.
      repeatable: false,
      check: (name: SnapshotName) => typeof name === "function" || checkSnapshotName(name),
      request: ({ id, record }, name: SnapshotName) => ({
        method: "POST",
        path: snapshotsPath(id, snapshotName(record, name)),
      }),
    },
    enableFirewall: { ...toggle("enable_firewall", "firewall_enabled", true), inverse: "disableFirewall" },
    disableFirewall: { ...toggle("disable_firewall", "firewall_enabled", false), inverse: "enableFirewall" },
    enableDeletionProtection: {
      ...toggle("enable_deletion_protection", "deletion_protection", true),
      inverse: "disableDeletionProtection",
    },
    disableDeletionProtection: {
      ...toggle("disable_deletion_protection", "deletion_protection", false),
      inverse: "enableDeletionProtection",
    },
    delete: {
      from: ["stopped", "failed", "running", "offline", "unknown"],
      // The server refuses it only for deleted machines: a machine that is stuck can be deleted.
      foundIn: ["provisioning", "ready", "stopping"],
      enters: "deleted",
      via: ["stopping"],
      destructive: true,
      changes: [...UPTIME, "ips", "networks", "primaryIp"],
      obstacle: ({ record }) =>
        record.deletion_protection
          ? "it is protected from deletion. Call disableDeletionProtection() first"
          : undefined,
      repeatable: true,
      request: ({ id }) => ({ method: "DELETE", path: path(id) }),
    },
  },
}, { checked: true });

/**
 * The machine resource.
 *
 * @example
 * ```ts
 * import { dc, type Machines, type Selection } from "@muster/muster";
 *
 * const stop = (machines: Selection<Machines>) => machines.where({ state: "running" }).stop();
 * console.log(stop(dc("sim").machines({ type: "web" })));
 * ```
 */
export interface Machines extends
  Definition<
    "machine",
    Machine,
    readonly [
      "provisioning",
      "ready",
      "running",
      "stopping",
      "stopped",
      "offline",
      "deleted",
      "failed",
      "unknown",
    ],
    {
      readonly provisioning: readonly ["running", "failed"];

      readonly ready: readonly ["running"];
      readonly stopping: readonly ["stopped"];
    },
    ActionsOf<Machine, MachineState, MachineActions>,
    Record<never, never>,
    StepsOf<Machine, MachineSteps>,
    "offline" | "unknown",
    ReadsOf<Machine, MachineReads>
  > {}
/** Machines, described. */
export const machine: Machines = description satisfies AsDocumented<typeof description, Machines>;
