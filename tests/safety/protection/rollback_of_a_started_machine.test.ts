/** A write that did not arrive is not sent again to a member that somebody has led elsewhere meanwhile. */
import assert from "node:assert/strict";
import { machines, world } from "../../clouds/cloudapi/world.ts";

Deno.test("a machine that somebody has started meanwhile is not taken back to its snapshot", async () => {
  const { dc, sim, clock, with: open } = await world({ machines: machines(1) });
  await dc.machine("test-0").snapshot("before").stop().waitUntil("stopped");
  sim.faults.add({
    do: "drop-before",
    times: 1,
    when: (request) => request.url.includes("/snapshots/before"),
  });
  void clock.sleep(2_000).then(() => open({}).machine("test-0").start());
  const report = await dc.machine("test-0").startFromSnapshot("before").run({
    throwOnError: false,
    yes: true,
  });
  assert.match(report.failed[0]?.why ?? "", /it is running, and startFromSnapshot needs stopped/);
  assert.deepEqual(report.doubtful, []);
  const done = sim.executions(sim.machines()[0]!.id).map(({ action }) => action);
  assert.deepEqual(done, ["create_snapshot", "stop", "start"]);
});

Deno.test("a machine that runs is not told to be back at its snapshot already", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  await dc.machine("test-0").snapshot("before");
  const report = await dc.machine("test-0").startFromSnapshot("before").run({
    throwOnError: false,
    yes: true,
  });
  assert.match(report.failed[0]?.why ?? "", /it is running, and startFromSnapshot needs stopped/);
  assert.deepEqual(sim.executions(sim.machines()[0]!.id).map(({ action }) => action), ["create_snapshot"]);
});

Deno.test("a machine that somebody has stopped meanwhile is not rebooted", async () => {
  const { dc, sim, clock, with: open } = await world({ machines: machines(1) });
  sim.faults.add({ do: "drop-before", times: 1, when: (request) => request.url.includes("action=reboot") });
  void clock.sleep(2_000).then(() => open({}).machine("test-0").stop());
  const report = await dc.machine("test-0").reboot().run({ throwOnError: false });
  assert.match(report.failed[0]?.why ?? "", /it is stopped, and reboot needs running/);
  assert.deepEqual(sim.executions(sim.machines()[0]!.id).map(({ action }) => action), ["stop"]);
});
