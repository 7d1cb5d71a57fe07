/**
 * What can be read of one instance besides its record.
 *
 * @module
 */
import type { Subject } from "../../../../engine/mod.ts";
import type { Backup } from "../records/backup_record.ts";
import { backupsOf } from "../list_backups.ts";
import { type Database, listDatabases } from "./guest/databases.ts";
import { instancePath, type UserRef } from "../records/guest_path.ts";
import { type AppliedModule, type AppliedModulesOptions, listApplied } from "./instance_modules.ts";
import type { Instance } from "../records/instance_record.ts";
import { getLog, type InstanceLog, listLogs } from "./guest/logs.ts";
import { isRootEnabled } from "./guest/root.ts";
import { type InstanceSsl, readSsl } from "./guest/ssl.ts";
import { type DatabaseUser, getUser, grantsOf, listUsers } from "./guest/users.ts";

type Of = Subject<Instance>;

/** What can be read of one instance. */
export const reads = {
  /** Its databases. */
  databases: ({ endpoint, id }: Of): Promise<Database[]> => listDatabases(endpoint, id),
  /** Its users, with the databases that each may use. */
  users: ({ endpoint, id }: Of): Promise<DatabaseUser[]> => listUsers(endpoint, id),
  /** One of its users. */
  user: ({ endpoint, id }: Of, user: UserRef): Promise<DatabaseUser> => getUser(endpoint, id, user),
  /** The databases that one of its users may use. */
  grants: ({ endpoint, id }: Of, user: UserRef): Promise<Database[]> => grantsOf(endpoint, id, user),
  /**
   * Whether its root user was ever enabled, even if it was disabled later. From Trove 25 on: whether it is enabled now.
   */
  root: ({ endpoint, id }: Of): Promise<boolean> => isRootEnabled(endpoint, instancePath(id, "/root")),
  /** Its logs. */
  logs: ({ endpoint, id }: Of): Promise<InstanceLog[]> => listLogs(endpoint, id),
  /** One of its logs. */
  log: ({ endpoint, id }: Of, name: string): Promise<InstanceLog> => getLog(endpoint, id, name),
  /** The parameters that it has without a configuration. */
  async configuration({ endpoint, id }: Of): Promise<Record<string, unknown>> {
    const { body } = await endpoint.send({ method: "GET", path: instancePath(id, "/configuration") });
    return (body as { instance: { configuration: Record<string, unknown> } }).instance.configuration;
  },
  /** TLS of its database; since Trove 26. */
  ssl: ({ endpoint, id }: Of, options: { includeCertificate?: boolean } = {}): Promise<InstanceSsl> =>
    readSsl(endpoint, id, options.includeCertificate),
  /** Its backups. */
  backups: ({ endpoint, id }: Of): Promise<Backup[]> => backupsOf(endpoint, id),
  /** Its modules. */
  modules: ({ endpoint, id }: Of, options?: AppliedModulesOptions): Promise<AppliedModule[]> =>
    listApplied(endpoint, id, options),
};
