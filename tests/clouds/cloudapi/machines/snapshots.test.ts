import assert from "node:assert/strict";
import { MusterError, WaitTimeoutError } from "../../../../lib/muster.ts";
import { snapshotSteps } from "../../../../lib/clouds/cloudapi/machines/snapshots.ts";
import { machines, world } from "../world.ts";

const posts = (request: Request) => request.method === "POST" && request.url.endsWith("/snapshots");

Deno.test("a snapshot is taken of every machine, and the chain goes on once each is there", async () => {
  const { dc, sim } = await world({ machines: machines(5) });
  const report = await dc.machines({ type: "test" }).snapshot((machine) => `before-${machine.name}`).stop();
  assert.equal(report.succeeded.length, 5);
  for (const member of report.members) {
    const [made] = member.output as { name: string; state: string }[];
    assert.equal(made!.name, `before-${member.name}`);
    assert.equal(made!.state, "created");
    assert.deepEqual(sim.executions(member.id).map((one) => one.action), ["create_snapshot", "stop"]);
    const stopped = sim.executions(member.id)[1]!.at;
    assert.ok(stopped > sim.executions(member.id)[0]!.at, "not before it was there");
  }
  assert.match(report.chain, /snapshot\(…\)\.stop\(\)/);
});

Deno.test("while it is being made the server says it is deleted, and that ends no wait", async () => {
  const { dc, sim } = await world({ machines: machines(1), transition: { min: 240_000, max: 240_000 } });
  const told: string[] = [];
  const watch = (async () => {
    await sim.world.clock.sleep(5_000);
    const { id } = await dc.machine("test-0");
    told.push(
      ((await dc.request("GET", `/machines/${id}/snapshots/before`)).body as { state: string }).state,
    );
    assert.deepEqual(await dc.machine(id).snapshots(), []);
  })();
  const report = await dc.machines({ type: "test" }).snapshot("before");
  await watch;
  assert.deepEqual(told, ["deleted"]);
  assert.ok(report.duration >= 60_000);
  assert.equal((await dc.machine("test-0").snapshots())[0]!.state, "created");
});

Deno.test("a snapshot whose answer was lost is looked for, and taken once", async () => {
  const { dc, sim } = await world({ machines: machines(6) });
  sim.faults.add({ do: "drop-after", when: posts, times: 3 });
  sim.faults.add({ do: "drop-before", when: posts, times: 3 });
  const report = await dc.machines({ type: "test" }).snapshot("before");
  assert.equal(report.succeeded.length, 6);
  for (const { id } of sim.machines()) {
    assert.deepEqual(sim.executions(id).map((one) => one.action), ["create_snapshot"]);
  }
});

Deno.test("a snapshot of a name that is taken is an error, and the older one stays", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  await dc.machine("test-0").snapshot("before");
  const report = await dc.machine("test-0").snapshot("before").run({ throwOnError: false });
  assert.match(
    report.failed[0]!.why,
    /Cannot snapshot test-0: it already has a snapshot with this name, of 20\d\d-.*: before/,
  );
  assert.equal(sim.writes.length, 1);
});

Deno.test("a snapshot that never comes ends within the limit", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  sim.hang(sim.machines()[0]!.id);
  const report = await dc.machine("test-0").snapshot("before", { timeout: "90s" }).run({
    throwOnError: false,
  });
  assert.ok(report.failed[0]!.error instanceof WaitTimeoutError);
  assert.ok(report.duration >= 90_000 && report.duration < 100_000, String(report.duration));
});

Deno.test("a cancelled run does not go on waiting for a snapshot", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  sim.hang(sim.machines()[0]!.id);
  const report = await dc.machine("test-0").snapshot("before").run({ timeout: "20s", throwOnError: false });
  assert.equal(report.interrupted.length, 1);
  assert.ok(report.duration < 25_000);
});

Deno.test("a snapshot that the server refuses says why", async () => {
  const { dc } = await world({
    machines: [{ name: "vm", image: "debian-12-bhyve", package: "b4-bhyve-flex-4G" }],
  });
  const report = await dc.machine("vm").snapshot("before").run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /bhyve/);
});

Deno.test("a stopped machine is started from a snapshot; nothing else is", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  const one = dc.machine("test-0");
  await one.snapshot("before").stop().waitUntil("stopped").startFromSnapshot("before").waitUntil("running");
  assert.deepEqual(sim.writes.map((one) => one.action), ["create_snapshot", "stop", "rollback_snapshot"]);
  const report = await one.startFromSnapshot("before").run({ throwOnError: false });
  assert.match(report.members[0]!.why, /it is running, and startFromSnapshot needs stopped/);
  assert.equal(sim.writes.length, 3);
});

Deno.test("a snapshot is deleted and gone when the step ends; where there is none nothing is sent", async () => {
  const { dc, sim } = await world({ machines: machines(3) });
  const test = dc.machines({ type: "test" });
  await test.where({ name: /[01]$/ }).snapshot("old");
  sim.faults.add({ do: "drop-after", when: (request) => request.method === "DELETE", times: 1 });
  const report = await test.deleteSnapshot("old");
  assert.deepEqual(report.skipped.map((one) => one.why), ["it has no snapshot old"]);
  assert.equal(report.succeeded.length, 2);
  assert.deepEqual(await dc.machine("test-0").snapshots(), []);
  assert.equal(sim.writes.filter((one) => one.action === "delete_snapshot").length, 2);
});

Deno.test("deleting snapshots of more machines than were consented to asks first", async () => {
  const { dc, sim } = await world({ machines: machines(21) });
  await assert.rejects(
    dc.machines({ type: "test" }).deleteSnapshot("old").run(),
    /deleteSnapshot 21 machines/,
  );
  assert.equal(sim.writes.length, 0);
});

Deno.test("a name that no snapshot can have is refused before anything is sent", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  const test = dc.machines({ type: "test" });
  for (const name of ["", "a b", "a/b", "..", "x".repeat(65), "ä", 5, undefined]) {
    assert.throws(() => test.snapshot(name as string), MusterError, String(name));
    assert.throws(() => test.deleteSnapshot(name as string), MusterError, String(name));
    assert.throws(() => test.startFromSnapshot(name as string), MusterError, String(name));
  }
  assert.equal(sim.log.length, 0);
  const report = await test.snapshot(() => "a/b").run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /Cannot use "a\/b"/);
  assert.equal(sim.writes.length, 0);
});

Deno.test("a resumed run takes no second snapshot where the first run may have asked for one", async () => {
  const { dc, sim, clock } = await world({ machines: machines(2) });
  const endpoint = await dc.endpoint();
  for (const wait of [0, 60_000]) {
    const record = await dc.machine(wait ? "test-1" : "test-0");
    await dc.request("POST", `/machines/${record.id}/snapshots`, { body: { name: "before" } });
    await clock.sleep(wait); // still being made, and made long ago
    const made = await snapshotSteps.snapshot("before").perform({
      record,
      member: record,
      clock,
      signal: new AbortController().signal,
      doubt: true,
      send: (request) => endpoint.send(request),
      skip: () => assert.fail("not skipped"),
      refresh: () => Promise.resolve(record),
      line: () => {},
    });
    assert.equal((made as { state: string }).state, "created");
    assert.equal(sim.executions(record.id).length, 1);
  }
});
