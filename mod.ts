/**
 * muster: ad-hoc cloud operations in one line.
 *
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * await dc("sim").machines({ type: "test" }).max(40).stop().waitUntil("stopped").delete();
 * ```
 *
 * What is loaded is `lib/built`, made of `lib` by `deno task build`: a file that is imported costs a script more time to
 * start than what is in it.
 *
 * @module
 */
// @ts-types="./lib/muster.ts"
export * from "./lib/built/muster.js";
