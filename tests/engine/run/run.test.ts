import assert from "node:assert/strict";
import {
  ChainError,
  ConfirmationRequiredError,
  SelectionError,
  UnreachableStateError,
} from "../../../lib/engine/mod.ts";
import type { RunEvent } from "../../../lib/engine/mod.ts";
import { beginSession } from "../../../lib/engine/run/session.ts";
import { Farm } from "../farm.ts";
import { jobs, oneJob } from "../job.ts";

Deno.test("a chain does every step for every member and reports each of them", async () => {
  const farm = new Farm(12, { takes: (n) => 1000 + 500 * n });
  const report = await jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused").remove();
  assert.equal(report.succeeded.length, 12);
  for (const [, done] of farm.executed) assert.deepEqual(done, ["pause", "remove"]);
  assert.equal(report.requests.writes, 24);
  assert.equal(report.requests.total, farm.requests.length);
});

Deno.test("building, inspecting and printing a chain sends nothing", async () => {
  const farm = new Farm(3);
  const chain = jobs(farm.handle).all().pause();
  assert.match(String(chain), /jobs\(\)\.all\(\)\.pause\(\)/);
  assert.match(Deno.inspect(chain), /Not run/);
  assert.equal(farm.requests.length, 0);
  await chain.plan();
  assert.equal(farm.count("POST"), 0);
});

Deno.test("awaiting, racing and collecting one chain runs it once and gives the same report", async () => {
  const farm = new Farm(4);
  const chain = jobs(farm.handle).all().pause();
  const [first, second] = await Promise.all([chain, chain]);
  const third = await Promise.race([chain]);
  assert.equal(first, second);
  assert.equal(first, third);
  assert.equal(farm.count("POST"), 4);
});

Deno.test("a member already where the action leads is skipped and nothing is sent to it", async () => {
  const farm = new Farm(2);
  farm.add({ id: "j7", phase: "paused" });
  farm.add({ id: "j8", phase: "pausing" });
  const report = await jobs(farm.handle).all().pause();
  assert.deepEqual(report.skipped.map((one) => one.id), ["j7", "j8"]);
  assert.equal(report.skipped[0]!.why, "already paused");
  assert.equal(farm.count("POST"), 2);
});

Deno.test("a wait for a state that can no longer be reached fails at once with the path; others go on", async () => {
  const farm = new Farm(3);
  farm.add({ id: "j9", phase: "queued" });
  const chain = jobs(farm.handle).where({ id: ["j0", "j9"] }).waitUntil("idle");
  farm.clock.sleep(2000).then(() => farm.jobs.get("j9")!.phase = "gone");
  farm.clock.sleep(4000).then(() => farm.jobs.get("j0")!.phase = "paused");
  const report = await chain.run({ throwOnError: false });
  assert.equal(report.failed.length, 1);
  assert.ok(report.failed[0]!.error instanceof UnreachableStateError);
  assert.match(report.failed[0]!.why, /queued → gone/);
  assert.equal(report.succeeded[0]!.id, "j0");
});

Deno.test("a failed member rejects the chain with the whole report", async () => {
  const farm = new Farm(2);
  farm.add({ id: "j5", phase: "broken" });
  const error: ChainError = await jobs(farm.handle).all().pause().run().then(
    () => assert.fail("resolved"),
    (error) => error,
  );
  assert.ok(error instanceof ChainError);
  assert.equal(error.report.succeeded.length, 2);
  assert.equal(error.report.failed.length, 1);
  assert.match(error.message, /1 of 3 jobs failed: job-5: Cannot pause job job-5: it is broken/);
});

Deno.test("destroying more than 20 members with nobody there to ask sends nothing", async () => {
  const farm = new Farm(0);
  for (let n = 0; n < 25; n++) farm.add({ id: `j${n}`, phase: "paused" });
  const chain = jobs(farm.handle, { pool: "blue" }).remove();
  await assert.rejects(chain.run(), ConfirmationRequiredError);
  assert.equal(farm.count("DELETE"), 0);
  await assert.rejects(jobs(farm.handle, { pool: "blue" }).expect(24).remove().run(), SelectionError);
  assert.equal(farm.count("DELETE"), 0);
  const asked: string[] = [];
  const report = await chain.run({
    again: true,
    confirm: (question) => (asked.push(question.text), Promise.resolve(true)),
  });
  assert.equal(report.succeeded.length, 25);
  assert.deepEqual(asked, ["remove 25 jobs in test"]);
});

Deno.test("a selection that says nothing changes nothing unless all() is said", async () => {
  const farm = new Farm(2);
  await assert.rejects(jobs(farm.handle).pause().run(), SelectionError);
  assert.equal(farm.count("POST"), 0);
});

