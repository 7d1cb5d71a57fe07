/**
 * muster: ad-hoc cloud operations in one line.
 *
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * await dc("sim").machines({ type: "test" }).max(40).stop().waitUntil("stopped").delete();
 * ```
 *
 * @module
 */
import { wireDefaults } from "./lib/view/defaults.ts";

export * from "./lib/chain/errors.ts";
export { all, type Together } from "./lib/chain/all.ts";
export type { Clock } from "./lib/chain/clock.ts";
export type { Duration } from "./lib/chain/duration.ts";
export type { ApiRequest, ApiResponse, Endpoint } from "./lib/chain/endpoint.ts";
export type { Listener, MemberRef, RunEvent } from "./lib/chain/events.ts";
export type { Plan, PlannedMember } from "./lib/chain/plan.ts";
export type { Confirm, Question } from "./lib/chain/rails.ts";
export type { Fate, MemberReport, Report, RequestCounts, Seen } from "./lib/chain/report.ts";
export type { RunOptions } from "./lib/chain/run.ts";
export type { Chain, Condition, Mistake, One, Selection, WaitOptions, Where } from "./lib/chain/surface.ts";
export { Datacenter, dc } from "./lib/cloudapi/datacenter.ts";
export type { DatacenterOptions } from "./lib/cloudapi/options.ts";
export type { Account, AccountChanges, AccountConfig, ProvisioningLimit } from "./lib/cloudapi/account.ts";
export type { AccountKey, AccountKeyRef, NewKey } from "./lib/cloudapi/account_keys.ts";
export type { BootScript } from "./lib/cloudapi/boot_script.ts";
export type { ImageSpec } from "./lib/cloudapi/create_image.ts";
export type { MachineSpec } from "./lib/cloudapi/create_machine.ts";
export type { Credentials } from "./lib/cloudapi/credential_list.ts";
export type { FirewallRule } from "./lib/cloudapi/firewall.ts";
export type { Image, ImageChanges, ImageRef, Images, ImageState } from "./lib/cloudapi/image.ts";
export type { AuditEntry, Disk } from "./lib/cloudapi/machine_reads.ts";
export type { Metadata } from "./lib/cloudapi/metadata.ts";
export type { Network, NetworkRef } from "./lib/cloudapi/network.ts";
export type { Snapshot, SnapshotName, SnapshotOptions } from "./lib/cloudapi/snapshots.ts";
export type { Tags } from "./lib/cloudapi/tags.ts";
export type { Volume } from "./lib/cloudapi/volume.ts";
export type { Machine, Machines, MachineState, Nic } from "./lib/cloudapi/machine.ts";
export type { Package, PackageRef } from "./lib/cloudapi/package.ts";
export type { Signer } from "./lib/cloudapi/sign.ts";
export { DatabaseService, dbaas } from "./lib/trove/dbaas.ts";
export type { DatabaseServiceOptions } from "./lib/trove/options.ts";
export type { BackupName } from "./lib/trove/backup_step.ts";
export type { BackupOptions } from "./lib/trove/backup_options.ts";
export type { Backup, BackupStatus } from "./lib/trove/backup_record.ts";
export type { BackupStrategies, BackupStrategy, StrategyOf } from "./lib/trove/backup_strategies.ts";
export type { Backups } from "./lib/trove/backup.ts";
export type { Clusters } from "./lib/trove/cluster.ts";
export type { Cluster, ClusterMember, ClusterTask } from "./lib/trove/cluster_record.ts";
export type {
  Configuration,
  Configurations,
  ConfigurationSpec,
  ConfigurationValues,
} from "./lib/trove/configurations.ts";
export type { BackupSpec } from "./lib/trove/create_backup.ts";
export type { ClusterMemberSpec, ClusterSpec } from "./lib/trove/create_cluster.ts";
export type { InstanceSpec } from "./lib/trove/create_instance.ts";
export type { Database } from "./lib/trove/databases.ts";
export type { Datastore, DatastoreRef, DatastoreVersion } from "./lib/trove/datastore_ref.ts";
export type { Datastores, Parameter, VersionRef, VolumeType } from "./lib/trove/datastores.ts";
export type { Flavors } from "./lib/trove/flavor_group.ts";
export type { Flavor, FlavorRef } from "./lib/trove/flavors.ts";
export type { UserRef } from "./lib/trove/guest_path.ts";
export type { DatabaseSpec, UserSpec } from "./lib/trove/guest_specs.ts";
export type { Instances, NewInstanceName } from "./lib/trove/instance.ts";
export type { Access } from "./lib/trove/instance_access.ts";
export type { AppliedModule, AppliedModulesOptions } from "./lib/trove/instance_modules.ts";
export type { AbsoluteLimits, Limits, Quota, RateLimit } from "./lib/trove/limits.ts";
export type { InstanceLog } from "./lib/trove/logs.ts";
export type {
  Diagnostics,
  ManagedFilter,
  ManagedInstance,
  Management,
  RootHistory,
} from "./lib/trove/management.ts";
export type {
  ManagedVersion,
  ManagedVersions,
  ParameterSpec,
  VersionChanges,
  VersionSpec,
} from "./lib/trove/management_versions.ts";
export type { Module, ModuleChanges, Modules, ModuleSpec, Reapply } from "./lib/trove/modules.ts";
export type { InstanceNetwork } from "./lib/trove/instance_network.ts";
export type { RootUser } from "./lib/trove/root.ts";
export type { Secret } from "./lib/trove/secret.ts";
export type { DatabaseUser, UserChanges } from "./lib/trove/users.ts";
export type { ApiVersion } from "./lib/trove/versions.ts";
export type { Instance, InstanceStatus } from "./lib/trove/instance_record.ts";
export type { Argument, Arguments, Given, Values as ArgumentValues } from "./lib/task/arguments.ts";
export { type Task, task, type TaskDefinition } from "./lib/task/task.ts";
export { fileJournal, type FileJournalOptions, resume, type ResumeOptions } from "./lib/task/journals.ts";

wireDefaults();
