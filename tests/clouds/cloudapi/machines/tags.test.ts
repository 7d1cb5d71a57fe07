import assert from "node:assert/strict";
import { MusterError } from "../../../../lib/muster.ts";
import { machines, world } from "../world.ts";

Deno.test("tags are added to those there are, and the chain goes on before they show", async () => {
  const { dc, sim } = await world({ machines: machines(3) });
  const report = await dc.machines({ type: "test" }).tag({
    owner: "ops",
    run: 7,
    "triton.cns.services": "web",
  });
  assert.equal(report.succeeded.length, 3);
  assert.equal(report.requests.writes, 3);
  const machine = await dc.machines({ type: "test" }).where({ name: "test-0" }).waitUntil("running");
  await sim.world.clock.sleep(3000);
  const tags = await dc.machine("test-0").tags();
  assert.deepEqual(tags, { type: "test", owner: "ops", run: 7, "triton.cns.services": "web" });
  assert.equal(machine.members.length, 1);
});

Deno.test("a wait after tagging waits until the tags show", async () => {
  const { dc, sim } = await world({ machines: machines(2), updates: { min: 20_000, max: 20_000 } });
  const report = await dc.machines({ type: "test" }).tag({ owner: "ops" }).waitUntil("running");
  assert.ok(report.duration >= 20_000);
  for (const machine of sim.machines()) assert.equal(machine.tags.owner, "ops");
});

Deno.test("a machine that has the tags already is skipped and nothing is sent to it", async () => {
  const { dc, sim } = await world({
    machines: [{ name: "a", tags: { x: 1 } }, { name: "b", tags: { x: 2 } }],
  });
  const report = await dc.machines().all().tag({ x: 1 });
  assert.deepEqual(report.skipped.map((one) => [one.name, one.why]), [["a", "already so"]]);
  assert.equal(sim.writes.length, 1);
});

Deno.test("tags can be taken out of the selection they were selected by", async () => {
  const { dc, sim } = await world({ machines: machines(2) });
  const report = await dc.machines({ type: "test" }).tag({ type: "prod" }).waitUntil("running").stop();
  assert.equal(report.succeeded.length, 2);
  assert.ok(sim.machines().every((machine) => machine.tags.type === "prod"));
});

Deno.test("tags are replaced, removed by name whatever is in it, and removed altogether", async () => {
  const { dc, sim } = await world({
    machines: [{ name: "a", tags: { x: 1, "docker:label:a/b c": "y", z: "z" } }],
  });
  sim.world.settings.updates = { min: 0, max: 0 };
  await dc.machine("a").untag("x").waitUntil("running");
  assert.deepEqual(Object.keys(sim.machines()[0]!.tags), ["docker:label:a/b c", "z"]);
  await dc.machine("a").replaceTags({ one: "1", two: "2" }).waitUntil("running");
  assert.deepEqual(await dc.machine("a").tags(), { one: "1", two: "2" });
  await dc.machine("a").untagAll().waitUntil("running");
  assert.deepEqual(await dc.machine("a").tags(), {});
  const again = await dc.machine("a").untag("one").untagAll().replaceTags({});
  assert.equal(again.skipped.length, 1);
  assert.deepEqual(sim.writes.map((one) => one.action), ["remove_tags", "replace_tags", "remove_tags"]);
});

Deno.test("a tag's name is written into the address so that it leads nowhere else", async () => {
  const { dc, sim } = await world({
    machines: [{ name: "a", tags: { "x/../../..": "1", "a?b=c#d": "2", "%2e": "3" } }],
  });
  await dc.machine("a").untag("x/../../..").untag("a?b=c#d").untag("%2e").waitUntil("running");
  assert.deepEqual(await dc.machine("a").tags(), {});
  assert.equal(sim.writes.length, 3);
});

Deno.test("tags set and taken back in one chain end as the last step says", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  const chain = dc.machines({ type: "test" }).tag({ busy: true }).replaceTags({ type: "test" }).waitUntil(
    "running",
  );
  assert.equal((await chain).requests.writes, 2);
  await sim.world.clock.sleep(10_000);
  assert.deepEqual(sim.machines()[0]!.tags, { type: "test" });
});

Deno.test("a tag that is to be removed before it shows is one the server does not know: a wait between helps", async () => {
  const { dc } = await world({ machines: machines(1) });
  const tagged = dc.machines({ type: "test" }).tag({ busy: true });
  const report = await tagged.untag("busy").run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /tag "busy" not found/);
  assert.equal((await tagged.waitUntil("running").untag("busy").run()).succeeded.length, 1);
});

Deno.test("names that the server takes for its own are refused before anything is sent", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  const selection = dc.machines({ type: "test" });
  for (
    const key of [
      "account",
      "machine",
      "uuid",
      "owner_uuid",
      "context",
      "image",
      "as-role",
      "__proto__",
      "",
      "..",
    ]
  ) {
    const tags = Object.fromEntries([[key, "x"]]);
    assert.throws(() => selection.tag(tags), MusterError, key);
    assert.throws(() => selection.replaceTags(tags), MusterError, key);
    if (/^$|^\.\.$|^__proto__$/.test(key)) assert.throws(() => selection.untag(key), MusterError, key);
  }
  for (const value of [null, undefined, {}, [], NaN, Infinity, () => "x"]) {
    assert.throws(() => selection.tag({ key: value as string }), MusterError, String(value));
  }
  assert.throws(() => selection.tag({}), /none are given/);
  assert.throws(() => selection.tag("x" as never), MusterError);
  assert.throws(() => selection.tag({ key: "x".repeat(100_000) }), /the server accepts 100000 at most/);
  assert.equal(sim.log.length, 0);
});

Deno.test("roles to act with are said of reads, and become no tag", async () => {
  const { dc, sim } = await world({ machines: machines(1) }, { roles: ["dev"] });
  sim.account.roles.push({ id: crypto.randomUUID(), name: "dev", policies: [], members: [] });
  const rolesOf = (method: string) => sim.log.filter((one) => one.method === method).map((one) => one.query);
  await dc.machines({ type: "test" }).tag({ a: "1" }).run({ throwOnError: false });
  assert.match(rolesOf("GET")[0]!, /as-role=dev/);
  for (const query of rolesOf("POST")) assert.equal(query, "");
  assert.ok(sim.log.some((one) => one.method === "POST"));
});

Deno.test("tags whose answer was lost are looked for, and set once", async () => {
  const { dc, sim } = await world({ machines: machines(4), updates: { min: 5000, max: 9000 } });
  sim.faults.add({ do: "drop-after", when: (request) => request.method === "POST", times: 4 });
  const report = await dc.machines({ type: "test" }).tag({ owner: "ops" });
  assert.equal(report.succeeded.length, 4);
  for (const { id } of sim.machines()) assert.equal(sim.executions(id).length, 1);
});

Deno.test("removing all tags of more machines than were consented to asks first", async () => {
  const { dc, sim } = await world({ machines: machines(30) });
  await assert.rejects(dc.machines({ type: "test" }).untagAll().run(), /untagAll 30 machines/);
  assert.equal(sim.writes.length, 0);
});
