#!/usr/bin/env -S deno run --quiet --allow-net --allow-env --allow-read --allow-write --allow-run=ssh
/**
 * The command `muster`. See docs/cli.md, and docs/permissions.md for shorter lists of permissions.
 *
 * @module
 */
import { main } from "./lib/task/main.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));
