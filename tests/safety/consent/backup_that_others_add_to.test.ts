import assert from "node:assert/strict";
import { SelectionError } from "../../../lib/muster.ts";
import type { Question } from "../../../lib/engine/mod.ts";
import { consentOf, planAgain } from "../../../lib/engine/journal/apply_saved.ts";
import { runPlans } from "../../../lib/engine/run/run.ts";
import { savePlan } from "../../../lib/engine/plan/saved/saved_plan.ts";
import { backup } from "../../../lib/clouds/openstack/trove/backups/backup.ts";
import { world } from "../../clouds/openstack/trove/world.ts";

/** A backup, `more` and `other` that add to it, and `most` that adds to `more`; and one that stands alone. */
async function family() {
  const made = await world({ instances: [{ name: "a" }, { name: "b" }] });
  const { db } = made;
  await db.createBackup({ name: "full", instance: "a" }).waitUntil("COMPLETED");
  await db.createBackup({ name: "more", instance: "a", parent: "full" }).waitUntil("ready");
  await db.createBackup({ name: "other", instance: "a", parent: "full" }).waitUntil("ready");
  await db.createBackup({ name: "most", instance: "a", parent: "more" }).waitUntil("ready");
  await db.createBackup({ name: "alone", instance: "b" }).waitUntil("ready");
  const names = async () => (await db.backups()).map(({ name }) => name).sort();
  return { ...made, names };
}

Deno.test("a plan counts and names what is deleted along with a backup, and .expect(1) refuses", async () => {
  const { db, names } = await family();
  const chain = db.backup("full").delete();
  const plan = await chain.plan();
  assert.equal(plan.destroyed, 4);
  assert.deepEqual(plan.others.map(({ name }) => name).sort(), ["more", "most", "other"]);
  assert.match(String(plan), /could destroy 1 backup, and with it 3 more: backup (more|most|other), /);
  assert.equal((JSON.parse(JSON.stringify(plan)).alsoDestroyed as unknown[]).length, 3);
  const error = await chain.expect(1).run({ view: false }).catch((error) => error);
  assert.ok(error instanceof SelectionError, String(error));
  assert.match(
    error.message,
    /delete would destroy 3 more with it \((more|most|other), .*exactly 1 was expected/,
  );
  assert.deepEqual(await names(), ["alone", "full", "more", "most", "other"]);
  await chain.expect(4).run({ view: false });
  assert.deepEqual(await names(), ["alone"]);
});

Deno.test("one that nothing adds to is one, and members are not counted twice", async () => {
  const { db, names } = await family();
  await db.backup("most").delete().expect(1).run({ view: false });
  await db.backups().where({ name: ["full", "more", "other"] }).delete().expect(3).run({ view: false });
  assert.deepEqual(await names(), ["alone"]);
});

Deno.test("the limit and the question count them as well", async () => {
  const { db, names } = await family();
  const chain = db.backup("full").max(3).delete();
  await assert.rejects(chain.run({ view: false }), /there is no terminal to ask on/);
  let asked: Question | undefined;
  const confirm = (question: Question) => Promise.resolve((asked = question) === undefined);
  await assert.rejects(chain.run({ again: true, view: false, confirm }), /the answer was no/);
  assert.equal(asked!.count, 4);
  assert.match(asked!.text, /^delete 1 backup in .*, and 3 more together with that \((more|most|other), /);
  assert.deepEqual([...asked!.others!].sort(), ["more", "most", "other"]);
  assert.equal((await names()).length, 5);
});

Deno.test("a backup that would take a protected one along is left alone", async () => {
  const { db, names } = await family();
  const chain = db.backups().where({ name: ["full", "alone"] }).protect({ name: "most" }).delete();
  assert.deepEqual((await chain.plan()).protected.map(({ name }) => name), ["full"]);
  await chain.run({ view: false });
  assert.deepEqual(await names(), ["full", "more", "most", "other"]);
});

Deno.test("an increment made between plan and deed was allowed by nobody, and stops the delete", async () => {
  const { db, names, clock } = await family();
  const plan = await db.backup("full").max(10).delete().plan();
  await db.createBackup({ name: "newest", instance: "a", parent: "most" }).waitUntil("ready");
  await clock.sleep(60_000);
  const report = await runPlans([plan], { view: false, throwOnError: false });
  assert.match(
    report.failed[0]!.why,
    /Cannot delete backup full: that would also destroy backup newest, which was not allowed/,
  );
  assert.equal((await names()).length, 6);
});

Deno.test("a saved plan holds what is deleted along; one more since takes the consent back", async () => {
  const { db, names } = await family();
  const saved = savePlan(await db.backup("full").delete().plan());
  const find = async () => ({ endpoint: await db.endpoint(), resource: backup() as never });
  const { plan, drifted } = await planAgain(saved, find);
  assert.deepEqual(drifted, []);
  assert.equal(plan.destroyed, 4);
  await db.createBackup({ name: "newest", instance: "a", parent: "most" }).waitUntil("ready");
  const again = await planAgain(saved, find);
  assert.match(again.drifted[0]!.why, /more would be destroyed together with it now: backup newest/);
  assert.equal(consentOf([again]), undefined);
  assert.deepEqual(again.plan.members, [], "it is left out, also where somebody says yes to the rest");
  assert.equal((await names()).length, 6);
});

Deno.test("the instances of a cluster are shown and counted where they are destroyed with it", async () => {
  const { db } = await world({ clusters: true });
  const size = { flavor: "m1.tiny", volume: 1 };
  await db.createCluster({ name: "ring", datastore: "cassandra", instances: [size, size, size] })
    .waitUntil("ready");
  const ring = await db.cluster("ring");
  const plan = await db.cluster("ring").delete().plan();
  assert.deepEqual(plan.others.map(({ id }) => id), ring.instances.map(({ id }) => id));
  assert.match(String(plan), /could destroy 1 cluster, and with it 3 more: instance ring-/);
  await assert.rejects(db.cluster("ring").delete().expect(1).run({ view: false }), /3 more/);
  const shrink = await db.cluster("ring").shrink([ring.instances[0]!]).plan();
  assert.deepEqual(shrink.others.map(({ id }) => id), [ring.instances[0]!.id]);
  await db.cluster("ring").delete().expect(4).run({ view: false });
});
