import assert from "node:assert/strict";
import {
  ApiError,
  MusterError,
  type RunEvent,
  SelectionError,
  UnreachableStateError,
} from "../../../../lib/muster.ts";
import { machines, world } from "../world.ts";

/** The actions executed on each machine, by name. */
const executed = (sim: Awaited<ReturnType<typeof world>>["sim"]) =>
  new Map([...sim.machines()].map((one) => [one.name, sim.executions(one.id).map((each) => each.action)]));

Deno.test("the line: every test machine is stopped, waited for and deleted, and nothing else is touched", async () => {
  const { sim, dc } = await world({
    machines: [
      ...Array.from({ length: 12 }, (_, n) => ({ name: `test-${n}`, tags: { type: "test" } })),
      { name: "web-1", tags: { type: "web" } },
      { name: "bare" },
    ],
  });
  const report = await dc.machines({ type: "test" }).stop().waitUntil("stopped").delete();
  assert.equal(report.succeeded.length, 12);
  for (const [name, done] of executed(sim)) {
    assert.deepEqual(done, name.startsWith("test") ? ["stop", "destroy"] : [], name);
  }
});

Deno.test("tags go to the server as tag.KEY, and each record is tested again here", async () => {
  const { sim, dc } = await world({
    machines: [{ name: "a", tags: { "my-tag": "x y", n: 3 } }, { name: "b" }],
  });
  const found = await dc.machines({ "my-tag": "x y", n: 3 });
  assert.deepEqual(found.map((one) => one.name), ["a"]);
  assert.ok(
    sim.log.some((entry) => entry.query.includes("tag.my-tag=x%20y")),
    "the server was asked to filter",
  );
  assert.deepEqual((await dc.machines({ "my-tag": /^x/ })).map((one) => one.name), ["a"]);
});

Deno.test("a pattern for a list holds where one of its elements matches it whole", async () => {
  const { dc } = await world({ machines: [{ name: "a" }, { name: "b", networks: ["external"] }] });
  const inner = await dc.machines().where({ ips: /^10\.\d+\.\d+\.\d+$/ });
  assert.deepEqual(inner.map((one) => one.name), ["a"]);
  const several = await dc.machines().where({ ips: (ips) => ips.length > 1 });
  assert.deepEqual(several.map((one) => one.name), ["a"]);
});

Deno.test("a state the server does not filter by is filtered here", async () => {
  const { dc } = await world({
    machines: [{ name: "a", state: "running" }, { name: "b", state: "provisioning" }],
  });
  assert.deepEqual((await dc.machines().where({ state: "provisioning" })).map((one) => one.name), ["b"]);
  assert.deepEqual((await dc.machines().where({ state: /^prov/ })).map((one) => one.name), ["b"]);
});

Deno.test("failed machines are found, as tombstones, when the selection asks for them", async () => {
  const { dc } = await world({
    machines: [{ name: "a" }, { name: "b", state: "failed" }, { name: "c", state: "deleted" }],
  });
  assert.deepEqual((await dc.machines()).map((one) => one.name), ["a"]);
  assert.deepEqual((await dc.machines().where({ state: "failed" })).map((one) => one.name), ["b"]);
  assert.deepEqual(
    (await dc.machines().where({ state: ["failed", "running"] })).map((one) => one.name).sort(),
    ["a", "b"],
  );
});

Deno.test("a list of more than a page is read whole, though machines vanish meanwhile: none missed, none twice", async () => {
  const { sim, dc } = await world({ machines: machines(2500) });
  let page = 0;
  const names: string[] = [];
  for await (const one of dc.machines({ type: "test" })) {
    if (names.length % 1000 === 0 && page < 3) {
      page++;
      for (const gone of [...sim.machines()].slice(0, 5)) sim.remove(gone.id);
    }
    names.push(one.name);
  }
  assert.equal(new Set(names).size, names.length);
  const left = [...sim.machines()].filter((one) => one.state === "running").map((one) => one.name);
  assert.deepEqual(left.filter((name) => !names.includes(name)), []);
});

