/**
 * The step that takes a backup of each member of a chain.
 *
 * @module
 */
import { DoubtfulError, type Performance, sendChecked } from "../../../../engine/mod.ts";
import type { Backup } from "../records/backup_record.ts";
import { type BackupOptions, checkBackupOptions, takeBody } from "./backup_options.ts";
import { unbuilt } from "../records/guest_path.ts";
import { checkName } from "../records/instance_name.ts";
import { type Instance, timeOf } from "../records/instance_record.ts";
import { backupsOf } from "../list_backups.ts";

/**
 * A backup's name, or a function that makes it from the instance's record.
 *
 * @example
 * ```ts
 * import { type BackupName, dbaas } from "@muster/muster";
 *
 * const nightly: BackupName = (instance) => `${instance.name}-2026-11-22`;
 * console.log(dbaas("sim").instances().where({ name: /^prod-users/ }).backup(nightly));
 * ```
 */
export type BackupName = string | ((instance: Instance) => string);

/** How long to look for a backup whose answer was lost, in milliseconds. */
const PATIENCE = 30_000;
/** How far the server's clock may be from ours, in milliseconds. */
const SKEW = 60_000;

/** The step that takes backups. */
export const backupSteps = {
  /**
   * Takes a backup of the instance. The step is done when the backup has begun, and its output is the backup. A
   * `waitUntil("ready")` after it waits until the instance has finished it.
   */
  backup(name: BackupName, options: BackupOptions = {}): Performance<Instance> {
    if (typeof name !== "function") checkName(name);
    checkBackupOptions(options);
    return {
      name: "backup",
      label: `backup(${typeof name === "function" ? "…" : JSON.stringify(name)})`,
      obstacle: unbuilt,
      // The instance shows its status while the backup is taken.
      changes: ["operating_status", "fault"],
      async perform(context): Promise<Backup | undefined> {
        const { record, member, doubt, doubtSince = 0, skip } = context;
        const called = typeof name === "function" ? name(record) : name;
        checkName(called);
        const named = async () => (await backupsOf(context, member.id)).filter((one) => one.name === called);
        // Names are not unique, so only a new backup is the one from here.
        const there = await named();
        const before = new Set(there.map(({ id }) => id));
        // A backup that is older than the earlier run's request is not from that run.
        if (doubt && there.some(({ created }) => timeOf(created).at >= doubtSince - SKEW)) {
          skip(`it has a backup ${called}`);
          return;
        }
        const took = async () => {
          const made = (await named()).filter((one) => !before.has(one.id));
          if (made.length <= 1) return made[0];
          throw new DoubtfulError(
            `Cannot tell which backup ${called} of ${member.name} was made by this run: ${made.length} are new. ` +
              `Look at them before taking another.`,
          );
        };
        const request = {
          method: "POST",
          path: "/backups",
          body: takeBody(called, member.id, options),
        } as const;
        // The server lists a backup before it answers. So one that is not listed after so long was not begun, and a
        // second backup does no harm.
        const done = await sendChecked(context, request, {
          what: `take backup ${called} of ${member.name}`,
          took,
          repeatable: true,
          patience: PATIENCE,
        });
        // The instance is busy from now on, and a wait must know that.
        await context.refresh();
        return "found" in done ? done.found : (done.answer.body as { backup: Backup } | undefined)?.backup;
      },
    };
  },
};
