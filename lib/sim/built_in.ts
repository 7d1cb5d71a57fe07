/**
 * Everything that `dc("sim")`, `dbaas("sim")` and `muster sim` load.
 *
 * @module
 */
export { simulatedDatacenter } from "./datacenter.ts";
export { simulatedDatabases } from "./openstack/mod.ts";
export { main } from "./main.ts";