Deno.test("a deleted machine answers 410 with its record, and counts as gone", async () => {
  const { sim, dc } = await world({ machines: machines(3) });
  const report = await dc.machines({ type: "test" }).stop().waitUntil("stopped").delete().waitUntil(
    "deleted",
  );
  assert.equal(report.succeeded.length, 3);
  const again = await dc.machine(report.members[0]!.id).delete().run().then(() => "done", (error) => error);
  assert.ok(again instanceof SelectionError, String(again));
  assert.equal(sim.executions(report.members[0]!.id).length, 2);
});

Deno.test("a machine deleted by somebody else between plan and action is skipped, not failed", async () => {
  const { sim, dc } = await world({ machines: machines(2) });
  const [first] = [...sim.machines()];
  const report = await dc.machines({ type: "test" }).delete().run({
    on: (event) => event.type === "planned" && sim.remove(first!.id),
  });
  assert.deepEqual([report.skipped.length, report.succeeded.length], [1, 1]);
  assert.equal(report.skipped[0]!.why, "already deleted");
});

Deno.test("a machine that fails while it is waited for fails at once with its path", async () => {
  const { sim, dc } = await world({ transition: { min: 60_000, max: 60_000 } });
  const chain = dc.createMachine({
    name: "web-{n}",
    count: 2,
    image: "base-64-lts",
    package: "g4-highcpu-1G",
  })
    .waitUntil("running");
  const report = await chain.run({
    throwOnError: false,
    on: (event) => event.type === "accepted" && event.member.name === "web-1" && sim.fail(event.member.id),
  });
  assert.equal(report.failed[0]?.name, "web-1");
  assert.ok(report.failed[0]?.error instanceof UnreachableStateError);
  assert.match(report.failed[0].why, /provisioning → failed/);
  assert.equal(report.succeeded[0]?.name, "web-2");
  assert.equal(report.succeeded[0]?.state, "running");
});

Deno.test("new machines: names by pattern, tags and metadata as dotted keys, the boot script from a file", async () => {
  const { sim, dc } = await world();
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "#!/bin/sh\necho é\n");
  const report = await dc.createMachine({
    name: "web-{n}",
    count: 3,
    image: "base-64-lts",
    package: "g4-highcpu-1G",
    tags: { type: "web", n: 3 },
    metadata: { a: "b" },
    script: { file },
  }).waitUntil("running");
  await Deno.remove(file);
  assert.deepEqual(report.succeeded.map((one) => one.name), ["web-1", "web-2", "web-3"]);
  const record = await dc.machine("web-2");
  assert.deepEqual(record.tags, { type: "web", n: 3 });
  assert.equal(record.metadata["user-script"], "#!/bin/sh\necho é\n");
  assert.equal([...sim.machines()].length, 3);
});

Deno.test("a creation whose answer was lost makes no second machine", async () => {
  const { sim, dc } = await world();
  sim.faults.add({ do: "drop-after", when: (request) => request.method === "POST" });
  const report = await dc.createMachine({ name: "one", image: "base-64-lts", package: "g4-highcpu-1G" });
  assert.equal(report.succeeded[0]?.name, "one");
  assert.equal([...sim.machines()].length, 1);
  sim.faults.clear();
  sim.faults.add({ do: "drop-before", times: 1, when: (request) => request.method === "POST" });
  await dc.createMachine({ name: "two", image: "base-64-lts", package: "g4-highcpu-1G" });
  assert.equal([...sim.machines()].length, 2);
});

Deno.test("a machine that was there before is never taken for the one to be made", async () => {
  const { sim, dc } = await world({ machines: [{ name: "web-1" }, { name: "web-12" }] });
  const spec = { image: "base-64-lts", package: "g4-highcpu-1G" };
  // The server refuses the name, and that answer is lost: finding the namesake must not make it ours.
  sim.faults.add({ do: "drop-after", when: (request) => request.method === "POST", times: 1 });
  for (const names of [{ name: "web-1" }, { name: "web-{n}", count: 12 }]) {
    const chain = dc.createMachine({ ...spec, ...names }).waitUntil("running").stop();
    await assert.rejects(chain.run(), /one with this name exists already: web-1/);
  }
  assert.deepEqual(sim.machines().map((one) => sim.executions(one.id)), [[], []]);
});

