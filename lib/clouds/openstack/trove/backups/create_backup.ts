/**
 * Creates backups.
 *
 * @module
 */
import { type Creation, MusterError } from "../../../../engine/mod.ts";
import type { Backup, BackupStatus } from "../records/backup_record.ts";
import { type BackupOptions, checkBackupOptions, takeBody } from "./backup_options.ts";
import { type DatastoreRef, resolveVersion } from "../catalogue/datastore_ref.ts";
import { findId } from "../find_id.ts";
import { checkName } from "../records/instance_name.ts";
import { backupPages } from "../list_backups.ts";
import { timeOf } from "../records/instance_record.ts";
import { createdSince, type ExistingBefore, existingBefore } from "../find_created.ts";
import { referenceText, type TroveRef } from "../reference.ts";

/**
 * The specification of a new backup, or of one that was taken elsewhere and is registered here.
 *
 * @example
 * ```ts
 * import { type BackupSpec, dbaas } from "@muster/muster";
 *
 * const spec: BackupSpec = { name: "weekly", instance: "prod-billing", description: "Kept a year" };
 * console.log(dbaas("sim").createBackup(spec).waitUntil("COMPLETED"));
 * ```
 */
export interface BackupSpec extends BackupOptions {
  /** Its name. */
  name: string;
  /** The instance: its id, its name or its record. */
  instance?: TroveRef;
  /** Instead of an instance: a backup in object storage, taken elsewhere. */
  restoreFrom?: {
    /** Its URL in object storage. */
    location: string;
    /** The datastore with a version, `mysql@5.7.29`, or the version's id. */
    version: DatastoreRef;
    /** GB. */
    size: number;
  };
}

/**
 * Checks a specification.
 *
 * @throws {MusterError} for options that are unknown, missing, or that exclude each other.
 */
export function checkBackup(spec: BackupSpec): void {
  const { name, instance, restoreFrom, ...options } = spec;
  checkName(name);
  checkBackupOptions(options);
  if ((instance === undefined) === (restoreFrom === undefined)) {
    throw new MusterError(
      `Cannot create backup ${name}: ${
        instance === undefined ? "no instance is given" : "both instance and restoreFrom are given"
      }. Give either instance or restoreFrom.`,
    );
  }
  if (instance !== undefined) referenceText("instance", instance);
}

/** How Trove creates backups. */
export const creation: Creation<Backup, BackupSpec & ExistingBefore, BackupStatus> = {
  enters: "NEW",
  request(spec, name) {
    const { restoreFrom, instance } = spec;
    const body = restoreFrom === undefined ? takeBody(name, instance as string, spec) : {
      backup: {
        name,
        description: spec.description,
        restore_from: {
          remote_location: restoreFrom.location,
          local_datastore_version_id: restoreFrom.version,
          size: restoreFrom.size,
        },
      },
    };
    return { method: "POST", path: "/backups", body };
  },
  async prepare(endpoint, spec) {
    const { instance, parent, restoreFrom } = spec;
    const there = await existingBefore(backupPages(endpoint));
    const ready: BackupSpec & ExistingBefore = { ...spec, ...there };
    if (instance !== undefined) ready.instance = await findId(endpoint, "instance", instance);
    if (parent !== undefined) ready.parent = await findId(endpoint, "backup", parent);
    if (restoreFrom !== undefined) {
      ready.restoreFrom = { ...restoreFrom, version: await resolveVersion(endpoint, restoreFrom.version) };
    }
    return ready;
  },
  find: (endpoint, name, spec) => createdSince(backupPages(endpoint), name, spec),
  fits: (backup, { instance, parent }) =>
    (instance === undefined || backup.instance_id === instance) &&
    (parent === undefined || backup.parent_id === parent),
  madeAt: ({ created }) => timeOf(created).at,
};
