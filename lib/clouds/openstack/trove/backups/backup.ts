/**
 * Trove's backups, described for the chain engine.
 *
 * @module
 */
import { describe } from "../../../../api/describe.ts";
import { lazily, type Wanted } from "../../../../engine/mod.ts";
import type { Backup } from "../records/backup_record.ts";
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
      /** It can be restored from. */
      ready: { states: ["COMPLETED", "RESTORED"], fails: ["FAILED", "DELETE_FAILED"] },
      /** It answers 404. */
      gone: { states: ["DELETED"] },
    },
    actions: {
      /** Destroys the backup, and with it those that only add to it. Not while it is taken. */
      delete: {
        from: ["COMPLETED", "RESTORED", "FAILED", "DELETE_FAILED"],
        // Since release 25 one that has been taken for days is no longer believed to be.
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

type Description = ReturnType<typeof description>;
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
export interface Backups extends Description {}
/** Backups, described. */
export const backup: () => Backups = description;
