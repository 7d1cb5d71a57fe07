/**
 * A reboot is believed done only on evidence of its own: what somebody else changes meanwhile is none. And a lost write is
 * not paid for with half a minute where a repeat does no harm.
 */
import assert from "node:assert/strict";
import { describe, selectOne } from "../../../lib/engine/mod.ts";
import { Farm, type FarmOptions } from "../../engine/farm.ts";
import { job, oneJob } from "../../engine/job.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";

const MINUTE = 60_000;
const isReboot = (request: Request) => request.url.includes("action=reboot");
const done = (sim: Awaited<ReturnType<typeof world>>["sim"]) =>
  sim.executions(sim.machines()[0]!.id).map(({ action }) => action);

Deno.test("a reboot that never arrived is not believed done as somebody tags the machine, and is sent again", async () => {
  const { dc, sim, clock, with: open } = await world({ machines: machines(1) });
  sim.faults.add({ do: "drop-before", times: 1, when: isReboot });
  void clock.sleep(3_000).then(() => open({}).machine("test-0").tag({ owner: "ops" }));
  const report = await dc.machine("test-0").reboot().waitUntil("running");
  assert.equal(report.succeeded.length, 1);
  assert.deepEqual(done(sim), ["set_tags", "reboot"]);
  assert.ok(report.duration >= 10 * MINUTE, `${report.duration} ms`);
});

Deno.test("a reboot whose answer was lost is found in the audit, and not sent again", async () => {
  const { dc, sim, clock, with: open } = await world({ machines: machines(1) });
  sim.faults.add({ do: "drop-after", times: 1, when: isReboot });
  void clock.sleep(1_000).then(() => open({}).machine("test-0").tag({ owner: "ops" }));
  const report = await dc.machine("test-0").reboot().waitUntil("running");
  assert.equal(report.succeeded.length, 1);
  assert.equal(done(sim).filter((action) => action === "reboot").length, 1);
  assert.ok(report.duration < MINUTE, `${report.duration} ms`);
});

Deno.test("what the audit says of an earlier reboot, or of another action, is no evidence of this one", async () => {
  const { dc, sim, clock } = await world({ machines: machines(1) });
  await dc.machine("test-0").reboot().waitUntil("running");
  await clock.sleep(3_000);
  sim.faults.add({ do: "drop-before", times: 1, when: isReboot });
  const report = await dc.machine("test-0").reboot().waitUntil("running");
  assert.deepEqual(done(sim), ["reboot", "reboot"]);
  assert.ok(report.duration >= 10 * MINUTE, `${report.duration} ms`);
});

Deno.test("a reboot that the server tried in vain is a failure, and not repeated", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  sim.machine(sim.machines()[0]!.id);
  sim.faults.add({ do: "drop-after", times: 1, when: isReboot });
  sim.fail(sim.machines()[0]!.id);
  const report = await dc.machine("test-0").reboot().waitUntil("running").run({ throwOnError: false });
  assert.match(report.failed[0]?.why ?? "", /the server's audit says that it failed/);
  assert.deepEqual(report.doubtful, []);
  assert.equal(done(sim).length, 1);
});

Deno.test("a tag does not end the wait after a reboot that was accepted and has not begun", async () => {
  const { dc, sim, clock, with: open } = await world({
    machines: machines(1),
    lag: { min: 30_000, max: 30_000 },
    transition: { min: 100, max: 100 }, // over between two looks
  });
  void clock.sleep(5_000).then(() => open({}).machine("test-0").tag({ owner: "ops" }));
  let waited = 0;
  const report = await dc.machine("test-0").reboot().waitUntil("running").run({
    on: (event) => event.type === "waited" && (waited = event.at),
  });
  assert.equal(report.succeeded.length, 1);
  assert.ok(waited - report.startedAt >= 30_000, `${waited - report.startedAt} ms`);
  assert.equal(done(sim).filter((action) => action === "reboot").length, 1);
});

Deno.test("a machine that is seen on its way costs no reading of the audit", async () => {
  const { dc, sim } = await world({ machines: machines(20) });
  const report = await dc.machines({ type: "test" }).reboot().waitUntil("running");
  assert.equal(report.succeeded.length, 20);
  assert.equal(sim.requests.byRoute.MachineAudit ?? 0, 0);
});

