/**
 * The public surface: what `mod.ts` exports.
 *
 * @module
 */
import { wireDefaults } from "./view/defaults.ts";

export * from "./chain/errors.ts";
export { all, type Together } from "./chain/all.ts";
export type { Clock } from "./chain/clock.ts";
export type { Duration } from "./chain/duration.ts";
export type { ApiRequest, ApiResponse, Endpoint } from "./chain/endpoint.ts";
export type { Expected } from "./chain/expected.ts";
export type { Listener, MemberRef, RunEvent } from "./chain/events.ts";
export type { Plan, PlannedMember } from "./chain/plan.ts";
export type { Confirm, Question } from "./chain/question.ts";
export type { Fate, MemberReport, Report, RequestCounts, Seen } from "./chain/report.ts";
export type { RunOptions } from "./chain/run.ts";
export type {
  Chain,
  Condition,
  Mistake,
  One,
  PlanOptions,
  Protect,
  Selection,
  WaitOptions,
  Where,
} from "./chain/surface.ts";
export { Datacenter, dc } from "./cloudapi/datacenter.ts";
export type { DatacenterOptions } from "./cloudapi/options.ts";
export type { Account, AccountChanges, AccountConfig, ProvisioningLimit } from "./cloudapi/account.ts";
export type { AccountKey, AccountKeyRef, NewKey } from "./cloudapi/account_keys.ts";
export type { BootScript } from "./cloudapi/boot_script.ts";
export type { ImageSpec } from "./cloudapi/create_image.ts";
export type { MachineSpec } from "./cloudapi/create_machine.ts";
export type { Credentials } from "./cloudapi/credential_list.ts";
export type { FirewallRule } from "./cloudapi/firewall.ts";
export type { Image, ImageChanges, ImageRef, Images, ImageState } from "./cloudapi/image.ts";
export type { AuditEntry, Disk } from "./cloudapi/machine_reads.ts";
export type { Metadata } from "./cloudapi/metadata.ts";
export type { Network, NetworkRef } from "./cloudapi/network.ts";
export type { Snapshot, SnapshotName, SnapshotOptions } from "./cloudapi/snapshots.ts";
export type { Tags } from "./cloudapi/tags.ts";
export type { Volume } from "./cloudapi/volume.ts";
export type { Machine, Machines, MachineState, Nic } from "./cloudapi/machine.ts";
export type { Package, PackageRef } from "./cloudapi/package.ts";
export type { Signer } from "./cloudapi/sign.ts";
export { DatabaseService, dbaas } from "./trove/dbaas.ts";
export type { DatabaseServiceOptions } from "./trove/options.ts";
export type { BackupName } from "./trove/backup_step.ts";
export type { BackupOptions } from "./trove/backup_options.ts";
export type { Backup, BackupStatus } from "./trove/backup_record.ts";
export type { BackupStrategies, BackupStrategy, StrategyOf } from "./trove/backup_strategies.ts";
export type { Backups } from "./trove/backup.ts";
export type { Clusters } from "./trove/cluster.ts";
export type { Cluster, ClusterMember, ClusterTask } from "./trove/cluster_record.ts";
export type {
  Configuration,
  Configurations,
  ConfigurationSpec,
  ConfigurationValues,
} from "./trove/configurations.ts";
export type { BackupSpec } from "./trove/create_backup.ts";
export type { ClusterMemberSpec, ClusterSpec } from "./trove/create_cluster.ts";
export type { InstanceSpec } from "./trove/create_instance.ts";
export type { Database } from "./trove/databases.ts";
export type { Datastore, DatastoreRef, DatastoreVersion } from "./trove/datastore_ref.ts";
export type { Datastores, Parameter, VersionRef, VolumeType } from "./trove/datastores.ts";
export type { Flavors } from "./trove/flavor_group.ts";
export type { Flavor, FlavorRef } from "./trove/flavors.ts";
export type { UserRef } from "./trove/guest_path.ts";
export type { DatabaseSpec, UserSpec } from "./trove/guest_specs.ts";
export type { Instances, NewInstanceName } from "./trove/instance.ts";
export type { Access } from "./trove/instance_access.ts";
export type { AppliedModule, AppliedModulesOptions } from "./trove/instance_modules.ts";
export type { AbsoluteLimits, Limits, Quota, RateLimit } from "./trove/limits.ts";
export type { InstanceLog } from "./trove/logs.ts";
export type {
  Diagnostics,
  ManagedFilter,
  ManagedInstance,
  Management,
  RootHistory,
} from "./trove/management.ts";
export type {
  ManagedVersion,
  ManagedVersions,
  ParameterSpec,
  VersionChanges,
  VersionSpec,
} from "./trove/management_versions.ts";
export type { Module, ModuleChanges, Modules, ModuleSpec, Reapply } from "./trove/modules.ts";
export type { InstanceNetwork } from "./trove/instance_network.ts";
export type { RootUser } from "./trove/root.ts";
export type { Secret } from "./trove/secret.ts";
export type { DatabaseUser, UserChanges } from "./trove/users.ts";
export type { ApiVersion } from "./trove/versions.ts";
export type { Instance, InstanceStatus } from "./trove/instance_record.ts";
export type { Argument, Arguments, Given, Values as ArgumentValues } from "./task/arguments.ts";
export { type Task, task, type TaskDefinition } from "./task/task.ts";
export { fileJournal, type FileJournalOptions, resume, type ResumeOptions } from "./task/journals.ts";

wireDefaults();
