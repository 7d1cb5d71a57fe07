/**
 * The table of all routes, in the order in which they are tried.
 *
 * @module
 */
import { accountRoutes } from "./account/account_routes.ts";
import { auditRoutes } from "./machines/audit.ts";
import { datacenterRoutes } from "./catalogue/datacenters.ts";
import { diskRoutes } from "./machines/parts/disks.ts";
import { fabricRoutes } from "./catalogue/fabrics.ts";
import { feedRoutes } from "./feed_routes.ts";
import { firewallRoutes } from "./catalogue/firewall.ts";
import { imageRoutes } from "./catalogue/images.ts";
import { keyRoutes } from "./account/keys.ts";
import { machineCreateRoutes } from "./machines/machine_create.ts";
import { machineRoutes } from "./machines/machine_routes.ts";
import { metadataRoutes } from "./machines/parts/metadata.ts";
import { migrationRoutes } from "./machines/migrations.ts";
import { networkRoutes } from "./catalogue/networks.ts";
import { nicRoutes } from "./machines/parts/nics.ts";
import { packageRoutes } from "./catalogue/packages.ts";
import { policyRoutes } from "./account/policies.ts";
import { roleTagRoutes } from "./account/role_tags.ts";
import { roleRoutes } from "./account/roles.ts";
import type { Route } from "./protocol/call.ts";
import { snapshotRoutes } from "./machines/parts/snapshots.ts";
import { tagRoutes } from "./machines/parts/tags.ts";
import { userRoutes } from "./account/users.ts";
import { volumeRoutes } from "./catalogue/volumes.ts";

/** Fixed segments come before parameters. The PUTs for role tags, which match everything, come last. */
export const routes: readonly Route[] = [
  ...datacenterRoutes,
  ...imageRoutes,
  ...packageRoutes,
  ...fabricRoutes,
  ...networkRoutes,
  ...keyRoutes,
  ...machineRoutes,
  ...machineCreateRoutes,
  ...metadataRoutes,
  ...migrationRoutes,
  ...snapshotRoutes,
  ...diskRoutes,
  ...tagRoutes,
  ...auditRoutes,
  ...firewallRoutes,
  ...feedRoutes,
  ...userRoutes,
  ...policyRoutes,
  ...roleRoutes,
  ...nicRoutes,
  ...volumeRoutes,
  ...accountRoutes,
  ...roleTagRoutes,
];
