/**
 * Everything that can be done to instances besides their actions.
 *
 * @module
 */
import { backupSteps } from "./backup_step.ts";
import { databaseSteps } from "./databases.ts";
import { moduleSteps } from "./instance_modules.ts";
import { logSteps } from "./logs.ts";
import { rootSteps } from "./root.ts";
import { userSteps } from "./users.ts";

/** The steps on instances. */
export const steps = {
  ...databaseSteps,
  ...userSteps,
  ...rootSteps,
  ...backupSteps,
  ...logSteps,
  ...moduleSteps,
};
