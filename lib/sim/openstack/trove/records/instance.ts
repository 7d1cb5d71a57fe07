/**
 * A database instance, and the two fields that show its state: `status` and `operating_status`.
 *
 * @module
 */
import type { Project } from "../../keystone/identity.ts";
import type { Configuration } from "./configuration.ts";
import type { DatastoreVersion, Flavor } from "./instance_choices.ts";

/** The tasks of an instance, and the status that each shows. */
export const TASKS = {
  NONE: undefined,
  BUILDING: "BUILD",
  REBOOTING: "REBOOT",
  RESIZING: "RESIZE",
  PROMOTING: "PROMOTE",
  EJECTING: "EJECT",
  DETACHING: "DETACH",
  UPGRADING: "UPGRADE",
  /** A change of access: it shows only by an empty `operating_status`. */
  UPDATING: undefined,
  DELETING: "SHUTDOWN",
} as const;

export type InstanceTask = keyof typeof TASKS;

/** A user inside a database. */
export interface DatabaseUser {
  name: string;
  host: string;
  password: string;
  databases: Set<string>;
}

/** A log of an instance. */
export interface GuestLog {
  name: string;
  type: "USER" | "SYS";
  status: "Disabled" | "Ready" | "Published";
  published: number;
  pending: number;
}

/** An applied module: when, and its contents. */
export interface AppliedModule {
  md5: string;
  at: number;
}

export interface Instance {
  readonly id: string;
  name: string;
  readonly project: Project;
  readonly region: string;
  /** The number in the order of creation, for instances of the same second. */
  readonly order: number;
  task: InstanceTask;
  /** The state of the server under it. Only ERROR shows. */
  server: "ACTIVE" | "ERROR";
  /** What the database itself reports: `HEALTHY`, `RESTART_REQUIRED`, `SHUTDOWN`, `FAILED`, … */
  service: string;
  /** What `operating_status` shows instead of `service` until the guest has reported again. */
  lag: string | undefined;
  /** Statuses that a test has set, instead of the computed ones. */
  forced: { status: string; operating: string } | undefined;
  /** How many backups of it are running. */
  runningBackups: number;
  flavor: Flavor;
  volume: { size: number; type?: string | undefined };
  version: DatastoreVersion;
  databases: Set<string>;
  users: Map<string, DatabaseUser>;
  root: { enabledAt: string; by: string } | undefined;
  access: { isPublic: boolean; cidrs: string[] | undefined };
  ip: string;
  publicIp: string;
  replicaOf: Instance | undefined;
  configuration: Configuration | undefined;
  /** Its own certificate, and the previous one, to which it can be reverted. */
  tls?: Tls | undefined;
  tlsBefore?: Tls | undefined;
  fault: { message: string; created: string; details: string } | undefined;
  created: number;
  updated: number;
  serviceUpdated: number;
  logs: GuestLog[];
  modules: Map<string, AppliedModule>;
  clusterId: string | undefined;
  /** Its role in a cluster: `member`. */
  clusterRole: string | undefined;
  locality: string | undefined;
  /** Set by a test: the reason with which the current transition, or else the next, ends in ERROR. */
  doomed: string | undefined;
  /** Set by a test: the current transition, or else the next, never ends. */
  stuck: boolean;
}

/** The TLS settings: where the certificate came from, and who must use one. */
export interface Tls {
  mode: string;
  ref: string;
}

/** The status that a client waits for. */
export function statusOf(instance: Instance): string {
  if (instance.forced !== undefined) return instance.forced.status;
  const busy = TASKS[instance.task];
  if (busy !== undefined) return busy;
  if (instance.server === "ERROR") return "ERROR";
  if (instance.runningBackups > 0) return "BACKUP";
  if (instance.service === "RESTART_REQUIRED") return "RESTART_REQUIRED";
  return "ACTIVE";
}

/** What the database reports; empty while a task is running. */
export function operatingStatusOf(instance: Instance): string {
  if (instance.forced !== undefined) return instance.forced.operating;
  if (instance.task !== "NONE" || instance.server === "ERROR") return "";
  return instance.lag ?? instance.service;
}

/** The logs every instance has. */
export function freshLogs(): GuestLog[] {
  const log = (
    name: string,
    type: GuestLog["type"],
    status: GuestLog["status"],
    pending: number,
  ): GuestLog => ({
    name,
    type,
    status,
    published: 0,
    pending,
  });
  return [
    log("general", "USER", "Disabled", 0),
    log("slow_query", "USER", "Disabled", 0),
    log("error", "SYS", "Ready", 14928),
    log("guest", "SYS", "Ready", 206413),
  ];
}
