/**
 * What `dc("sim")`, `dbaas("sim")` and `muster sim` load, and nothing more. They load it as one file, `built_in.js`, made of this one
 * by `deno task bundle-sim`: a lazy import is followed at every start of every script, and so is each file behind it.
 *
 * @module
 */
export { simulatedDatacenter } from "./datacenter.ts";
export { simulatedDatabases } from "./openstack/mod.ts";
export { main } from "./main.ts";
