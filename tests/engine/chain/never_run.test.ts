/**
 * Which chains count as built and never run.
 */
import assert from "node:assert/strict";
import { neverRun } from "../../../lib/engine/chain/never_run.ts";
import { Farm } from "../farm.ts";
import { jobs } from "../job.ts";

/** Those of a selection that only this test has. */
const forgotten = (pool: string) => neverRun().filter((line) => line.includes(JSON.stringify(pool)));
const chainOf = (pool: string, farm = new Farm(1)) => jobs(farm.handle, { pool });

Deno.test("a selection without steps is only a selection, and none that was forgotten", () => {
  chainOf("looked at").where({ priority: 1 });
  assert.deepEqual(forgotten("looked at"), []);
});

Deno.test("of a chain that was built in several steps the whole is named, once, with the place", () => {
  chainOf("built").pause().waitUntil("paused");
  const [line, ...more] = forgotten("built");
  assert.deepEqual(more, []);
  assert.match(
    line!,
    /never run at file:.*never_run\.test\.ts:\d+:\d+: .*\.pause\(\)\.waitUntil\("paused"\)/,
  );
});

Deno.test("a chain that was planned or run was not forgotten", async () => {
  await chainOf("planned").pause().plan();
  await chainOf("run", new Farm(0)).pause().run({ view: false, throwOnError: false });
  assert.deepEqual([...forgotten("planned"), ...forgotten("run")], []);
});
