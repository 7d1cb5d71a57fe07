#!/usr/bin/env -S deno run --quiet --v8-flags=--min-semi-space-size=8 --allow-net --allow-env --allow-read --allow-write --allow-run=ssh
/**
 * The command `muster`. See docs/cli.md, and docs/permissions.md for shorter lists of permissions. The flag for V8
 * gives it more memory for a start, so that short commands end before a garbage collection: 2 to 3 ms less.
 *
 * @module
 */
import "./mod.ts"; // A module that is already loaded can be imported by a task's file without a permission.
// @ts-types="./lib/command/main.ts"
import { main } from "./lib/built/cli.js";

if (import.meta.main) Deno.exit(await main(Deno.args));
