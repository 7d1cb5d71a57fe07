/**
 * The methods of instances: what can be done to them, and read of them. The compiler checks the description in
 * `instance.ts` against this.
 *
 * @module
 */
import type { InstanceSsl, SslOptions } from "./guest/ssl.ts";
import type { Acts, Performance } from "../../../../api/mod.ts";
import type { Secret } from "../../settings/secret.ts";
import type { BackupOptions } from "../backups/backup_options.ts";
import type { BackupName } from "../backups/backup_step.ts";
import type { FlavorRef } from "../catalogue/flavors.ts";
import type { Backup } from "../records/backup_record.ts";
import type { UserRef } from "../records/guest_path.ts";
import type { Instance, InstanceStatus } from "../records/instance_record.ts";
import type { TroveRef } from "../reference.ts";
import type { Database } from "./guest/databases.ts";
import type { DatabaseSpec, UserSpec } from "./guest/guest_specs.ts";
import type { InstanceLog } from "./guest/logs.ts";
import type { DatabaseUser, UserChanges } from "./guest/users.ts";
import type { Access } from "./instance_access.ts";
import type { AppliedModule, AppliedModulesOptions } from "./instance_modules.ts";
import type { InstanceChangeOptions } from "./keep_configuration.ts";

/**
 * A name, or a function that makes it from the instance's record.
 *
 * @example
 * ```ts
 * import { dbaas, type NewInstanceName } from "@muster/muster";
 *
 * const retired: NewInstanceName = (instance) => `old-${instance.name}`;
 * console.log(dbaas("sim").instances().where({ name: /^staging-search/ }).rename(retired));
 * ```
 */
export type NewInstanceName = string | ((instance: Instance) => string);

/**
 * The actions of instances. Each is a method of their selections and chains, and returns a chain. It can be called if
 * the member may be in one of the states that come first in {@linkcode Acts}.
 *
 * @example
 * ```ts
 * import { dbaas, type InstanceActions } from "@muster/muster";
 *
 * const larger = dbaas("sim").instance("prod-billing").resizeVolume(60).waitUntil("ready").rename("billing");
 * const action: keyof InstanceActions = "restart";
 * console.log(larger, dbaas("sim").instances().where({ name: /^dev/ })[action]().waitUntil("ready"));
 * ```
 */
export interface InstanceActions {
  /** Restarts the database. A wait after it waits until the restart has happened. */
  restart(): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED" | "BLOCKED" | "SHUTDOWN", "REBOOT">;
  /**
   * Renames the instance.
   *
   * @param name A text, or a function of its record.
   * @param options Whether its configuration may be detached, as Trove 19 to 24 do.
   * @throws {MusterError} for an invalid name.
   */
  rename(
    name: NewInstanceName,
    options?: InstanceChangeOptions,
  ): Acts<Exclude<InstanceStatus, "SHUTDOWN" | "DELETED">>;
  /**
   * Resizes the instance to another flavor.
   *
   * @param flavor Its id, its name, its URL or its record.
   */
  resizeFlavor(
    flavor: FlavorRef,
  ): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED" | "BLOCKED" | "SHUTDOWN", "RESIZE">;
  /**
   * Enlarges the instance's volume.
   *
   * @param size Its new size in GB.
   * @throws {MusterError} for a size that is not a whole number above zero.
   */
  resizeVolume(
    size: number,
  ): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED" | "BLOCKED" | "SHUTDOWN", "RESIZE">;
  /**
   * Sets a configuration for the instance.
   *
   * @param configuration Its id, its name or its record.
   */
  attachConfiguration(configuration: TroveRef): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED">;
  /** Removes the configuration from the instance. */
  detachConfiguration(): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED">;
  /**
   * Moves the instance to another version of its datastore.
   *
   * @param version The version's name.
   * @param options Whether its configuration may be detached, as Trove 19 to 24 do.
   */
  upgrade(
    version: string,
    options?: InstanceChangeOptions,
  ): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED", "UPGRADE">;
  /** Makes a replica the source, and its source a replica. */
  promote(): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED", "PROMOTE">;
  /** Ejects a source that no longer reports. Its newest replica takes its place. */
  eject(): Acts<
    "ACTIVE" | "HEALTHY" | "RESTART_REQUIRED" | "ERROR" | "FAILED" | "BLOCKED" | "UNKNOWN" | "SHUTDOWN",
    "EJECT"
  >;
  /**
   * Makes a replica an independent instance.
   *
   * @param options Whether its configuration may be detached, as Trove 19 to 24 do.
   */
  detachReplica(options?: InstanceChangeOptions): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED", "DETACH">;
  /**
   * Sets who can connect to the instance.
   *
   * @param access Whether it can be reached from outside the cloud, and from which networks.
   * @param options Whether its configuration may be detached, as Trove 19 to 24 do.
   * @throws {MusterError} when nothing is set, and for an unknown option.
   */
  access(access: Access, options?: InstanceChangeOptions): Acts<"ACTIVE" | "HEALTHY">;
  /**
   * Cancels whatever is running. Only for administrators. The instance is in `ERROR` from then on, and can be deleted.
   * A healthy instance does not change.
   */
  resetStatus(): Acts<Exclude<InstanceStatus, "DELETED">, "ERROR">;
  /**
   * Destroys the instance and all its data. Its backups remain. Not while it is being built, or while it has replicas.
   */
  delete(): Acts<Exclude<InstanceStatus, "BUILD" | "DELETED">, "DELETED">;
}

