/**
 * What can be done to instances and read of them, as people see it. The description in `instance.ts` is held to it by the
 * compiler.
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
 * A name, or a function that makes one of the instance's record.
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
 * The actions of instances: each is a method of their selections and chains, gives a chain, and can be called where the
 * member may be in one of the states that come first in {@linkcode Acts}.
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
  /** Restarts the database. A wait after it waits for the restart to have happened. */
  restart(): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED" | "BLOCKED" | "SHUTDOWN", "REBOOT">;
  /**
   * Gives the instance another name.
   *
   * @param name A text, or a function of its record.
   * @param options Whether its configuration may be detached with it, as Trove 19 to 24 do.
   * @throws {MusterError} for a name that no instance can have.
   */
  rename(
    name: NewInstanceName,
    options?: InstanceChangeOptions,
  ): Acts<Exclude<InstanceStatus, "SHUTDOWN" | "DELETED">>;
  /**
   * Gives the instance another flavor.
   *
   * @param flavor Its id, its name, its address or its record.
   */
  resizeFlavor(
    flavor: FlavorRef,
  ): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED" | "BLOCKED" | "SHUTDOWN", "RESIZE">;
  /**
   * Makes the instance's volume larger.
   *
   * @param size Its new size in GB.
   * @throws {MusterError} for a size that is not a whole number above zero.
   */
  resizeVolume(
    size: number,
  ): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED" | "BLOCKED" | "SHUTDOWN", "RESIZE">;
  /**
   * Gives the instance the parameters of a configuration.
   *
   * @param configuration Its id, its name or its record.
   */
  attachConfiguration(configuration: TroveRef): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED">;
  /** Takes its configuration's parameters from the instance. */
  detachConfiguration(): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED">;
  /**
   * Moves the instance to another version of its datastore.
   *
   * @param version The version's name.
   * @param options Whether its configuration may be detached with it, as Trove 19 to 24 do.
   */
  upgrade(
    version: string,
    options?: InstanceChangeOptions,
  ): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED", "UPGRADE">;
  /** Makes a replica the source, and its source a replica. */
  promote(): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED", "PROMOTE">;
  /** Casts out a source that no longer reports; its newest replica takes its place. */
  eject(): Acts<
    "ACTIVE" | "HEALTHY" | "RESTART_REQUIRED" | "ERROR" | "FAILED" | "BLOCKED" | "UNKNOWN" | "SHUTDOWN",
    "EJECT"
  >;
  /**
   * Makes a replica an instance of its own.
   *
   * @param options Whether its configuration may be detached with it, as Trove 19 to 24 do.
   */
  detachReplica(options?: InstanceChangeOptions): Acts<"ACTIVE" | "HEALTHY" | "RESTART_REQUIRED", "DETACH">;
  /**
   * Says from where the instance can be reached.
   *
   * @param access Whether from outside the cloud, and from which networks.
   * @param options Whether its configuration may be detached with it, as Trove 19 to 24 do.
   * @throws {MusterError} for none, and for an option that does not exist.
   */
  access(access: Access, options?: InstanceChangeOptions): Acts<"ACTIVE" | "HEALTHY">;
  /**
   * Gives up whatever is under way, for administrators: it is an `ERROR` from then on, which can be deleted. An instance
   * that is well stays as it is.
   */
  resetStatus(): Acts<Exclude<InstanceStatus, "DELETED">, "ERROR">;
  /** Destroys the instance and all that is in it. Its backups stay. Not while it is built, nor while it has replicas. */
  delete(): Acts<Exclude<InstanceStatus, "BUILD" | "DELETED">, "DELETED">;
}

