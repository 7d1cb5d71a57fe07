/**
 * The simulator of OpenStack's Keystone and Trove.
 *
 * @module
 */
export { type InstanceTruth, OpenStackControl } from "./control.ts";
export {
  type Addresses,
  DEFAULT_USERS,
  type OpenStackOptions,
  type Quota,
  type Transition,
  TRANSITIONS,
  type UserSeed,
} from "./options.ts";
export { type ServedOpenStack, serveOpenStack, type ServeOpenStackOptions } from "./serve.ts";
export { showcaseInstances, type SimulatedDatabases, simulatedDatabases } from "./example_databases.ts";
export { createOpenStack, OpenStackSim } from "./simulator.ts";
export type { InstanceSeed } from "./instance_seed.ts";
export type { Execution } from "./trove/region.ts";
