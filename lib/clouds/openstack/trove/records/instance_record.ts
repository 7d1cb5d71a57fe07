/**
 * A database instance, as Trove describes it.
 *
 * @module
 */
import { Secret } from "../../settings/secret.ts";

/**
 * Where an instance can be. `DELETED` is ours, for one that answers 404: the API has no name for it.
 *
 * @example
 * ```ts
 * import { dbaas, type InstanceStatus } from "@muster/muster";
 *
 * const broken: InstanceStatus[] = ["ERROR", "FAILED", "RESTART_REQUIRED"];
 * console.log(dbaas("sim").instances().where({ status: broken }));
 * ```
 */
export type InstanceStatus =
  | "NEW"
  | "BUILD"
  | "ACTIVE"
  | "HEALTHY"
  | "BACKUP"
  | "REBOOT"
  | "RESIZE"
  | "RESTART_REQUIRED"
  | "PROMOTE"
  | "EJECT"
  | "DETACH"
  | "UPGRADE"
  | "LOGGING"
  | "BLOCKED"
  | "SHUTDOWN"
  | "ERROR"
  | "FAILED"
  | "UNKNOWN"
  | "DELETED";

/**
 * Another thing of Trove, by its id.
 *
 * @example
 * ```ts
 * import { dbaas, type TroveLink } from "@muster/muster";
 *
 * const { flavor, replica_of } = await dbaas("sim").instance("prod-billing");
 * const links: (TroveLink | undefined)[] = [flavor, replica_of];
 * console.log(links.map((link) => link?.id));
 * ```
 */
export interface TroveLink {
  /** Its id. */
  id: string;
  /** Its name, where Trove tells it. */
  name?: string;
}

/**
 * A database instance.
 *
 * @example
 * ```ts
 * import { dbaas, type Instance } from "@muster/muster";
 *
 * const instance: Instance = await dbaas("sim").instance("prod-billing");
 * console.log(instance.status, instance.operating_status, instance.datastore, `${instance.volume?.size} GB`);
 * ```
 */
export interface Instance {
  /** UUID. */
  id: string;
  /** What it is called; not unique. */
  name: string;
  /** Where it is. */
  status: InstanceStatus;
  /** What the database itself last reported: `HEALTHY`; empty while something is done to the instance. */
  operating_status?: string;
  /** Its flavor, by id. */
  flavor: TroveLink;
  /** What it runs. */
  datastore: { type: string; version: string; version_number?: string };
  /** The region it is in. */
  region: string;
  /** Who may connect; empty while it is built. */
  access?: { is_public?: boolean; allowed_cidrs?: string[] };
  /**
   * GB; `used` only where one instance is asked for. The last three since Trove 26: of what is used its part in percent, and what
   * PostgreSQL's log of changes, and its archive, take.
   */
  volume?: {
    size: number;
    type?: string;
    used?: number;
    used_percent?: number;
    wal_size?: number;
    wal_archive_size?: number;
  };
  /** Missing while it is built. */
  ip?: string[];
  /** Its addresses, with what kind each is. */
  addresses?: { address: string; type: "private" | "public"; network?: string }[];
  /** Instead of addresses, where the cloud has DNS. */
  hostname?: string;
  /** The instance it is a replica of. */
  replica_of?: TroveLink;
  /** Its replicas. */
  replicas?: TroveLink[];
  /** UTC, without a zone: `2026-11-22T06:53:26`. */
  created: string;
  /** UTC, without a zone. */
  updated: string;
  /** When the database last reported; UTC, without a zone. */
  service_status_updated?: string;
  /** The last request that failed, even one that did no harm: says why only where the status is `ERROR`. */
  fault?: { message: string; created: string; details?: string | null };
  /** Its configuration. */
  configuration?: TroveLink;
  /** How its replicas are placed: `affinity` or `anti-affinity`. */
  locality?: string;
  /** The cluster it belongs to. */
  cluster_id?: string;
  /** The shard of the cluster it belongs to. */
  shard_id?: string | null;
  /** GB used of the host's disk, where it has no volume. */
  local_storage?: { used?: number };
  /** The root user's, in the answer to a create, where the cloud enables root at once. */
  password?: Secret;
  /** The project's id; for administrators. */
  tenant_id?: string;
  /** The id of the server under it; for administrators. */
  server_id?: string;
  /** The id of its volume; for administrators. */
  volume_id?: string;
}

/** The instance in the body of an answer, its password put away. */
export function readInstance(body: unknown): Instance {
  const { instance } = body as { instance: Instance & { password?: unknown } };
  return typeof instance.password === "string"
    ? { ...instance, password: new Secret(instance.password) }
    : instance;
}

/** What the database reports when all is well; releases before 14 report nothing at all. */
const WELL = ["HEALTHY", "ACTIVE", "RUNNING"];
/** What it reports when it will not be well again by itself. */
const ILL = ["FAILED", "ERROR", "CRASHED"];

/** Whether the database itself has settled: right after an action the status is back before the database is. */
export function isSettled({ operating_status }: Instance): boolean {
  return operating_status === undefined || WELL.includes(operating_status);
}

/** Why the database does not settle any more, if so. */
export function illness({ operating_status }: Instance): string | undefined {
  return operating_status !== undefined && ILL.includes(operating_status)
    ? `its database is ${operating_status}`
    : undefined;
}

/**
 * Leaves out the password that a fault quotes, in place. Trove keeps the last refusal on the instance, and releases before 19
 * refuse a user's password by saying it.
 */
export function concealFault(instance: Instance): void {
  const { fault } = instance;
  if (typeof fault !== "object" || fault === null || !/password/i.test(`${fault.message}${fault.details}`)) {
    return;
  }
  const conceal = (text: string) =>
    text.replace(/'.*' (?=is not a valid password)/gs, "'…' ").replace(
      /(password['"]?\]?\s+)'.*?'(?= )/gis,
      "$1'…'",
    );
  instance.fault = {
    ...fault,
    message: conceal(String(fault.message)),
    ...(typeof fault.details === "string" ? { details: conceal(fault.details) } : {}),
  };
}

/** Why it is in a bad state. A fault is left by any request that failed, so alone it says nothing. */
export function faultOf({ status, fault, operating_status }: Instance): string | undefined {
  if (status === "ERROR" || status === "FAILED") return fault?.message;
  if (status === "RESTART_REQUIRED") return "changed parameters need a restart. Call restart()";
  if (status === "SHUTDOWN") return "it is being deleted";
  return isSettled({ operating_status } as Instance) || operating_status === ""
    ? undefined
    : `its database is ${operating_status}`;
}

/** What a time of Trove stands for: they are whole seconds. */
export const timeOf = (updated: string) => ({ at: Date.parse(`${updated}Z`), unit: 1000 });