Deno.test("protected members are left out, whatever is selected", async () => {
  const farm = new Farm(4);
  const report = await jobs(farm.handle).all().protect({ title: /-2$/ }).pause();
  assert.deepEqual(report.members.map((one) => one.id), ["j0", "j1", "j3"]);
});

Deno.test("a write whose answer was lost is checked, not repeated", async () => {
  const farm = new Farm(6, { lag: 4000, fault: (request) => request.method === "POST" ? "lose" : undefined });
  const report = await jobs(farm.handle).all().pause().waitUntil("paused");
  assert.equal(report.succeeded.length, 6);
  for (const [, done] of farm.executed) assert.deepEqual(done, ["pause"]);
});

Deno.test("a write that never arrived is sent again once the member shows that it did not take", async () => {
  let drops = 3;
  const farm = new Farm(3, {
    fault: (request) => request.method === "POST" && drops-- > 0 ? "drop" : undefined,
  });
  const events: RunEvent[] = [];
  const report = await jobs(farm.handle).all().pause().run({ on: (event) => events.push(event) });
  assert.equal(report.succeeded.length, 3);
  for (const [, done] of farm.executed) assert.deepEqual(done, ["pause"]);
  assert.equal(events.filter((event) => event.type === "doubted").length, 3);
});

Deno.test("a reboot whose answer was lost is not repeated, though the server carries it out only minutes later", async () => {
  let lost = false;
  const farm = new Farm(1, {
    lag: 5 * 60_000,
    turn: 60_000, // long enough to be seen on its way
    fault: ({ method }) => method === "POST" && !lost ? (lost = true, "lose") : undefined,
  });
  const report = await jobs(farm.handle, { pool: "blue" }).retry().waitUntil("working");
  assert.equal(report.succeeded.length, 1);
  assert.deepEqual(farm.executed.get("j0"), ["retry"]);
});

Deno.test("a reboot-like action must be seen to have happened", async () => {
  const farm = new Farm(1, { lag: 5000 });
  const report = await jobs(farm.handle).all().retry().waitUntil("working");
  assert.ok(
    farm.clock.now() - report.startedAt >= 5050,
    "it waited for the retry, not for the state it was in before",
  );
  assert.equal(report.succeeded.length, 1);
});

Deno.test("a barrier holds everybody until the last has come, and ends the others when one failed", async () => {
  const farm = new Farm(3, { takes: (n) => 1000 * (n + 1) });
  const events: RunEvent[] = [];
  const done = await jobs(farm.handle).all().pause().waitUntil("paused").barrier().resume().run({
    on: (event) => events.push(event),
  });
  assert.equal(done.succeeded.length, 3);
  const resumed = events.filter((event) => event.type === "sent" && event.action === "resume");
  const met = events.filter((event) => event.type === "barrier");
  assert.ok(Math.min(...resumed.map((event) => event.at)) >= Math.max(...met.map((event) => event.at)));

  const other = new Farm(2);
  other.add({ id: "j9", phase: "broken" });
  const held = await jobs(other.handle).all().pause().waitUntil("paused").barrier().promote(5).run({
    throwOnError: false,
  });
  assert.equal(held.failed.length, 3);
  assert.equal(other.count("PUT"), 0);
  const went = await jobs(other.handle).all().promote(5).barrier({ ifFailed: "continue" }).promote(6).run({
    throwOnError: false,
  });
  assert.equal(went.succeeded.length + went.skipped.length, 2);
});

Deno.test("cancelling sends nothing new and accounts for every member", async () => {
  const farm = new Farm(5, { takes: () => 60_000 });
  const stop = new AbortController();
  farm.clock.sleep(10_000).then(() => stop.abort(new Error("enough")));
  const report = await jobs(farm.handle).all().pause().waitUntil("paused").remove().max(9).run({
    signal: stop.signal,
    throwOnError: false,
  });
  assert.equal(report.interrupted.length, 5);
  assert.equal(report.cancelled, "enough");
  assert.equal(farm.count("DELETE"), 0);
  await assert.rejects(jobs(farm.handle).all().pause().run({ signal: stop.signal }), /enough/);
});

Deno.test("one member by id or by name; none or several of that name is an error", async () => {
  const farm = new Farm(3);
  assert.equal((await oneJob(farm.handle, "j1")).title, "job-1");
  assert.equal((await oneJob(farm.handle, "job-2")).id, "j2");
  await assert.rejects(async () => await oneJob(farm.handle, "nobody"), /none has this name: "nobody"/);
  farm.add({ id: "j9", title: "job-2" });
  await assert.rejects(
    async () => await oneJob(farm.handle, "job-2"),
    /2 have the name "job-2": j2 \(working\), j9 \(working\)/,
  );
});