/**
 * The steps on instances besides their actions: on databases, users, logs, modules and backups. Each is a method of
 * their selections and chains, and returns a chain. The results are in the report.
 *
 * @example
 * ```ts
 * import { dbaas, type InstanceSteps } from "@muster/muster";
 *
 * const chain = dbaas("sim").instance("dev-scratch").createDatabase("orders").createUser({ name: "app", password: "Tr0ub4" })
 *   .grant("app", "orders").backup("before").waitUntil("ready");
 * const step: keyof InstanceSteps = "enableRoot";
 * console.log(chain, step);
 * ```
 */
export interface InstanceSteps {
  /**
   * Creates a database in the instance.
   *
   * @param database Its name, or an object.
   */
  createDatabase(database: string | DatabaseSpec): Performance<Instance>;
  /**
   * Creates databases in the instance.
   *
   * @param databases Their names, or objects.
   * @throws {MusterError} when there are none.
   */
  createDatabases(databases: readonly (string | DatabaseSpec)[]): Performance<Instance>;
  /**
   * Destroys a database of the instance, with all its data.
   *
   * @param name Its name.
   */
  deleteDatabase(name: string): Performance<Instance>;
  /**
   * Creates a user in the instance.
   *
   * @param user Its name, its password, and the databases it may use.
   */
  createUser(user: UserSpec): Performance<Instance>;
  /**
   * Creates users in the instance.
   *
   * @param users For each its name, its password, and the databases it may use.
   * @throws {MusterError} when there are none.
   */
  createUsers(users: readonly UserSpec[]): Performance<Instance>;
  /**
   * Deletes a user from the instance.
   *
   * @param user Its name, or its name and its host.
   */
  deleteUser(user: UserRef): Performance<Instance>;
  /**
   * Sets a new password for an existing user.
   *
   * @param user Its name and the password.
   */
  changePassword(user: UserSpec): Performance<Instance>;
  /**
   * Sets new passwords for existing users.
   *
   * @param users For each its name and the password.
   * @throws {MusterError} when there are none.
   */
  changePasswords(users: readonly UserSpec[]): Performance<Instance>;
  /**
   * Sets another name, host or password for a user.
   *
   * @param user Its name, or its name and its host.
   * @param changes The new values.
   * @throws {MusterError} when there are none, and for an unknown option.
   */
  changeUser(user: UserRef, changes: UserChanges): Performance<Instance>;
  /**
   * Lets a user use databases. The server does not check whether they exist.
   *
   * @param user Its name, or its name and its host.
   * @param databases Their names.
   * @throws {MusterError} when there are none.
   */
  grant(user: UserRef, databases: string | readonly string[]): Performance<Instance>;
  /**
   * Takes away a user's access to a database.
   *
   * @param user Its name, or its name and its host.
   * @param database Its name.
   */
  revoke(user: UserRef, database: string): Performance<Instance>;
  /**
   * Enables the root user. The step's output has its password.
   *
   * @param options `password`: the password. Default: the server makes one.
   */
  enableRoot(options?: { password?: string | Secret }): Performance<Instance>;
  /** Disables the root user. */
  disableRoot(): Performance<Instance>;
  /**
   * Takes a backup of the instance. The step is done when the backup has begun, and its output is the backup. A
   * `waitUntil("ready")` after it waits until the instance has finished it.
   *
   * @param name Its name, or a function that makes it from the instance's record.
   * @param options The backup that it adds to, and its description.
   * @throws {MusterError} for an invalid name, and for an unknown option.
   */
  backup(name: BackupName, options?: BackupOptions): Performance<Instance>;
  /**
   * Starts writing a log of the type `USER`. The step's output is the log.
   *
   * @param name Its name, such as `slow_query`.
   */
  enableLog(name: string): Performance<Instance>;
  /**
   * Stops writing a log of the type `USER`. The step's output is the log.
   *
   * @param name Its name, such as `slow_query`.
   */
  disableLog(name: string): Performance<Instance>;
  /**
   * Copies the contents of a log to object storage. The step's output is the log.
   *
   * @param name Its name, such as `error`.
   */
  publishLog(name: string): Performance<Instance>;
  /**
   * Destroys the published contents of a log. The step's output is the log.
   *
   * @param name Its name, such as `error`.
   */
  discardLog(name: string): Performance<Instance>;
  /**
   * Applies modules. The step's output is what was applied.
   *
   * @param modules Their ids, names or records.
   * @throws {MusterError} when there are none.
   */
  applyModules(modules: readonly TroveRef[]): Performance<Instance>;
  /**
   * Removes a module from the instance.
   *
   * @param module Its id, name or record.
   */
  removeModule(module: TroveRef): Performance<Instance>;
  /**
   * Makes the database use your own certificate, since Trove 26. A change of a source changes its replicas too. It
   * takes effect with a `restart()`. The step's output is the server's TLS record.
   *
   * @param options The URL of the certificate, and who must use it.
   * @throws {MusterError} for an option that is unknown or missing.
   */
  enableSsl(options: SslOptions): Performance<Instance>;
  /** Makes the database use its own certificate again, since Trove 26. It takes effect with a `restart()`. */
  disableSsl(): Performance<Instance>;
  /** Undoes the last change of TLS, since Trove 26. It takes effect with a `restart()`. */
  rollbackSsl(): Performance<Instance>;
}

