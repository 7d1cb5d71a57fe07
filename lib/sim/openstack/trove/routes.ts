/**
 * Every route of Trove 18.0.0 below a project: all of its 99 except `GET /`, the versions.
 *
 * @module
 */
import { createStrategy, deleteStrategy, listStrategies } from "./backups/backup_strategies.ts";
import {
  createBackup,
  deleteBackup,
  getBackup,
  listBackups,
  listInstanceBackups,
} from "./backups/backups.ts";
import {
  actOnCluster,
  createCluster,
  deleteCluster,
  enableClusterRoot,
  getCluster,
  getClusterInstance,
  listClusters,
  showClusterRoot,
} from "./clusters.ts";
import {
  createConfiguration,
  deleteConfiguration,
  editConfiguration,
  getConfiguration,
  listConfigurationInstances,
  listConfigurations,
  showDefaults,
  updateConfiguration,
} from "./catalogue/configurations.ts";
import { createDatabases, deleteDatabase, listDatabases, showDatabase } from "./instances/databases.ts";
import {
  deleteDatastore,
  getDatastore,
  getVersion,
  getVersionById,
  listDatastores,
  listVersionFlavors,
  listVersions,
  listVolumeTypes,
} from "./catalogue/datastores.ts";
import { getFlavor, listFlavors, listLimits } from "./catalogue/flavors.ts";
import { actOnInstance } from "./instances/instance_actions.ts";
import { editInstance, updateInstance } from "./instances/instance_change.ts";
import { createInstance } from "./instances/instance_create.ts";
import { deleteInstance, getInstance, listInstances, listInstancesInDetail } from "./instances/instances.ts";
import { actOnLog, listLogs } from "./instances/logs.ts";
import {
  createParameter,
  createVersion,
  deleteParameter,
  deleteVersion,
  getAnyParameter,
  getAnyVersion,
  listAllParameters,
  listAllVersions,
  updateParameter,
  updateVersion,
} from "./operator/mgmt_datastores.ts";
import {
  actOnAnyCluster,
  actOnAnyInstance,
  getAnyCluster,
  getAnyInstance,
  listAllClusters,
  listAllInstances,
  pingGuest,
  showDiagnostics,
  showHardware,
  showRootHistory,
  upgradeGuest,
} from "./operator/mgmt_instances.ts";
import {
  applyModules,
  createModule,
  deleteModule,
  getModule,
  listInstanceModules,
  listModuleInstances,
  listModules,
  reapplyModule,
  removeModule,
  updateModule,
} from "./catalogue/modules.ts";
import {
  getParameter,
  getParameterByVersion,
  listParameters,
  listParametersByVersion,
} from "./catalogue/parameters.ts";
import { showQuotas, updateQuotas } from "./protocol/quotas.ts";
import { disableRoot, enableRoot, showRoot } from "./instances/root.ts";
import { actOnSsl, showSsl } from "./instances/ssl.ts";
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
} from "./instances/users.ts";
import type { Handler } from "./protocol/call.ts";

/** The additional routes of Trove 26. */
export const NEWER_ROUTES: Readonly<Record<string, Handler>> = {
  "GET /instances/{}/ssl": showSsl,
  "POST /instances/{}/ssl": actOnSsl,
};