/**
 * What can be done to instances besides their actions: to what is in them, and with what is kept of them. Each is a method
 * of their selections and chains, and gives a chain; what comes of it is in the report.
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
   * Makes a database in the instance.
   *
   * @param database Its name, or in detail.
   */
  createDatabase(database: string | DatabaseSpec): Performance<Instance>;
  /**
   * Makes databases in the instance.
   *
   * @param databases Their names, or in detail.
   * @throws {MusterError} for none.
   */
  createDatabases(databases: readonly (string | DatabaseSpec)[]): Performance<Instance>;
  /**
   * Destroys a database of the instance, and all that is in it.
   *
   * @param name Its name.
   */
  deleteDatabase(name: string): Performance<Instance>;
  /**
   * Makes a user in the instance.
   *
   * @param user Its name, its password, and what it may use.
   */
  createUser(user: UserSpec): Performance<Instance>;
  /**
   * Makes users in the instance.
   *
   * @param users Of each its name, its password, and what it may use.
   * @throws {MusterError} for none.
   */
  createUsers(users: readonly UserSpec[]): Performance<Instance>;
  /**
   * Takes a user out of the instance.
   *
   * @param user Its name, or its name and its host.
   */
  deleteUser(user: UserRef): Performance<Instance>;
  /**
   * Gives a user, who is there, another password.
   *
   * @param user Its name and the password.
   */
  changePassword(user: UserSpec): Performance<Instance>;
  /**
   * Gives users, who are there, other passwords.
   *
   * @param users Of each its name and the password.
   * @throws {MusterError} for none.
   */
  changePasswords(users: readonly UserSpec[]): Performance<Instance>;
  /**
   * Gives a user another name, host or password.
   *
   * @param user Its name, or its name and its host.
   * @param changes What is to be different.
   * @throws {MusterError} for none, and for an option that does not exist.
   */
  changeUser(user: UserRef, changes: UserChanges): Performance<Instance>;
  /**
   * Lets a user use databases. The server does not look whether they exist.
   *
   * @param user Its name, or its name and its host.
   * @param databases Their names.
   * @throws {MusterError} for none.
   */
  grant(user: UserRef, databases: string | readonly string[]): Performance<Instance>;
  /**
   * Keeps a user from using a database.
   *
   * @param user Its name, or its name and its host.
   * @param database Its name.
   */
  revoke(user: UserRef, database: string): Performance<Instance>;
  /**
   * Enables the root user; the step's output holds its password.
   *
   * @param options `password`: the password. Default: the server makes one.
   */
  enableRoot(options?: { password?: string | Secret }): Performance<Instance>;
  /** Disables the root user. */
  disableRoot(): Performance<Instance>;
  /**
   * Takes a backup of the instance. The step is done when the backup has begun, and its output is the backup; a
   * `waitUntil("ready")` after it waits until the instance is no longer busy with it.
   *
   * @param name Its name, or a function of the instance's record that makes it.
   * @param options What it adds to, and what is written about it.
   * @throws {MusterError} for a name that no backup can have, and for an option that does not exist.
   */
  backup(name: BackupName, options?: BackupOptions): Performance<Instance>;
  /**
   * Begins to write a log of the type `USER`. The step's output is the log.
   *
   * @param name Its name, such as `slow_query`.
   */
  enableLog(name: string): Performance<Instance>;
  /**
   * Ends writing a log of the type `USER`. The step's output is the log.
   *
   * @param name Its name, such as `slow_query`.
   */
  disableLog(name: string): Performance<Instance>;
  /**
   * Puts what a log holds into object storage. The step's output is the log.
   *
   * @param name Its name, such as `error`.
   */
  publishLog(name: string): Performance<Instance>;
  /**
   * Destroys what was published of a log. The step's output is the log.
   *
   * @param name Its name, such as `error`.
   */
  discardLog(name: string): Performance<Instance>;
  /**
   * Applies modules; the step's output is what was applied.
   *
   * @param modules Their ids, names or records.
   * @throws {MusterError} for none.
   */
  applyModules(modules: readonly TroveRef[]): Performance<Instance>;
  /**
   * Takes a module from the instance.
   *
   * @param module Its id, name or record.
   */
  removeModule(module: TroveRef): Performance<Instance>;
  /**
   * Has the database use a certificate of one's own, since Trove 26; that of a source changes with its replicas. It takes effect
   * with a `restart()`. The step's output is TLS as the server tells it.
   *
   * @param options Where the certificate is, and who must use it.
   * @throws {MusterError} for an option that does not exist or is missing.
   */
  enableSsl(options: SslOptions): Performance<Instance>;
  /** Has the database use its own certificate again, since Trove 26. It takes effect with a `restart()`. */
  disableSsl(): Performance<Instance>;
  /** Takes the last change of TLS back, since Trove 26. It takes effect with a `restart()`. */
  rollbackSsl(): Performance<Instance>;
}

/**
 * What can be read of one instance besides its record: methods of the selection of one.
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
  /** The databases in it. */
  databases(): Promise<Database[]>;
  /** The users in it, with the databases each may use. */
  users(): Promise<DatabaseUser[]>;
  /**
   * One user in it.
   *
   * @param user Its name, or its name and its host.
   */
  user(user: UserRef): Promise<DatabaseUser>;
  /**
   * The databases one user in it may use.
   *
   * @param user Its name, or its name and its host.
   */
  grants(user: UserRef): Promise<Database[]>;
  /** Whether its root user was ever enabled, still true after it was disabled; from Trove 25 on whether it is now. */
  root(): Promise<boolean>;
  /**
   * TLS of its database, since Trove 26.
   *
   * @param options `includeCertificate`: whether the certificate's text is told too.
   * @throws {MusterError} where the server does not offer it.
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
  /** The parameters it runs with before any configuration is attached. */
  configuration(): Promise<Record<string, unknown>>;
  /** Its backups. */
  backups(): Promise<Backup[]>;
  /**
   * The modules applied to it.
   *
   * @param options Whom to ask, and whether to tell their contents.
   */
  modules(options?: AppliedModulesOptions): Promise<AppliedModule[]>;
}
