/**
 * A backup, and where new ones are stored.
 *
 * @module
 */
import type { Project } from "../../keystone/identity.ts";
import type { DatastoreVersion } from "./instance_choices.ts";

export interface Backup {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly instanceId: string | null;
  readonly project: Project;
  readonly parent: Backup | undefined;
  readonly version: DatastoreVersion;
  /** The databases in it, for restoring. */
  readonly databases: readonly string[];
  readonly created: number;
  updated: number;
  status: "NEW" | "BUILDING" | "SAVING" | "COMPLETED" | "FAILED" | "RESTORED";
  /** GB, once known. */
  size: number | null;
  location: string | null;
}

/** Where the backups of a project, or of one instance, are stored. */
export interface BackupStrategy {
  readonly project: string;
  /** Empty for the whole project. */
  readonly instanceId: string;
  container: string;
}
