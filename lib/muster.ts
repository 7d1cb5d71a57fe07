/**
 * The public surface: what `mod.ts` exports.
 *
 * @module
 */
import { scriptsAreRunBy } from "./task/task.ts";
import { wireDefaults } from "./view/defaults.ts";

export * from "./engine/errors.ts";
export { ChainError } from "./engine/run/report/chain_error.ts";
export { all, type Together } from "./engine/chain/all.ts";
export type { Clock } from "./engine/time/clock.ts";
export type { Duration } from "./engine/time/duration.ts";
export type { ApiRequest, ApiResponse, Endpoint } from "./engine/resource/endpoint.ts";
export type { Handle } from "./engine/handle.ts";
export type { AnswerShape } from "./engine/resource/answer_shape.ts";
export type { Listener, MemberRef, RunEvent } from "./engine/run/events.ts";
export type { Plan } from "./engine/plan/plan.ts";
export type { PlannedMember } from "./engine/plan/plan_facts.ts";
export type { Confirm, Question } from "./engine/plan/consent/confirm.ts";
export type { Fate, MemberReport, RequestCounts, Seen } from "./engine/run/report/report_facts.ts";
export type { Report } from "./engine/run/report/report.ts";
export type { RunOptions } from "./engine/run/run_options.ts";
export type { Comparable, Condition, Protect, Where } from "./engine/select/condition_types.ts";
export type { Mistake, RecordOf, StateOf } from "./engine/chain/state_types.ts";
export type {
  ActionMethod,
  ActionMethods,
  Chain,
  ChainMethods,
  Inspect,
  One,
  PlanOptions,
  Rails,
  ReadMethods,
  Selection,
  SelectionMethods,
  StepMethods,
  WaitOptions,
  Waits,
} from "./engine/chain/methods.ts";
export { type Api, api, type Conditions, type Members, type NewMember } from "./api/api.ts";
export {
  type ActionDescription,
  type CreationDescription,
  describe,
  type DescribedResource,
  type Followed,
  type ResourceDescription,
  type TakenIn,
  type WithRequests,
} from "./api/describe.ts";
export type { Acts } from "./api/documented.ts";
export type { SpokenVersions, VersionOptions } from "./api/negotiate_version.ts";
export type { ApiAnswer, ApiDraft, ApiOptions, ApiRefusal } from "./api/options.ts";
export {
  cursorPages,
  type CursorPagesOptions,
  linkPages,
  markerPages,
  type MarkerPagesOptions,
  offsetPages,
  type OffsetPagesOptions,
  onePage,
  type PagesMaker,
  type PagesOptions,
} from "./api/pages.ts";
export { eventStream, webSocket } from "./api/pushed.ts";
export type {
  PushedChanges,
  PushedConnection,
  PushedOptions,
  ReadChange,
  SocketPushedOptions,
} from "./api/pushed_options.ts";
export { Datacenter, dc } from "./clouds/cloudapi/datacenter.ts";
export type { DatacenterOptions } from "./clouds/cloudapi/options.ts";
export type {
  Account,
  AccountChanges,
  AccountConfig,
  ProvisioningLimit,
} from "./clouds/cloudapi/account/account.ts";
export type { AccountKey, AccountKeyRef, NewKey } from "./clouds/cloudapi/account/account_keys.ts";
export type {
  AccessKey,
  AccessKeyChanges,
  AccessKeyOwner,
  AccessKeys,
  NewAccessKey,
} from "./clouds/cloudapi/account/access_keys.ts";
export type { Policies, Policy, PolicyRef, PolicySpec } from "./clouds/cloudapi/account/policies.ts";
export type {
  NewRoleMember,
  Role,
  RoleMember,
  RoleRef,
  Roles,
  RoleSpec,
} from "./clouds/cloudapi/account/roles.ts";
export type { RoleTagged } from "./clouds/cloudapi/account/role_tagged.ts";
export type {
  SubUser,
  SubUserChanges,
  SubUserRef,
  SubUsers,
  SubUserSpec,
} from "./clouds/cloudapi/account/users.ts";
export type { BootScript } from "./clouds/cloudapi/machines/boot_script.ts";
export type { ImageSpec } from "./clouds/cloudapi/catalogue/create_image.ts";
export type { MachineSpec } from "./clouds/cloudapi/machines/create_machine.ts";
export type { Credentials } from "./clouds/cloudapi/machines/machine_passwords.ts";
export type {
  FirewallRule,
  FirewallRuleActions,
  FirewallRuleChanges,
  FirewallRuleReads,
  FirewallRuleRef,
  FirewallRules,
  FirewallRuleSpec,
  FirewallRuleState,
} from "./clouds/cloudapi/catalogue/firewall.ts";
export type {
  Image,
  ImageActions,
  ImageChanges,
  ImageRef,
  Images,
  ImageState,
} from "./clouds/cloudapi/catalogue/image.ts";
export type { AuditEntry, Disk } from "./clouds/cloudapi/machines/machine_reads.ts";
export type { DiskOptions, DiskRef } from "./clouds/cloudapi/machines/parts/disks.ts";
export type {
  Migration,
  MigrationActions,
  MigrationPhase,
  Migrations,
  MigrationState,
} from "./clouds/cloudapi/catalogue/migration.ts";
export type { MigrateOptions } from "./clouds/cloudapi/machines/parts/migrate.ts";
export type { NewNic, NicRef } from "./clouds/cloudapi/machines/parts/nics.ts";
export type { Metadata } from "./clouds/cloudapi/machines/metadata.ts";
export type { Network, NetworkRef } from "./clouds/cloudapi/catalogue/network.ts";
export type { NetworkAddress, NetworkAddresses } from "./clouds/cloudapi/networks/addresses.ts";
export type {
  FabricNetworkChanges,
  FabricNetworkSpec,
  Fabrics,
  FabricVlan,
  FabricVlanChanges,
  FabricVlanSpec,
} from "./clouds/cloudapi/networks/fabrics.ts";
export type { Snapshot, SnapshotName, SnapshotOptions } from "./clouds/cloudapi/machines/snapshots.ts";
export type { Tags } from "./clouds/cloudapi/machines/tags.ts";
export type {
  Volume,
  VolumeActions,
  VolumeReads,
  VolumeRef,
  Volumes,
  VolumeSize,
  VolumeSpec,
  VolumeState,
} from "./clouds/cloudapi/catalogue/volume.ts";
export type { Machine, MachineRef, MachineState, Nic } from "./clouds/cloudapi/machine_record.ts";
export type { Machines } from "./clouds/cloudapi/machines/machine.ts";
export type {
  MachineActions,
  MachineReads,
  MachineSteps,
  NewName,
} from "./clouds/cloudapi/machines/machine_methods.ts";
export type { Package, PackageRef } from "./clouds/cloudapi/catalogue/package.ts";
export type {
  SshCommand,
  SshCommandOptions,
  SshConnecting,
  SshScript,
} from "./clouds/cloudapi/machines/ssh_steps.ts";
export type { AddressChoice, Addressed, CommandResult, KeySource, Passphrase, SshTarget } from "./ssh/mod.ts";
export type { Signer } from "./platform/keys/signer.ts";
export { openstack, type OpenStackService, type ServiceOptions } from "./clouds/openstack/service.ts";
export { DatabaseService, dbaas } from "./clouds/openstack/trove/dbaas.ts";
export type { CloudOptions, DomainOption } from "./clouds/openstack/settings/clouds_options.ts";
export type { ProjectEndpoint } from "./clouds/openstack/trove/connect.ts";
export type { TroveRef } from "./clouds/openstack/trove/reference.ts";
export type { DatabaseServiceOptions } from "./clouds/openstack/trove/options.ts";
export type { BackupName } from "./clouds/openstack/trove/backups/backup_step.ts";
export type { BackupOptions } from "./clouds/openstack/trove/backups/backup_options.ts";
export type { Backup, BackupStatus } from "./clouds/openstack/trove/records/backup_record.ts";
export type {
  BackupStrategies,
  BackupStrategy,
  StrategyOf,
} from "./clouds/openstack/trove/backups/backup_strategies.ts";
export type { BackupActions, Backups } from "./clouds/openstack/trove/backups/backup.ts";
export type { Clusters } from "./clouds/openstack/trove/clusters/cluster.ts";
export type {
  ClusterActions,
  ClusterReads,
  ClusterSteps,
} from "./clouds/openstack/trove/clusters/cluster_methods.ts";
export type { Cluster, ClusterMember, ClusterTask } from "./clouds/openstack/trove/records/cluster_record.ts";
export type {
  Configuration,
  Configurations,
  ConfigurationSpec,
  ConfigurationValues,
} from "./clouds/openstack/trove/catalogue/configurations.ts";
export type { BackupSpec } from "./clouds/openstack/trove/backups/create_backup.ts";
export type { ClusterMemberSpec, ClusterSpec } from "./clouds/openstack/trove/clusters/create_cluster.ts";
export type { InstanceSpec } from "./clouds/openstack/trove/instances/create_instance.ts";
export type { Database } from "./clouds/openstack/trove/instances/guest/databases.ts";
export type {
  Datastore,
  DatastoreRef,
  DatastoreVersion,
} from "./clouds/openstack/trove/catalogue/datastore_ref.ts";
export type {
  Datastores,
  Parameter,
  VersionRef,
  VolumeType,
} from "./clouds/openstack/trove/catalogue/datastores.ts";
export type { Flavors } from "./clouds/openstack/trove/catalogue/flavor_group.ts";
export type { Flavor, FlavorRef } from "./clouds/openstack/trove/catalogue/flavors.ts";
export type { UserRef } from "./clouds/openstack/trove/records/guest_path.ts";
export type { DatabaseSpec, UserSpec } from "./clouds/openstack/trove/instances/guest/guest_specs.ts";
export type { InstanceSsl, SslOptions } from "./clouds/openstack/trove/instances/guest/ssl.ts";
export type { InstanceChangeOptions } from "./clouds/openstack/trove/instances/keep_configuration.ts";
export type { Instances } from "./clouds/openstack/trove/instances/instance.ts";
export type {
  InstanceActions,
  InstanceReads,
  InstanceSteps,
  NewInstanceName,
} from "./clouds/openstack/trove/instances/instance_methods.ts";
export type { Access } from "./clouds/openstack/trove/instances/instance_access.ts";
export type {
  AppliedModule,
  AppliedModulesOptions,
} from "./clouds/openstack/trove/instances/instance_modules.ts";
export type { AbsoluteLimits, Limits, Quota, RateLimit } from "./clouds/openstack/trove/catalogue/limits.ts";
export type { InstanceLog } from "./clouds/openstack/trove/instances/guest/logs.ts";
export type {
  Diagnostics,
  ManagedFilter,
  ManagedInstance,
  Management,
  RootHistory,
} from "./clouds/openstack/trove/operator/management.ts";
export type {
  ManagedVersion,
  ManagedVersions,
  ParameterSpec,
  VersionChanges,
  VersionSpec,
} from "./clouds/openstack/trove/operator/management_versions.ts";
export type {
  Module,
  ModuleChanges,
  Modules,
  ModuleSpec,
  Reapply,
} from "./clouds/openstack/trove/catalogue/modules.ts";
export type { InstanceNetwork } from "./clouds/openstack/trove/instances/instance_network.ts";
export type { RootUser } from "./clouds/openstack/trove/instances/guest/root.ts";
export type { Secret } from "./clouds/openstack/settings/secret.ts";
export type { DatabaseUser, UserChanges } from "./clouds/openstack/trove/instances/guest/users.ts";
export type { ApiVersion } from "./clouds/openstack/trove/catalogue/versions.ts";
export type {
  Instance,
  InstanceStatus,
  TroveLink,
} from "./clouds/openstack/trove/records/instance_record.ts";
export type {
  Argument,
  ArgumentFacts,
  Arguments,
  Given,
  Values as ArgumentValues,
} from "./task/arguments.ts";
export { type Task, task, type TaskDefinition } from "./task/task.ts";
export { fileJournal, type FileJournalOptions, resume, type ResumeOptions } from "./task/journals.ts";

wireDefaults();
scriptsAreRunBy(async () => (await import("./command/script_main.ts")).scriptMain);
