/** Migrations: begun by steps of machines, gone on with as a described resource. */
import assert from "node:assert/strict";
import type { Migration } from "../../../../../lib/muster.ts";
import { machines, type World, world } from "../../world.ts";

const posts = (sim: World["sim"]) => sim.log.filter(({ method }) => method === "POST").length;

Deno.test("machines are moved to another server in one step, and what is left is deleted by another", async () => {
  const { dc, sim } = await world({ machines: machines(3) });
  const before = new Map((await dc.machines()).map((one) => [one.id, one.compute_node]));
  assert.ok((await dc.machine("test-0").migrationEstimate()).size > 0);
  const report = await dc.machines({ type: "test" }).migrate().waitUntil("running");
  assert.equal(report.succeeded.length, 3);
  for (const member of report.members) {
    const [moved] = member.output as [Migration];
    assert.deepEqual([moved.state, moved.phase, moved.automatic], ["successful", "switch", true]);
  }
  assert.ok((await dc.machines()).every(({ id, compute_node }) => compute_node !== before.get(id)));
  assert.equal(posts(sim), 3);
  await dc.migrations().where({ state: "successful" }).finalize().waitUntil("gone");
  assert.deepEqual(await dc.migrations(), []);
});

Deno.test("a migration is done step by step: begun, synchronized, switched, finalized", async () => {
  const { dc } = await world({ machines: machines(1) });
  await dc.machine("test-0").beginMigration();
  const { id } = await dc.machine("test-0");
  assert.deepEqual([(await dc.migration(id)).phase, (await dc.migration(id)).state], ["begin", "paused"]);
  const early = await dc.migration(id).switch().run({ throwOnError: false });
  assert.match(String(early), /not synchronized yet/);
  const report = await dc.migrations().where({ state: "paused" }).sync().waitUntil("paused").switch()
    .waitUntil("successful");
  assert.equal(report.succeeded.length, 1);
  assert.deepEqual((await dc.migration(id)).progress_history.map(({ phase }) => phase), [
    "begin",
    "sync",
    "switch",
  ]);
  await dc.migration(id).finalize().waitUntil("gone");
});

Deno.test("a migration is given up, and then another one can be begun", async () => {
  const { dc } = await world({ machines: machines(1) });
  await dc.machine("test-0").beginMigration();
  const { id } = await dc.machine("test-0");
  const again = await dc.machine("test-0").migrate().run({ throwOnError: false });
  assert.match(again.failed[0]!.why, /it has a migration already, which is paused in its phase begin/);
  await dc.migration(id).abort().waitUntil("gone");
  await dc.machine("test-0").migrate();
  assert.equal((await dc.migration(id)).state, "successful");
});

Deno.test("a beginning whose answer was lost is looked for, and sent once", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  sim.faults.add({ do: "drop-after", times: 1, when: ({ method }) => method === "POST" });
  const report = await dc.machine("test-0").migrate();
  assert.equal(report.succeeded.length, 1);
  assert.equal(posts(sim), 1);
});

Deno.test("a migration that fails fails its machine, with what the server says of it", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  const { id } = await dc.machine("test-0");
  const record = {
    machine: id,
    automatic: true,
    phase: "sync",
    state: "failed",
    error: "no room",
    progress_history: [],
    created_timestamp: "2026-11-22T00:00:00Z",
  };
  let begun = false;
  sim.faults.add({
    do: "status-after",
    status: 200,
    body: record,
    when: ({ method, url }) => {
      begun ||= method === "POST";
      return begun && method === "GET" && url.includes("/migrations/");
    },
  });
  const report = await dc.machine("test-0").migrate().run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /its migration failed: no room/);
});

Deno.test("finalizing is guarded, because there is no way back after it", async () => {
  const { dc, sim } = await world({ machines: machines(25) });
  await dc.machines({ type: "test" }).migrate();
  const before = posts(sim);
  await assert.rejects(
    dc.migrations().where({ state: "successful" }).finalize().run(),
    /finalize 25 migrations/,
  );
  assert.equal(posts(sim), before);
});