/** The handler of each `METHOD /path`, with `{}` for a variable segment. */
export const ROUTES: Readonly<Record<string, Handler>> = {
  "GET /instances": listInstances,
  "GET /instances/detail": listInstancesInDetail,
  "POST /instances": createInstance,
  "GET /instances/{}": getInstance,
  "PUT /instances/{}": updateInstance,
  "PATCH /instances/{}": editInstance,
  "DELETE /instances/{}": deleteInstance,
  "POST /instances/{}/action": actOnInstance,
  "GET /instances/{}/backups": listInstanceBackups,
  "GET /instances/{}/configuration": showDefaults,
  "GET /instances/{}/log": listLogs,
  "POST /instances/{}/log": actOnLog,
  "GET /instances/{}/modules": listInstanceModules,
  "POST /instances/{}/modules": applyModules,
  "DELETE /instances/{}/modules/{}": removeModule,

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

  "GET /instances/{}/root": showRoot,
  "POST /instances/{}/root": enableRoot,
  "DELETE /instances/{}/root": disableRoot,
  "GET /clusters/{}/root": showClusterRoot,
  "POST /clusters/{}/root": enableClusterRoot,

  "GET /backups": listBackups,
  "POST /backups": createBackup,
  "GET /backups/{}": getBackup,
  "DELETE /backups/{}": deleteBackup,
  "GET /backup_strategies": listStrategies,
  "POST /backup_strategies": createStrategy,
  "DELETE /backup_strategies": deleteStrategy,

  "GET /datastores": listDatastores,
  "GET /datastores/{}": getDatastore,
  "DELETE /datastores/{}": deleteDatastore,
  "GET /datastores/{}/versions": listVersions,
  "GET /datastores/{}/versions/{}": getVersion,
  "GET /datastores/versions/{}": getVersionById,
  "GET /datastores/{}/versions/{}/flavors": listVersionFlavors,
  "GET /datastores/{}/versions/{}/volume-types": listVolumeTypes,
  "GET /datastores/{}/versions/{}/parameters": listParameters,
  "GET /datastores/{}/versions/{}/parameters/{}": getParameter,
  "GET /datastores/versions/{}/parameters": listParametersByVersion,
  "GET /datastores/versions/{}/parameters/{}": getParameterByVersion,
  "GET /flavors": listFlavors,
  "GET /flavors/{}": getFlavor,
  "GET /limits": listLimits,

  "GET /configurations": listConfigurations,
  "POST /configurations": createConfiguration,
  "GET /configurations/{}": getConfiguration,
  "GET /configurations/{}/instances": listConfigurationInstances,
  "PATCH /configurations/{}": editConfiguration,
  "PUT /configurations/{}": updateConfiguration,
  "DELETE /configurations/{}": deleteConfiguration,

  "GET /modules": listModules,
  "POST /modules": createModule,
  "GET /modules/{}": getModule,
  "PUT /modules/{}": updateModule,
  "DELETE /modules/{}": deleteModule,
  "GET /modules/{}/instances": listModuleInstances,
  "PUT /modules/{}/instances": reapplyModule,

  "GET /clusters": listClusters,
  "POST /clusters": createCluster,
  "GET /clusters/{}": getCluster,
  "POST /clusters/{}": actOnCluster,
  "GET /clusters/{}/instances/{}": getClusterInstance,
  "DELETE /clusters/{}": deleteCluster,

  "GET /mgmt/instances": listAllInstances,
  "GET /mgmt/instances/{}": getAnyInstance,
  "POST /mgmt/instances/{}/action": actOnAnyInstance,
  "GET /mgmt/instances/{}/root": showRootHistory,
  "GET /mgmt/instances/{}/diagnostics": showDiagnostics,
  "GET /mgmt/instances/{}/hwinfo": showHardware,
  "GET /mgmt/instances/{}/rpc_ping": pingGuest,
  "POST /mgmt/instances/{}/upgrade": upgradeGuest,
  "GET /mgmt/clusters": listAllClusters,
  "GET /mgmt/clusters/{}": getAnyCluster,
  "POST /mgmt/clusters/{}/action": actOnAnyCluster,
  "GET /mgmt/quotas/{}": showQuotas,
  "PUT /mgmt/quotas/{}": updateQuotas,
  "GET /mgmt/datastore-versions": listAllVersions,
  "GET /mgmt/datastore-versions/{}": getAnyVersion,
  "POST /mgmt/datastore-versions": createVersion,
  "PATCH /mgmt/datastore-versions/{}": updateVersion,
  "DELETE /mgmt/datastore-versions/{}": deleteVersion,
  "GET /mgmt/datastores/versions/{}/parameters": listAllParameters,
  "POST /mgmt/datastores/versions/{}/parameters": createParameter,
  "GET /mgmt/datastores/versions/{}/parameters/{}": getAnyParameter,
  "PUT /mgmt/datastores/versions/{}/parameters/{}": updateParameter,
  "DELETE /mgmt/datastores/versions/{}/parameters/{}": deleteParameter,
};
