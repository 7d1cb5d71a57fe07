/**
 * The simulator: a datacenter in memory, for tests and experiments.
 *
 * @module
 */
export { ScaledClock, VIRTUAL_START, VirtualClock, type VirtualClockOptions } from "./clock.ts";
export { type CloudApiOptions, CloudApiSim, createCloudApi } from "./cloudapi/server.ts";
export { type Fault, type FaultRule, Faults } from "./faults.ts";
export type { MachineSeeds, MachineSpec } from "./seed.ts";
export { type SimulatedDatacenter, simulatedDatacenter } from "./datacenter.ts";
export { serve, type ServedCloudApi, type ServeOptions } from "./serve.ts";
export { makeTemporaryHome, type TemporaryHome } from "./temporary_home.ts";
export { ConnectionFault } from "./faults.ts";
export { type AccountSpec } from "./cloudapi/account/accounts.ts";
export type { Change, Tamper } from "./cloudapi/change_feed.ts";
export { feedOpener } from "./feed_opener.ts";
export type { MachineView } from "./cloudapi/control.ts";
export type { LoggedRequest, RequestLog } from "./cloudapi/request_log.ts";
export { md5, md5Colons } from "./md5.ts";
export { showcase } from "./seed.ts";
export { parsePublicKey, privateKeyFile, publicKeyLine, type SshPublicKey } from "./ssh_key.ts";
