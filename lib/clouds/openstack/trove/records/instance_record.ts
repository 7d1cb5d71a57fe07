/**
 * The record of a database instance.
 *
 * @module
 */
import { Secret } from "../../settings/secret.ts";

/**
 * The status of an instance. `DELETED` is muster's name for one that answers 404: the API has none.
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
 * A reference to another thing of Trove, by its id.
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
  /** Its name, if Trove shows it. */
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
  /** Its name; not unique. */
  name: string;
  /** Its status. */
  status: InstanceStatus;
  /** The last status that the database itself reported: `HEALTHY`; empty while a task is running. */
  operating_status?: string;
  /** Its flavor, by id. */
  flavor: TroveLink;
  /** The datastore it runs. */
  datastore: { type: string; version: string; version_number?: string };
  /** Its region. */
  region: string;
  /** Who can connect; empty while it is being built. */
  access?: { is_public?: boolean; allowed_cidrs?: string[] };
  /**
   * GB; `used` only if this instance was read alone. The last three since Trove 26: the used part in percent, and the
   * size of PostgreSQL's log of changes and of its archive.
   */
  volume?: {
    size: number;
    type?: string;
    used?: number;
    used_percent?: number;
    wal_size?: number;
    wal_archive_size?: number;
  };
  /** Missing while it is being built. */
  ip?: string[];
  /** Its addresses, with the type of each. */
  addresses?: { address: string; type: "private" | "public"; network?: string }[];
  /** Instead of addresses, if the cloud has DNS. */
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
  /** The last failed request, even if it did no harm. It explains the status only if that is `ERROR`. */
  fault?: { message: string; created: string; details?: string | null };
  /** Its configuration. */
  configuration?: TroveLink;
  /** How its replicas are placed: `affinity` or `anti-affinity`. */
  locality?: string;
  /** The cluster it belongs to. */
  cluster_id?: string;
  /** The shard of the cluster it belongs to. */
  shard_id?: string | null;
  /** GB used of the host's disk, if it has no volume. */
  local_storage?: { used?: number };
  /** The root user's password, in the answer to a creation, if the cloud enables root at once. */
  password?: Secret;
  /** The project's id; only for administrators. */
  tenant_id?: string;
  /** The id of the server under it; only for administrators. */
  server_id?: string;
  /** The id of its volume; only for administrators. */
  volume_id?: string;
}

/** The instance in the body of an answer, with its password wrapped as a secret. */
export function readInstance(body: unknown): Instance {
  const { instance } = body as { instance: Instance & { password?: unknown } };
  return typeof instance.password === "string"
    ? { ...instance, password: new Secret(instance.password) }
    : instance;
}

/** What a healthy database reports. Releases before 14 report nothing. */
const WELL = ["HEALTHY", "ACTIVE", "RUNNING"];
/** What a database reports that will not recover by itself. */
const ILL = ["FAILED", "ERROR", "CRASHED"];

/** Whether the database itself has settled: right after an action the status is back before the database is. */
export function isSettled({ operating_status }: Instance): boolean {
  return operating_status === undefined || WELL.includes(operating_status);
}

/** Why the database will not settle any more, if so. */
export function illness({ operating_status }: Instance): string | undefined {
  return operating_status !== undefined && ILL.includes(operating_status)
    ? `its database is ${operating_status}`
    : undefined;
}

/**
 * Removes the password that a fault quotes; changes the record. Trove keeps the last refusal on the instance, and
 * releases before 19 quote a password that they refuse.
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

/** Why it is in a state of failure. Any failed request leaves a fault, so a fault alone means nothing. */
export function faultOf({ status, fault, operating_status }: Instance): string | undefined {
  if (status === "ERROR" || status === "FAILED") return fault?.message;
  if (status === "RESTART_REQUIRED") return "changed parameters need a restart. Call restart()";
  if (status === "SHUTDOWN") return "it is being deleted";
  return isSettled({ operating_status } as Instance) || operating_status === ""
    ? undefined
    : `its database is ${operating_status}`;
}

/** The time of a text of Trove. The unit is whole seconds. */
export const timeOf = (updated: string) => ({ at: Date.parse(`${updated}Z`), unit: 1000 });
