/**
 * A machine of the simulated datacenter: its backend record, and how the API shows it.
 *
 * @module
 */
import type { Pkg } from "./package_catalog.ts";
import type { Job } from "./job.ts";
import type { Snapshot } from "./snapshot.ts";
import { atLeast } from "../version.ts";

/** The backend's states. The API translates them. */
export type VmState =
  | "provisioning"
  | "ready"
  | "running"
  | "stopping"
  | "stopped"
  | "destroyed"
  | "failed"
  | "unreachable"
  | "unknown";

const PUBLIC: Record<string, string> = { unreachable: "offline", destroyed: "deleted" };
const BACKEND: Record<string, VmState> = { offline: "unreachable", deleted: "destroyed" };

/** The API's name for a backend state. */
export const publicState = (state: VmState): string => PUBLIC[state] ?? state;
/** The backend's name for a state, from either name. */
export const vmState = (state: string): VmState => BACKEND[state] ?? state as VmState;

export interface Nic {
  mac: string;
  ip: string;
  primary: boolean;
  netmask: string;
  gateway: string;
  state: "provisioning" | "running" | "stopped";
  network: string;
}

export interface Disk {
  id: string;
  pci_slot: string;
  /** MiB. */
  size: number;
  block_size: number;
  boot: boolean;
  image?: string;
  state?: string;
}

/** What tests can do to one machine. */
export interface Troubles {
  /** The current job, or the next one, ends in `failed`. */
  fail: boolean;
  /** The current job, or the next one, never ends. */
  hang: boolean;
  /** Jobs go directly to their last state. */
  skip: boolean;
  /** Shown as `offline`, whatever the actual state. */
  offline: boolean;
}

export interface Machine {
  readonly id: string;
  readonly owner: string;
  name: string;
  brand: string;
  state: VmState;
  image: string;
  pkg: Pkg;
  tags: Record<string, unknown>;
  metadata: Record<string, unknown>;
  /** Passwords: `root_pw`. Shown only on request. */
  internal: Record<string, unknown> | undefined;
  nics: Nic[];
  disks: Disk[];
  created: number;
  updated: number;
  firewall: boolean;
  protection: boolean;
  docker: boolean;
  delegated: boolean;
  server: string;
  roleTags: string[];
  snapshots: Snapshot[];
  jobs: Job[];
  troubles: Troubles | undefined;
  /** The JSON of the API's record, until something changes. */
  json: string | undefined;
}

/** The state as the API shows it. */
export const visible = (machine: Machine): VmState =>
  machine.troubles?.offline ? "unreachable" : machine.state;

/** Whether lists without `tombstone` include it. */
export function isActive(machine: Machine): boolean {
  return machine.state !== "destroyed" && machine.state !== "failed";
}

export const isVirtual = (brand: string): boolean => brand === "kvm" || brand === "bhyve";

/** For how many more machines the JSON may be cached. */
export interface JsonMemory {
  left: number;
}

/** What the record depends on besides the machine. */
export interface RecordContext {
  /** The newest API version the client allows. */
  version: string;
  /** The raw `credentials` parameter. */
  credentials?: unknown;
  /** The cache for the JSON. */
  memory?: JsonMemory | undefined;
  /** DNS names; undefined if the account has none. */
  dnsNames?: ((machine: Machine) => string[]) | undefined;
}

/** The machine as the API shows it. */
export function machineRecord(machine: Machine, context: RecordContext): Record<string, unknown> {
  const { nics, pkg } = machine;
  const virtual = isVirtual(machine.brand);
  const withNetworks = atLeast(context.version, "7.1.0");
  const record: Record<string, unknown> = {
    id: machine.id,
    name: machine.name,
    type: virtual ? "virtualmachine" : "smartmachine",
    brand: machine.brand,
    state: publicState(visible(machine)),
    image: machine.image,
    ips: nics.map((nic) => nic.ip),
    memory: pkg.memory,
    disk: pkg.disk,
    deletion_protection: machine.protection,
    metadata: machine.metadata,
    tags: machine.tags,
    credentials: context.credentials,
    created: new Date(machine.created).toISOString(),
    updated: new Date(machine.updated).toISOString(),
  };
  if (machine.docker) record.docker = true;
  if (withNetworks) record.networks = nics.map((nic) => nic.network);
  if (machine.delegated) record.delegate_dataset = true;
  if (nics.length > 0) {
    record.nics = nics;
    record.primaryIp = (nics.find((nic) => nic.primary) ?? nics[0]!).ip;
  }
  if (context.credentials && machine.internal !== undefined) {
    record.metadata = { ...machine.metadata, credentials: passwordsOf(machine.internal) };
  }
  record.firewall_enabled = machine.firewall;
  record.compute_node = machine.server;
  record.package = pkg.name;
  if (machine.brand === "bhyve") {
    record.flexible = pkg.flexible === true;
    record.disks = machine.disks.map(({ size, block_size, boot, image, id }) => ({
      size,
      block_size,
      ...(boot ? { boot } : {}),
      ...(image === undefined ? {} : { image }),
      id,
    }));
  }
  if (context.dnsNames !== undefined) record.dns_names = context.dnsNames(machine);
  if (machine.internal?.encrypted) record.encrypted = machine.internal.encrypted;
  return record;
}

/** `{ root_pw: x }` as `{ root: x }`. */
export function passwordsOf(internal: Record<string, unknown>): Record<string, unknown> {
  const found = Object.entries(internal).filter(([key]) => key.endsWith("_pw"));
  return Object.fromEntries(found.map(([key, value]) => [key.slice(0, -3), value]));
}

/**
 * The record of {@linkcode machineRecord} as JSON. For current API versions it is cached until {@linkcode forgetJson}.
 */
export function machineJson(machine: Machine, context: RecordContext): string {
  const special = context.credentials !== undefined || context.dnsNames !== undefined ||
    !atLeast(context.version, "7.1.0");
  if (special) return JSON.stringify(machineRecord(machine, context));
  if (machine.json !== undefined) return machine.json;
  const json = JSON.stringify(machineRecord(machine, context));
  if (context.memory !== undefined && context.memory.left > 0) {
    context.memory.left--;
    machine.json = json;
  }
  return json;
}

/** Call it after every change. */
export function forgetJson(machine: Machine, memory: JsonMemory): void {
  if (machine.json === undefined) return;
  machine.json = undefined;
  memory.left++;
}
