/** What a text refers to: a user with a host, a name that looks like an id, a name in other characters. */
import assert from "node:assert/strict";
import { MusterError } from "../../../../../lib/muster.ts";
import { instances, world } from "../world.ts";

Deno.test("a user is name@host as well, as users are shown, and is not left there as skipped", async () => {
  const { db } = await world({ instances: instances(1) });
  const one = db.instance("staging-0");
  await one.createUsers([
    { name: "app", password: "p", host: "10.0.0.1" },
    { name: "app", password: "p" },
    { name: "na@me", password: "p" },
  ]);
  assert.equal((await one.user("app@10.0.0.1")).host, "10.0.0.1");
  assert.equal((await one.deleteUser("app@10.0.0.1")).succeeded.length, 1);
  assert.deepEqual((await one.users()).map(({ name, host }) => `${name} ${host}`).sort(), [
    "app %",
    "na@me %",
  ]);
  assert.equal((await one.deleteUser("app@10.0.0.1")).skipped.length, 1);
  assert.equal((await one.deleteUser("na@me@%")).succeeded.length, 1);
});

Deno.test("a user whose own name has an @ is not said to be gone", async () => {
  const { db } = await world({ instances: instances(1) });
  const one = db.instance("staging-0");
  await one.createUser({ name: "na@me", password: "p" });
  const report = await one.deleteUser("na@me").run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /Give that one as \{ name: "na@me", host: "%" \}/);
  assert.equal((await one.users()).length, 1);
  await one.deleteUser({ name: "na@me", host: "%" });
  assert.equal((await one.users()).length, 0);
});

Deno.test("a name that looks like an id is found as a name, wherever one is given", async () => {
  const { db } = await world();
  const looks = "0a1b2c3d-0000-4000-8000-00000000beef";
  await db.createInstance({ name: looks, flavor: "1", volume: 1 }).waitUntil("ready");
  await db.createInstance({ name: "deadbeefdeadbeefdeadbeefdeadbeef", replicaOf: looks }).waitUntil("ready");
  const [source] = (await db.instances()).filter(({ name }) => name === looks);
  assert.equal((await db.instance("deadbeefdeadbeefdeadbeefdeadbeef")).replica_of!.id, source!.id);
  await db.createBackup({ name: looks, instance: looks }).waitUntil("ready");
  assert.equal((await db.backup(looks)).instance_id, source!.id);
  await db.createBackup({ name: "more", instance: source!.id, parent: looks }).waitUntil("ready");
  assert.equal((await db.backup("more")).parent_id, (await db.backup(looks)).id);
});

Deno.test("names count characters", async () => {
  const { db } = await world();
  const name = `a${"😀".repeat(254)}`;
  assert.equal(name.length, 509);
  await db.createInstance({ name, flavor: "1", volume: 1 });
  assert.equal((await db.instance(name)).name, name);
  assert.throws(() => db.createInstance({ name: `${name}b`, flavor: "1", volume: 1 }), MusterError);
});
