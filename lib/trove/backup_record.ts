/**
 * A backup, as Trove describes it.
 *
 * @module
 */

/** Where a backup can be. `DELETED` is ours, for one that answers 404. */
export type BackupStatus =
  | "NEW"
  | "BUILDING"
  | "SAVING"
  | "COMPLETED"
  | "RESTORED"
  | "FAILED"
  | "DELETE_FAILED"
  | "DELETED";

/** A backup of an instance. */
export interface Backup {
  /** UUID. */
  id: string;
  name: string;
  description: string | null;
  /** Where in object storage it is; null until it is there. */
  locationRef: string | null;
  /** The instance's id; null for one that was taken elsewhere. */
  instance_id: string | null;
  /** UTC, without a zone. */
  created: string;
  /** UTC, without a zone. */
  updated: string;
  /** GB; null until it is known. */
  size: number | null;
  status: BackupStatus;
  /** The backup it only adds to, if it does. */
  parent_id: string | null;
  project_id?: string;
  datastore?: { type: string; version: string; version_id: string };
  storage_driver?: string;
}
