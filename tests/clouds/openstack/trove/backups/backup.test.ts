import assert from "node:assert/strict";
import { UnreachableStateError } from "../../../../../lib/muster.ts";
import { instances, world } from "../world.ts";

Deno.test("a backup of each instance is taken, and a wait waits until they are no longer busy with it", async () => {
  const { db, sim } = await world({ instances: instances(3) });
  const report = await db.instances().all().backup((one) => `nightly-${one.name}`).waitUntil("ready");
  assert.deepEqual(report.members[0]!.path.map((seen) => seen.state), ["ACTIVE", "BACKUP", "ACTIVE"]);
  const [made] = report.members[0]!.output as [{ id: string; name: string }];
  assert.equal((await db.backup(made.id)).status, "COMPLETED");
  assert.equal((await db.backup("nightly-staging-1")).instance_id, sim.instance("staging-1")!.id);
});

Deno.test("a backup is a resource: made, waited for, added to, restored from, deleted and waited to be gone", async () => {
  const { db, sim } = await world({ instances: [{ name: "a", databases: ["kept"] }] });
  const full = await db.createBackup({ name: "full", instance: "a" }).waitUntil("COMPLETED");
  assert.deepEqual(full.members[0]!.path.map((seen) => seen.state).at(-1), "COMPLETED");
  await db.createBackup({ name: "more", instance: "a", parent: "full" }).waitUntil("ready");
  await db.createBackup({ name: "even-more", instance: "a", incremental: true }).waitUntil("ready");
  assert.equal((await db.backup("more")).parent_id, full.members[0]!.id);
  assert.equal((await db.backup("even-more")).parent_id, (await db.backup("more")).id);
  await db.createInstance({ name: "b", flavor: "1", volume: 1, restore: "full" }).waitUntil("ready");
  assert.deepEqual(sim.instance("b")!.databases, ["kept"]);
  assert.equal((await db.instance("a").backups()).length, 3);
  await db.backups().where({ name: "even-more" }).delete().waitUntil("gone");
  assert.deepEqual((await db.backups()).map((one) => one.name).sort(), ["full", "more"]);
});

Deno.test("a backup that fails ends the wait at once", async () => {
  const { db } = await world({ instances: instances(1) });
  const chain = db.createBackup({ name: "x_BACKUP_ERROR", instance: "staging-0" }).waitUntil("COMPLETED");
  const report = await chain.run({ throwOnError: false });
  assert.ok(report.failed[0]!.error instanceof UnreachableStateError);
  assert.match(report.failed[0]!.why, /Its states were NEW → .*FAILED/);
});

Deno.test("a backup in the making is not deleted, which the plan knows", async () => {
  const { db, sim } = await world({ instances: instances(1) });
  await db.createBackup({ name: "now", instance: "staging-0" });
  const plan = await db.backup("now").delete().plan();
  assert.equal(plan.members[0]!.predictions[0]!.verdict, "refuse");
  assert.equal(sim.writes.length, 1);
});

Deno.test("backups of many instances come in pages by position, and none is missed or doubled", async () => {
  const { db } = await world({ instances: instances(45) });
  await db.instances().max(50).all().backup("nightly").waitUntil("ready");
  const all = await db.backups();
  assert.equal(all.length, 45);
  assert.equal(new Set(all.map((one) => one.id)).size, 45);
  const one = await db.backups().where({ instance_id: (await db.instance("staging-7")).id });
  assert.equal(one.length, 1);
});

Deno.test("a backup whose answer is lost is taken once, also beside an older one of its name", async () => {
  const { db, sim } = await world({ instances: instances(1) });
  await db.createBackup({ name: "nightly", instance: "staging-0" }).waitUntil("ready");
  const posts = ({ method, url }: Request) => method === "POST" && url.endsWith("/backups");
  sim.faults.add({ do: "drop-after", when: posts, times: 2 });
  await db.instance("staging-0").backup("nightly").waitUntil("ready");
  assert.equal((await db.backups()).length, 2);
  await db.createBackup({ name: "nightly", instance: "staging-0" }).waitUntil("ready");
  assert.equal((await db.backups()).length, 3);
});

Deno.test("a backup that was never begun is not taken for done because of an older one of its name", async () => {
  const { db, sim } = await world({ instances: instances(1) });
  await db.createBackup({ name: "nightly", instance: "staging-0" }).waitUntil("ready");
  const posts = ({ method, url }: Request) => method === "POST" && url.endsWith("/backups");
  sim.faults.add({ do: "drop-before", when: posts, times: 1 });
  await db.instance("staging-0").backup("nightly").waitUntil("ready");
  assert.equal((await db.backups()).length, 2);
});

Deno.test("a backup taken elsewhere is made known", async () => {
  const { db } = await world();
  const from = {
    location: "https://swift.example.org/v1/AUTH_x/c/b.xbstream",
    version: "mysql@5.7.29",
    size: 1,
  };
  const report = await db.createBackup({ name: "moved", restoreFrom: from }).waitUntil("RESTORED");
  assert.equal(report.succeeded.length, 1);
  assert.throws(() => db.createBackup({ name: "x" }), /no instance is given/);
  assert.throws(
    () => db.createBackup({ name: "x", instance: "a", swift: 1 } as never),
    /the option swift does not exist/,
  );
});

Deno.test("strategies say where backups go", async () => {
  const { db } = await world({ instances: instances(1) });
  await db.backupStrategies.create({ container: "here" });
  await db.backupStrategies.create({ container: "there", instance: "staging-0" });
  assert.equal((await db.backupStrategies.list()).length, 2);
  const [own] = await db.backupStrategies.list({ instance: "staging-0" });
  assert.equal(own!.swift_container, "there");
  await db.createBackup({ name: "x", instance: "staging-0" }).waitUntil("ready");
  assert.match((await db.backup("x")).locationRef!, /\/there\//);
  await db.backupStrategies.delete({ instance: "staging-0" });
  assert.equal((await db.backupStrategies.list()).length, 1);
});
