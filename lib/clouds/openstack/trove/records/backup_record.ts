/**
 * The record of a backup.
 *
 * @module
 */

/**
 * The status of a backup. `DELETED` is muster's name for one that answers 404.
 *
 * @example
 * ```ts
 * import { type BackupStatus, dbaas } from "@muster/muster";
 *
 * const useless: BackupStatus[] = ["FAILED", "DELETE_FAILED"];
 * console.log(dbaas("sim").backups().where({ status: useless }).delete());
 * ```
 */
export type BackupStatus =
  | "NEW"
  | "BUILDING"
  | "SAVING"
  | "COMPLETED"
  | "RESTORED"
  | "FAILED"
  | "DELETE_FAILED"
  | "DELETED";

/**
 * A backup of an instance.
 *
 * @example
 * ```ts
 * import { type Backup, dbaas } from "@muster/muster";
 *
 * await dbaas("sim").createBackup({ instance: "prod-billing", name: "nightly" }).waitUntil("COMPLETED");
 * const backups: Backup[] = await dbaas("sim").backups();
 * console.log(backups.map(({ name, size, status, created }) => `${name} ${size} GB ${status} ${created}`));
 * ```
 */
export interface Backup {
  /** UUID. */
  id: string;
  /** Its name; not unique. */
  name: string;
  /** What it is for. */
  description: string | null;
  /** Its URL in object storage; null until it is there. */
  locationRef: string | null;
  /** The instance's id; null for one that was taken elsewhere. */
  instance_id: string | null;
  /** UTC, without a zone. */
  created: string;
  /** UTC, without a zone. */
  updated: string;
  /** GB; null until it is known. */
  size: number | null;
  /** Its status. */
  status: BackupStatus;
  /** For an increment, the id of the backup that it adds to. */
  parent_id: string | null;
  /** The project's id. */
  project_id?: string;
  /** What was backed up: datastore, version and the version's id. */
  datastore?: { type: string; version: string; version_id: string };
  /** How it is stored. Since Trove 23. */
  storage_driver?: string;
}
