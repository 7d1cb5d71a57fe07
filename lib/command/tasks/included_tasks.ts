/**
 * The tasks that come with muster. Listed here one by one, so that a compiled command has them as well.
 *
 * @module
 */

/** How to load each of them. */
export const INCLUDED_TASKS: Readonly<Record<string, () => Promise<Record<string, unknown>>>> = {
  backup: () => import("../../../tasks/backup.ts"),
  cull: () => import("../../../tasks/cull.ts"),
  exec: () => import("../../../tasks/exec.ts"),
  failed: () => import("../../../tasks/failed.ts"),
  inventory: () => import("../../../tasks/inventory.ts"),
  power: () => import("../../../tasks/power.ts"),
  resize: () => import("../../../tasks/resize.ts"),
  restart: () => import("../../../tasks/restart.ts"),
  snapshot: () => import("../../../tasks/snapshot.ts"),
};
