/**
 * Members that are in several chains of one run: seen in the plan, done one after another, and nothing twice.
 */
import assert from "node:assert/strict";
import { all } from "../../../lib/muster.ts";
import { Farm } from "../../engine/farm.ts";
import { jobs, oneJob } from "../../engine/job.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";

const quiet = { throwOnError: false } as const;

Deno.test("a machine that two chains reboot is rebooted once, and the plan says who is in both", async () => {
  const { dc, sim } = await world({ machines: machines(4) });
  const some = dc.machines({ type: "test" }).where({ name: ["test-0", "test-1", "test-2"] });
  const others = dc.machines({ type: "test" }).where({ name: ["test-1", "test-2", "test-3"] });
  const both = all(some.reboot().waitUntil("running"), others.reboot().waitUntil("running"));
  const [first, second] = await both.plan();
  assert.deepEqual(second!.toJSON().overlaps, [{ chain: first!.chain, members: 2 }]);
  assert.match(String(first), /2 machines are also in dc\("test-1"\)/);
  assert.deepEqual(Object.fromEntries(second!.tally(0)), { skip: 2, send: 1 });
  const report = await both.run(quiet);
  assert.equal(report.failed.length, 0, String(report));
  assert.deepEqual(report.skipped.map(({ name }) => name).sort(), ["test-1", "test-2"]);
  assert.match(report.skipped[0]!.why, /^already done by dc\("test-1"\)\.machines/);
  assert.equal(sim.writes.filter(({ action }) => action === "reboot").length, 4);
});

Deno.test("what one chain asks for twice is done twice", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  const one = dc.machine("test-0");
  await one.reboot().waitUntil("running").reboot().waitUntil("running");
  assert.equal(sim.writes.length, 2);
  await all(one.reboot().waitUntil("running").reboot().waitUntil("running"), one.reboot());
  assert.equal(sim.writes.length, 4);
});

Deno.test("shared members come one chain after another, in their order, and the others at once", async () => {
  const farm = new Farm(2);
  const paused = oneJob(farm.handle, "j0").pause().waitUntil("paused");
  const report = await all(paused, jobs(farm.handle).all().promote(7)).run(quiet);
  assert.equal(report.failed.length, 0, String(report));
  assert.deepEqual(farm.executed.get("j0"), ["pause", "promote"]);
  const [first, second] = report.members.filter(({ id }) => id === "j0");
  assert.ok(second!.endedAt >= first!.endedAt);
  assert.ok(report.members.find(({ id }) => id === "j1")!.endedAt < first!.endedAt);
});

Deno.test("a member of two chains of which one destroys is begun in neither, unless they are the same", async () => {
  const { dc, sim } = await world({ machines: machines(3) });
  const deleted = dc.machines({ type: "test" }).delete();
  const report = await all(deleted, dc.machine("test-1").stop()).run(quiet);
  assert.deepEqual(report.failed.map(({ name }) => name), ["test-1", "test-1"]);
  assert.match(
    report.failed[0]!.why,
    /it is in 2 chains of this run, and delete cannot be undone\. Run them one after/,
  );
  assert.equal(sim.writes.length, 2);
  const again = await world({ machines: machines(3) });
  const same = again.dc.machines({ type: "test" }).delete();
  const twice = await all(same, again.dc.machines().where({ name: /^test-[12]$/ }).delete()).run(quiet);
  assert.equal(twice.failed.length, 0, String(twice));
  assert.equal(again.sim.writes.length, 3);
});

Deno.test("where the first chain fails for a member, the second does not go on with it", async () => {
  const farm = new Farm(1, { fault: (request) => void (request.path.endsWith("pause") && fail()) });
  const report = await all(oneJob(farm.handle, "j0").pause(), oneJob(farm.handle, "j0").promote(7)).run(
    quiet,
  );
  assert.equal(report.failed.length, 2);
  assert.match(report.failed[1]!.why, /it is also in farm\("test"\)\.job\("j0"\)\.pause\(\)/);
  assert.equal(farm.executed.get("j0"), undefined);
});

function fail(): never {
  throw new Error("the farm is on fire");
}

Deno.test("a chain that only waits is in nobody's way, whatever another one destroys", async () => {
  const { dc, sim } = await world({ machines: machines(2) });
  const tests = () => dc.machines({ type: "test" });
  const report = await all(tests().waitUntil("deleted"), tests().delete()).run({ view: false });
  assert.equal(report.succeeded.length, 4);
  await all(tests(), tests().delete()).run({ view: false });
  assert.deepEqual(sim.writes.map(({ action }) => action), ["destroy", "destroy"]);
});
