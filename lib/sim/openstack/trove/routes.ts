/**
 * Every route of Trove 18.0.0 below a project.
 *
 * @module
 */
import type { Handler } from "./call.ts";
import { createDatabases, deleteDatabase, listDatabases, showDatabase } from "./databases.ts";
import { actOnInstance } from "./instance_actions.ts";
import { editInstance, updateInstance } from "./instance_change.ts";
import { createInstance } from "./instance_create.ts";
import { deleteInstance, getInstance, listInstances, listInstancesInDetail } from "./instances.ts";
import {
  changePasswords,
  createUsers,
  deleteUser,
  getUser,
  grantAccess,
  listAccess,
  listUsers,
  revokeAccess,
  updateUser,
} from "./users.ts";

/** `METHOD /path`, with `{}` for a variable part, to the handler. */
export const ROUTES: Readonly<Record<string, Handler>> = {
  "GET /instances": listInstances,
  "GET /instances/detail": listInstancesInDetail,
  "POST /instances": createInstance,
  "GET /instances/{}": getInstance,
  "PUT /instances/{}": updateInstance,
  "PATCH /instances/{}": editInstance,
  "DELETE /instances/{}": deleteInstance,
  "POST /instances/{}/action": actOnInstance,

  "GET /instances/{}/databases": listDatabases,
  "POST /instances/{}/databases": createDatabases,
  "GET /instances/{}/databases/{}": showDatabase,
  "DELETE /instances/{}/databases/{}": deleteDatabase,

  "GET /instances/{}/users": listUsers,
  "POST /instances/{}/users": createUsers,
  "PUT /instances/{}/users": changePasswords,
  "GET /instances/{}/users/{}": getUser,
  "PUT /instances/{}/users/{}": updateUser,
  "DELETE /instances/{}/users/{}": deleteUser,
  "GET /instances/{}/users/{}/databases": listAccess,
  "PUT /instances/{}/users/{}/databases": grantAccess,
  "DELETE /instances/{}/users/{}/databases/{}": revokeAccess,
};
