/**
 * Your own API on muster's engine. `api()` makes a handle and `describe()` a resource; a described resource has every
 * feature of a chain. This module also exports everything that muster's own clouds use.
 *
 * ```ts
 * import { api, describe, offsetPages } from "@muster/muster/api";
 *
 * const farm = api("farm", { url: "https://farm.example.com" });
 * const jobs = farm.of(describe({
 *   kind: "job",
 *   path: "/jobs",
 *   list: offsetPages({ limit: 50 }),
 *   state: (job: { id: string; phase: string }) => job.phase,
 *   states: ["working", "paused", "gone"],
 *   drift: {},
 *   actions: { pause: { from: ["working"], enters: "paused" } },
 * }));
 * console.log(jobs({ phase: "working" }).pause());
 * ```
 *
 * @module
 */
// @ts-types="./lib/api/mod.ts"
export * from "./lib/built/api.js";
