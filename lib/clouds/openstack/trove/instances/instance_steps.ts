/**
 * All steps on instances besides their actions.
 *
 * @module
 */
import { backupSteps } from "../backups/backup_step.ts";
import { databaseSteps } from "./guest/databases.ts";
import { moduleSteps } from "./instance_modules.ts";
import { logSteps } from "./guest/logs.ts";
import { rootSteps } from "./guest/root.ts";
import { sslSteps } from "./guest/ssl.ts";
import { userSteps } from "./guest/users.ts";

/** The steps on instances. */
export const steps = {
  ...databaseSteps,
  ...userSteps,
  ...rootSteps,
  ...backupSteps,
  ...logSteps,
  ...moduleSteps,
  ...sslSteps,
};
