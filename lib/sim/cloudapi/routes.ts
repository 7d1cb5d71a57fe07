/**
 * The one table of all routes, in the order in which they are tried.
 *
 * @module
 */
import { accountRoutes } from "./account_routes.ts";
import { auditRoutes } from "./audit.ts";
import { datacenterRoutes } from "./datacenters.ts";
import { diskRoutes } from "./disks.ts";
import { fabricRoutes } from "./fabrics.ts";
import { feedRoutes } from "./feed_routes.ts";
import { firewallRoutes } from "./firewall.ts";
import { imageRoutes } from "./images.ts";
import { keyRoutes } from "./keys.ts";
import { machineCreateRoutes } from "./machine_create.ts";
import { machineRoutes } from "./machine_routes.ts";
import { metadataRoutes } from "./metadata.ts";
import { migrationRoutes } from "./migrations.ts";
import { networkRoutes } from "./networks.ts";
import { nicRoutes } from "./nics.ts";
import { packageRoutes } from "./packages.ts";
import { policyRoutes } from "./policies.ts";
import { roleTagRoutes } from "./role_tags.ts";
import { roleRoutes } from "./roles.ts";
import type { Route } from "./router.ts";
import { snapshotRoutes } from "./snapshots.ts";
import { tagRoutes } from "./tags.ts";
import { userRoutes } from "./users.ts";
import { volumeRoutes } from "./volumes.ts";

/** Fixed words come before parameters; the role tags' catch-all PUTs come last. */
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