Deno.test("what cannot be created is refused before anything is sent", async () => {
  const { sim, dc } = await world();
  const spec = { image: "base-64-lts", package: "g4-highcpu-1G" };
  assert.throws(() => dc.createMachine({ ...spec, name: "né" }), MusterError);
  assert.throws(() => dc.createMachine({ ...spec, count: 0 }), MusterError);
  assert.throws(() => dc.createMachine({ ...spec, imgae: "x" } as never), /the option imgae does not exist/);
  assert.throws(() => dc.createMachine({ image: "", package: "x" }), MusterError);
  await assert.rejects(dc.createMachine({ ...spec, image: "nobody" }).run(), /none|no active one/);
  await assert.rejects(dc.createMachine({ ...spec, script: "x".repeat(100_001) }).run(), /100000|100,000/);
  await assert.rejects(dc.createMachine({ ...spec, script: { file: "/nowhere" } }).run(), /boot script/);
  assert.equal(sim.writes.length, 0);
});

Deno.test("a reboot is seen to have happened before the chain goes on", async () => {
  const { dc, clock } = await world({ machines: machines(4), lag: { min: 3000, max: 3000 } });
  const events: RunEvent[] = [];
  const began = clock.now();
  const report = await dc.machines({ type: "test" }).reboot().waitUntil("running").stop().run({
    on: (event) => events.push(event),
  });
  assert.equal(report.succeeded.length, 4);
  const stops = events.filter((event) => event.type === "sent" && event.action === "stop");
  assert.ok(stops.every((event) => event.at - began >= 3000 + 1500), "no stop before the reboot");
});

Deno.test("a reboot after a rename is not taken for done because the rename has changed the machine", async () => {
  const { sim, dc } = await world({
    machines: [{ name: "a" }],
    lag: { min: 3000, max: 3000 },
    updates: { min: 400, max: 400 },
  });
  const at: number[] = [];
  await dc.machine("a").rename("b").reboot().waitUntil("running").stop().run({
    on: (event) => event.type === "sent" && at.push(event.at),
  });
  assert.deepEqual(sim.executions(sim.machines()[0]!.id).map(({ action }) => action), [
    "rename",
    "reboot",
    "stop",
  ]);
  assert.ok(at[2]! - at[1]! >= 3000 + 1500, `stopped ${at[2]! - at[1]!} ms after the reboot was sent`);
});

Deno.test("a machine that is gone before its rename was seen is gone", async () => {
  const { clock, dc } = await world({ machines: [{ name: "a" }] });
  const began = clock.now();
  await dc.machine("a").rename("b").delete().waitUntil("deleted", { every: "1m" });
  assert.ok(clock.now() - began < 5 * 60_000);
});

Deno.test("rename, resize, firewall and deletion protection; what is so already is skipped", async () => {
  const { sim, dc } = await world({ machines: [{ name: "a", package: "g4-highcpu-256M" }] });
  await dc.machine("a").rename("b").waitUntil("running");
  const report = await dc.machine("b").resize("g4-highcpu-1G").enableFirewall().enableDeletionProtection()
    .waitUntil("running");
  assert.equal(report.succeeded.length, 1);
  const record = await dc.machine("b");
  assert.deepEqual([record.package, record.firewall_enabled, record.deletion_protection], [
    "g4-highcpu-1G",
    true,
    true,
  ]);
  const again = await dc.machine("b").enableFirewall().resize("g4-highcpu-1G");
  assert.equal(again.skipped.length, 1);
  await assert.rejects(
    dc.machine("b").delete().run(),
    /it is protected from deletion/,
  );
  await assert.rejects(dc.machine("b").resize("huge").run(), /none has this id or name: "huge"/);
  assert.throws(() => dc.machine("b").rename("é"), MusterError);
  assert.equal([...sim.machines()].length, 1);
});

Deno.test("409 is validation: the member fails with the server's words and its request id", async () => {
  const { dc } = await world({ machines: [{ name: "a" }, { name: "b" }] });
  const error = await dc.machine("a").rename("b").run().then(() => assert.fail("resolved"), (error) => error);
  const [cause] = error.errors;
  assert.ok(cause instanceof ApiError);
  assert.equal(cause.status, 409);
  assert.ok(cause.requestId);
  assert.match(cause.message, /name|alias/);
});

