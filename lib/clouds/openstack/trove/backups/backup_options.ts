/**
 * Options of a backup.
 *
 * @module
 */
import { MusterError } from "../../../../engine/mod.ts";
import { referenceText, type TroveRef } from "../reference.ts";

/**
 * How to take a backup of an instance.
 *
 * @example
 * ```ts
 * import { type BackupOptions, dbaas } from "@muster/muster";
 *
 * const options: BackupOptions = { incremental: true, description: "Before the upgrade" };
 * console.log(dbaas("sim").instance("prod-billing").backup("before-upgrade", options).waitUntil("ready"));
 * ```
 */
export interface BackupOptions {
  /** What it is for. */
  description?: string;
  /** The backup to add an increment to: its id or its record. */
  parent?: TroveRef;
  /** Adds an increment to the newest completed backup of the instance, if there is one. Default false. */
  incremental?: boolean;
  /** The container in object storage. Default: the strategy's, else the cloud's. */
  container?: string;
  /** How it is stored. Since Trove 23. Default: the cloud's. */
  storageDriver?: string;
}

const KNOWN = ["description", "parent", "incremental", "container", "storageDriver"];

/** Refuses invalid options, because the server accepts unknown ones. */
export function checkBackupOptions(options: BackupOptions): void {
  const unknown = Object.keys(options).find((key) => !KNOWN.includes(key));
  if (unknown === undefined) return;
  throw new MusterError(
    `Cannot take a backup: the option ${unknown} does not exist. The options are ${KNOWN.join(", ")}.`,
  );
}

/** The body of the request that takes a backup. */
export function takeBody(name: string, instanceId: string, options: BackupOptions): unknown {
  const { description, parent, incremental, container, storageDriver } = options;
  return {
    backup: {
      name,
      instance: instanceId,
      description,
      parent_id: parent === undefined ? undefined : referenceText("backup", parent),
      incremental: incremental === undefined ? undefined : Number(incremental),
      swift_container: container,
      storage_driver: storageDriver,
    },
  };
}
