/**
 * Trove's backups, described for the chain engine.
 *
 * @module
 */
import { describe } from "../../../../api/describe.ts";
import type { ActionsOf, Acts, AsDocumented, SetOfStates } from "../../../../api/documented.ts";
import { type Definition, lazily, type Wanted } from "../../../../engine/mod.ts";
import type { Backup, BackupStatus } from "../records/backup_record.ts";
import { creation } from "./create_backup.ts";
import { increments } from "./incremental_backups.ts";
import { backupPages, BACKUPS_IN_PAGE } from "../list_backups.ts";

const DAY = 24 * 3_600_000;
const path = (id: string) => `/backups/${encodeURIComponent(id)}`;

const description = lazily(() =>
  describe({
    kind: "backup",
    states: ["NEW", "BUILDING", "SAVING", "COMPLETED", "RESTORED", "FAILED", "DELETE_FAILED", "DELETED"],
    drift: {
      NEW: ["BUILDING", "SAVING", "COMPLETED", "RESTORED", "FAILED"],
      BUILDING: ["SAVING", "COMPLETED", "FAILED"],
      SAVING: ["COMPLETED", "FAILED"],
    },
    failures: ["FAILED", "DELETE_FAILED"],
    fields: {
      id: "text",
      name: "text",
      description: "text",
      locationRef: "text",
      instance_id: "text",
      created: "text",
      updated: "text",
      size: "number",
      status: "state",
      parent_id: "text",
      project_id: "text",
      datastore: "object",
      storage_driver: "text",
    },
    columns: ["id", "name", "status", "instance_id", "size", "created"],
    state: (backup: Backup) => backup.status,
    id: (backup) => backup.id,
    name: (backup) => backup.name,
    mark: (backup) => backup.updated,
    gone: { state: "DELETED", statuses: [404], codes: ["itemNotFound"] },
    list: {
      pageSize: BACKUPS_IN_PAGE,
      query: ({ attributes }: Wanted): Record<string, string> =>
        typeof attributes.instance_id === "string" ? { instance_id: attributes.instance_id } : {},
      pages: (endpoint, query, options) => backupPages(endpoint, query, options),
    },
    get: (id) => ({ method: "GET", path: path(id) }),
    read: (body) => (body as { backup: Backup }).backup,
    create: creation,
    timeout: 60 * 60_000,
    sets: {
      /** It can be restored. */
      ready: { states: ["COMPLETED", "RESTORED"], fails: ["FAILED", "DELETE_FAILED"] },
      /** The API answers 404. */
      gone: { states: ["DELETED"] },
    },
    actions: {
      delete: {
        from: ["COMPLETED", "RESTORED", "FAILED", "DELETE_FAILED"],
        // Since release 25 a backup that has been running for days counts as stuck.
        foundIn: ["NEW", "BUILDING", "SAVING"],
        obstacle: ({ record, state, now }) =>
          ["NEW", "BUILDING", "SAVING"].includes(state) && now - Date.parse(`${record.created}Z`) < DAY
            ? `it is still being made: its state is ${state}`
            : undefined,
        enters: "DELETED",
        destructive: true,
        repeatable: true,
        alsoDestroys: increments,
        request: ({ id }) => ({ method: "DELETE", path: path(id) }),
      },
    },
  }, { checked: true })
);

/**
 * The actions of backups. Each is a method of their selections and chains, and returns a chain. It can be called if the
 * member may be in one of the states that come first in {@linkcode Acts}.
 *
 * @example
 * ```ts
 * import { type BackupActions, dbaas } from "@muster/muster";
 *
 * const action: keyof BackupActions = "delete";
 * console.log(dbaas("sim").backups().where({ name: /^nightly/ })[action]());
 * ```
 */
export interface BackupActions {
  /** Destroys the backup and its increments. Not while the backup is being taken. */
  delete(): Acts<"COMPLETED" | "RESTORED" | "FAILED" | "DELETE_FAILED", "DELETED">;
}

/**
 * The backup resource.
 *
 * @example
 * ```ts
 * import { type Backups, dbaas, type Selection } from "@muster/muster";
 *
 * const old = (backups: Selection<Backups>) => backups.where({ created: (at) => at < "2026-10" });
 * console.log(old(dbaas("sim").backups()).delete());
 * ```
 */
export interface Backups extends
  Definition<
    "backup",
    Backup,
    readonly ["NEW", "BUILDING", "SAVING", "COMPLETED", "RESTORED", "FAILED", "DELETE_FAILED", "DELETED"],
    {
      readonly NEW: readonly ["BUILDING", "SAVING", "COMPLETED", "RESTORED", "FAILED"];
      readonly BUILDING: readonly ["SAVING", "COMPLETED", "FAILED"];
      readonly SAVING: readonly ["COMPLETED", "FAILED"];
    },
    ActionsOf<Backup, BackupStatus, BackupActions>,
    {
      readonly ready: SetOfStates<Backup, BackupStatus, readonly ["COMPLETED", "RESTORED"]>;
      readonly gone: SetOfStates<Backup, BackupStatus, readonly ["DELETED"]>;
    },
    Record<never, never>,
    never,
    Record<never, never>
  > {}
/** Backups, described. */
export const backup: () => Backups = description satisfies () => AsDocumented<
  ReturnType<typeof description>,
  Backups
>;
