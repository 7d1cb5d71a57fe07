/**
 * muster: ad-hoc cloud operations in one line.
 *
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * await dc("sim").machines({ type: "test" }).max(40).stop().waitUntil("stopped").delete();
 * ```
 *
 * What is loaded is `lib/built`, which `deno task build` makes from `lib`, because each imported file makes a script
 * start more slowly.
 *
 * @module
 */
// @ts-types="./lib/muster.ts"
export * from "./lib/built/muster.js";
