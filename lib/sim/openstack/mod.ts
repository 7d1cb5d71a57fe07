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
export { createOpenStack, OpenStackSim } from "./simulator.ts";
export type { InstanceSeed } from "./trove/instance_seed.ts";
export type { Execution } from "./trove/region.ts";
