/**
 * The one table of all routes, in the order in which they are tried.
 *
 * @module
 */
import { machineRoutes } from "./machine_routes.ts";
import type { Route } from "./router.ts";

export const routes: readonly Route[] = [
  ...machineRoutes,
];