Deno.test("a wait ends at its limit though the server has not answered the look under way", async () => {
  const farm = new Farm(2, { takes: () => 1e9 });
  const send = farm.send.bind(farm);
  let acted = false;
  farm.send = async (request, options) => {
    acted ||= request.method === "POST";
    if (acted && request.method === "GET") await farm.clock.sleep(3_600_000);
    return await send(request, options);
  };
  const report = await jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused", { timeout: "1m" })
    .run({ throwOnError: false });
  assert.equal(report.failed.length, 2);
  assert.match(report.failed[0]!.why, /the limit of 1 m passed/);
  assert.ok(report.duration <= 61_000, `${report.duration} ms`);
});

Deno.test("waits of independent chains share their looks", async () => {
  const farm = new Farm(80, { takes: () => 10_000 });
  const first = jobs(farm.handle).where({ id: /[02468]$/ }).pause().waitUntil("paused");
  const second = jobs(farm.handle).where({ id: /[13579]$/ }).pause().waitUntil("paused");
  await Promise.all([first, second]);
  const looks = farm.count("GET") - 4; // each selection reads two pages
  assert.ok(looks <= 60, `${looks} looks for 80 waits of 10 s`);
});

Deno.test("that a run is cancelled is told at once, with the reason", async () => {
  const farm = new Farm(2, { takes: () => 60_000 });
  const stop = new AbortController();
  void farm.clock.sleep(10_000).then(() => stop.abort(new Error("enough")));
  const told: RunEvent[] = [];
  await jobs(farm.handle).all().pause().waitUntil("paused").run({
    view: false,
    throwOnError: false,
    signal: stop.signal,
    on: (event) => told.push(event),
  });
  const at = told.findIndex(({ type }) => type === "cancelled");
  assert.deepEqual(told[at], { ...told[at]!, type: "cancelled", reason: "enough" });
  assert.deepEqual(told.slice(at + 1).map(({ type }) => type), ["interrupted", "interrupted", "finished"]);
});

Deno.test("a run that has ended is not cancelled any more when its server's handle is closed", async () => {
  const farm = new Farm(1);
  const closing = new AbortController();
  Object.assign(farm, { signal: closing.signal });
  const told: string[] = [];
  await jobs(farm.handle).all().pause().run({ view: false, on: ({ type }) => told.push(type) });
  assert.equal(told.at(-1), "finished");
  closing.abort(new Error("closed"));
  assert.equal(told.at(-1), "finished");
});

Deno.test("a run that is stopped while its plan is looked at asks nobody, and sends nothing", async () => {
  const farm = new Farm(0);
  for (let n = 0; n < 30; n++) farm.add({ id: `j${n}`, phase: "paused" });
  const stop = new AbortController();
  let asked = 0;
  const end = beginSession({
    review: () => Promise.resolve(stop.abort(new Error("stopped while looking"))),
    confirm: () => Promise.resolve(++asked > 0),
  });
  try {
    const run = jobs(farm.handle, { pool: "blue" }).remove().run({ view: false, signal: stop.signal });
    await assert.rejects(run, /stopped while looking/);
  } finally {
    end();
  }
  assert.deepEqual([asked, farm.count("DELETE")], [0, 0]);
});

Deno.test("where a task is only planned its later runs are judged as though the earlier ones had been done", async () => {
  const farm = new Farm(0);
  for (let n = 0; n < 30; n++) farm.add({ id: `j${n}`, phase: "paused", pool: n < 15 ? "blue" : "red" });
  const judged: string[] = [];
  const end = beginSession({
    planOnly: true,
    judged: (_plans, verdict) =>
      judged.push("ask" in verdict ? "asks" : "consent" in verdict ? "allowed" : "error"),
  });
  try {
    for (const pool of ["blue", "red"]) await jobs(farm.handle, { pool }).remove().run({ view: false });
  } finally {
    end();
  }
  assert.deepEqual(judged, ["allowed", "asks"]);
  assert.equal(farm.count("DELETE"), 0);
});

Deno.test("a run ends with one last event: finished where there is a report, also a bad one, and abandoned where not", async () => {
  const last = async (phase: string) => {
    const farm = new Farm(0), told: string[] = [];
    farm.add({ id: "j0", phase });
    const chain = jobs(farm.handle, phase === "paused" ? {} : { pool: "blue" }).pause().waitUntil("paused");
    await chain.run({ view: false, on: ({ type }) => told.push(type) }).catch(() => {});
    return told.filter((type) => type === "finished" || type === "abandoned");
  };
  assert.deepEqual(await last("working"), ["finished"]);
  assert.deepEqual(await last("broken"), ["finished"]);
  assert.deepEqual(await last("paused"), ["abandoned"]);
});