/**
 * What can be read of one instance besides its record. Each is a method of the selection of one.
 *
 * @example
 * ```ts
 * import { dbaas, type InstanceReads } from "@muster/muster";
 *
 * const billing = dbaas("sim").instance("prod-billing");
 * console.log(await billing.databases(), await billing.root(), (await billing.backups()).length);
 * const read: keyof InstanceReads = "users";
 * console.log(await billing[read]());
 * ```
 */
export interface InstanceReads {
  /** Its databases. */
  databases(): Promise<Database[]>;
  /** Its users, with the databases that each may use. */
  users(): Promise<DatabaseUser[]>;
  /**
   * One of its users.
   *
   * @param user Its name, or its name and its host.
   */
  user(user: UserRef): Promise<DatabaseUser>;
  /**
   * The databases that one of its users may use.
   *
   * @param user Its name, or its name and its host.
   */
  grants(user: UserRef): Promise<Database[]>;
  /**
   * Whether its root user was ever enabled, even if it was disabled later. From Trove 25 on: whether it is enabled now.
   */
  root(): Promise<boolean>;
  /**
   * TLS of its database, since Trove 26.
   *
   * @param options `includeCertificate`: whether to include the certificate's text.
   * @throws {MusterError} when the server does not offer it.
   */
  ssl(options?: { includeCertificate?: boolean }): Promise<InstanceSsl>;
  /** Its logs. */
  logs(): Promise<InstanceLog[]>;
  /**
   * One of its logs.
   *
   * @param name Its name, such as `error`.
   */
  log(name: string): Promise<InstanceLog>;
  /** The parameters that it has without a configuration. */
  configuration(): Promise<Record<string, unknown>>;
  /** Its backups. */
  backups(): Promise<Backup[]>;
  /**
   * Its modules.
   *
   * @param options Whether to ask the instance itself, and whether to include their contents.
   */
  modules(options?: AppliedModulesOptions): Promise<AppliedModule[]>;
}