Deno.test("a rate of 30 and 10 a second: all members finish, next to nothing is refused, and the rate is used", async () => {
  const { dc, sim } = await world({ machines: machines(60), throttle: { burst: 30, rate: 10 } });
  const report = await dc.machines({ type: "test" }).expect(60).stop().waitUntil("stopped").delete();
  assert.equal(report.succeeded.length, 60);
  assert.ok(report.requests.refused <= 2, `${report.requests.refused} refused`);
  assert.ok(report.duration <= 1.2 * (121 - 30) * 100, `${report.duration} ms`);
  assert.equal(sim.log.filter((entry) => entry.status === 429).length, report.requests.refused);
});

Deno.test("writes whose connection dies after they arrived are executed exactly once", async () => {
  const { sim, dc } = await world({ machines: machines(50) });
  sim.faults.add({ do: "drop-after", when: (request) => request.method !== "GET", rate: 0.5 });
  sim.faults.add({ do: "drop-before", when: (request) => request.method !== "GET", rate: 0.1 });
  const report = await dc.machines({ type: "test" }).max(50).stop().waitUntil("stopped").delete();
  assert.equal(report.succeeded.length, 50);
  for (const [name, done] of executed(sim)) assert.deepEqual(done, ["stop", "destroy"], name);
});

Deno.test("maintenance far ahead ends the run at once and says until when", async () => {
  const { dc, clock } = await world({ machines: machines(2) });
  const closed = await world({ machines: machines(2), readOnly: { eta: new Date(clock.now() + 3_600_000) } });
  const report = await closed.dc.machines({ type: "test" }).stop().run({ throwOnError: false });
  assert.equal(report.failed.length, 2);
  assert.match(report.failed[0]!.why, /until|upgraded/);
  assert.ok(report.duration < 10_000);
  assert.equal((await dc.machines({ type: "test" })).length, 2);
});

Deno.test("an offline machine is waited through, and one that hangs ends by the wait's limit", async () => {
  const { sim, dc } = await world({ machines: machines(2) });
  const [first] = [...sim.machines()];
  sim.hang(first!.id);
  const report = await dc.machines({ type: "test" }).stop().waitUntil("stopped", { timeout: "2m" }).run({
    throwOnError: false,
  });
  assert.equal(report.succeeded.length, 1);
  assert.match(report.failed[0]!.why, /limit of 2 m passed/);
});

Deno.test("a wait for members that others also wait for costs no request of its own", async () => {
  const { sim, dc } = await world({ machines: machines(60), transition: { min: 20_000, max: 20_000 } });
  const chain = dc.machines({ type: "test" }).stop().waitUntil("stopped");
  const other = dc.machines({ type: "test" }).waitUntil("stopped");
  await Promise.all([chain, other]);
  const lists = sim.log.filter((entry) => entry.method === "GET").length;
  assert.ok(lists < 40, `${lists} reads`);
});

Deno.test("any request can be sent, signed and retried like the rest", async () => {
  const { dc } = await world({ machines: machines(1) });
  const answer = await dc.request("GET", "/machines", { query: { limit: 1 } });
  assert.equal(answer.status, 200);
  assert.equal((answer.body as unknown[]).length, 1);
  await assert.rejects(dc.request("GET", "/machines/../keys"), MusterError);
});

Deno.test("an action is told to be sent when its request goes out, not when it waits for its turn", async () => {
  const { dc, sim } = await world({ machines: machines(80), throttle: { burst: 30, rate: 10 } });
  const sent: number[] = [];
  const report = await dc.machines({ type: "test" }).stop().run({
    max: 80,
    on: (event) => event.type === "sent" && void sent.push(event.at),
  });
  assert.equal(report.succeeded.length, 80);
  assert.equal(sent.length, 80);
  // Thirty at once, then ten a second: the last goes out some five seconds after the first.
  assert.ok(sent.at(-1)! - sent[0]! > 4000, `${sent.at(-1)! - sent[0]!} ms`);
  assert.equal(sim.writes.length, 80);
});
