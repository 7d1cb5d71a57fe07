/**
 * The simulator: a datacenter in memory that nobody's money depends on.
 *
 * @module
 */
export { ScaledClock, VIRTUAL_START, VirtualClock, type VirtualClockOptions } from "./clock.ts";
export { type CloudApiOptions, CloudApiSim, createCloudApi } from "./cloudapi/server.ts";
export { type Fault, type FaultRule, Faults } from "./faults.ts";
export type { MachineSeeds, MachineSpec } from "./seed.ts";
export { type SimulatedDatacenter, simulatedDatacenter } from "./datacenter.ts";