Deno.test("where the audit may not be read, an accepted reboot is believed by the machine's time of change", async () => {
  const { dc, sim } = await world({ machines: machines(1), transition: { min: 50, max: 50 } });
  const audit = (request: Request) => request.url.endsWith("/audit");
  sim.faults.add({ do: "status", status: 403, body: { code: "NotAuthorized", message: "no" }, when: audit });
  const report = await dc.machine("test-0").reboot().waitUntil("running");
  assert.equal(report.succeeded.length, 1);
  assert.ok(report.duration < MINUTE);
});

/** A job whose retry is lost, while somebody else changes it. */
async function lostRetry(options: FarmOptions, touched: boolean) {
  let lost = false;
  const farm = new Farm(1, {
    ...options,
    fault: ({ method }) => method === "POST" && !lost ? (lost = true, "drop") : undefined,
  });
  if (touched) void farm.clock.sleep(3_000).then(() => farm.jobs.get("j0")!.touched++);
  const report = await oneJob(farm.handle, "j0").retry().waitUntil("working").run({ throwOnError: false });
  return { farm, report };
}

Deno.test("without an audit, a lost restart that somebody else's change may hide is doubtful, named, and not repeated", async () => {
  const { farm, report } = await lostRetry({}, true);
  assert.equal(farm.executed.get("j0"), undefined);
  assert.match(report.failed[0]?.why ?? "", /Cannot tell whether retry was done to job job-0/);
  assert.deepEqual(report.doubtful.map(({ name, doubtful }) => [name, doubtful]), [["job-0", "retry()"]]);
  const json = report.toJSON() as { counts: { doubtful: number }; members: { doubtful?: string }[] };
  assert.equal(json.counts.doubtful, 1);
  assert.equal(json.members[0]!.doubtful, "retry()");
  assert.match(String(report), /it is not known whether this was done: job-0 \(retry\(\)\)/);
});

Deno.test("without an audit, a lost restart that left no mark in ten minutes is sent again", async () => {
  const { farm, report } = await lostRetry({ turn: 5_000 }, false);
  assert.deepEqual(farm.executed.get("j0"), ["retry"]);
  assert.equal(report.succeeded.length, 1);
  assert.ok(report.duration >= 10 * MINUTE);
});

Deno.test("a stop and a delete that never arrived are sent again after five seconds", async () => {
  const { dc, sim } = await world({ machines: machines(3), transition: { min: 1_000, max: 1_000 } });
  for (const method of ["POST", "DELETE"]) {
    sim.faults.add({ do: "drop-before", times: 3, when: (request) => request.method === method });
  }
  const report = await dc.machines({ type: "test" }).stop().waitUntil("stopped").delete().waitUntil(
    "deleted",
  );
  assert.equal(report.succeeded.length, 3);
  for (const { id } of report.members) {
    assert.deepEqual(sim.executions(id).map(({ action }) => action), ["stop", "destroy"]);
  }
  assert.ok(report.duration < 20_000, `${report.duration} ms`);
  assert.deepEqual(report.doubtful, []);
});

Deno.test("a stop that arrived later than it was looked for, and was sent again, is no failure", async () => {
  const pausing = describe({
    ...job,
    actions: { ...job.actions, pause: { ...job.actions.pause, repeatable: true } },
  });
  let posts = 0;
  const farm: Farm = new Farm(1, {
    takes: () => 100,
    fault({ method }, one) {
      if (method !== "POST") return;
      if (++posts === 1) return "drop";
      // It was on its way for five seconds, and arrived just before the second one.
      one!.phase = "paused";
      one!.touched++;
    },
  });
  const report = await selectOne(pausing, "j0", { endpoint: farm.handle, handle: "farm" }).pause()
    .waitUntil("paused").run({ throwOnError: false });
  assert.deepEqual(report.failed.map(({ why }) => why), []);
  assert.equal(posts, 2);
});

Deno.test("what was interrupted in doubt is named as doubtful", async () => {
  const { dc, sim, clock } = await world({ machines: machines(1) });
  sim.faults.add({ do: "drop-before", when: isReboot });
  const stop = new AbortController();
  void clock.sleep(MINUTE).then(() => stop.abort(new Error("enough")));
  const report = await dc.machine("test-0").reboot().run({ throwOnError: false, signal: stop.signal });
  assert.deepEqual(report.interrupted.map(({ doubtful }) => doubtful), ["reboot()"]);
});
