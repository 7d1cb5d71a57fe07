import assert from "node:assert/strict";
import { ApiError } from "../../../../../lib/muster.ts";
import { world } from "../world.ts";

const SIZE = [{ flavor: "m1.tiny", volume: 1 }, { flavor: "m1.tiny", volume: 1 }, { flavor: "1", volume: 1 }];

Deno.test("a cluster is made, grown, shrunk, restarted, configured, upgraded and deleted, each waited for", async () => {
  const { db, sim } = await world({ clusters: true });
  const made = await db.createCluster({ name: "ring", datastore: "cassandra", instances: SIZE }).waitUntil(
    "ready",
  );
  assert.deepEqual(made.members[0]!.path.map((seen) => seen.state), ["BUILDING", "NONE"]);
  assert.equal((await db.instances()).length, 0, "members of clusters are not listed");
  assert.equal((await db.instances().where({ cluster_id: /./ })).length, 3);
  const ring = db.cluster("ring");
  await ring.grow([{ flavor: "m1.tiny", volume: 1 }]).waitUntil("ready");
  const { instances } = await db.cluster("ring");
  assert.equal(instances.length, 4);
  assert.equal((await ring.member(instances[3]!)).name, instances[3]!.name);
  await ring.shrink([instances[3]!]).waitUntil("ready");
  await ring.restart().waitUntil("ready").enableRoot();
  assert.equal(await ring.root(), true);
  await db.configurations.create({ name: "wide", values: {}, datastore: "cassandra" });
  await ring.attachConfiguration("wide").waitUntil("ready").detachConfiguration().waitUntil("ready");
  const report = await db.clusters().where({ name: "ring" }).delete().waitUntil("gone");
  assert.deepEqual(report.members[0]!.path.map((seen) => seen.state), ["NONE", "DELETING", "DELETED"]);
  assert.equal(sim.instances().length, 0);
});

Deno.test("a cluster one of whose instances fails is never ready, and a wait says so at once", async () => {
  const { db, sim, clock } = await world({ clusters: true });
  const chain = db.createCluster({ name: "ring", datastore: "cassandra", instances: SIZE }).waitUntil(
    "ready",
  );
  const began = clock.now();
  const report = await chain.run({
    throwOnError: false,
    on: (event) => event.type === "accepted" && sim.fail(sim.instances()[0]!.id),
  });
  assert.match(report.failed[0]!.why, /its instance ring-member-\d is ERROR/);
  assert.ok(clock.now() - began < 30 * 60_000);
});

Deno.test("where there are no clusters to be had, the server's word says so", async () => {
  const { db } = await world();
  assert.equal(await db.clusters().count(), 0);
  const chain = db.createCluster({ name: "ring", datastore: "mysql@5.7.29", instances: SIZE });
  const report = await chain.run({ throwOnError: false });
  const { error } = report.failed[0]!;
  assert.ok(error instanceof ApiError && error.status === 501);
  assert.throws(() => db.createCluster({ datastore: "x", instances: [] }), /none is described/);
  assert.throws(() => db.createCluster({ datastore: "x", instances: SIZE, shards: 1 } as never), /shards/);
});

Deno.test("a cluster that is listed is not ready because the list does not tell how its instances are", async () => {
  const { db, sim } = await world({ clusters: true });
  await db.createCluster({ name: "ring", datastore: "cassandra", instances: SIZE }).waitUntil("ready");
  const { body } = await db.request("GET", "/clusters");
  const [listed] = (body as { clusters: { instances: { status?: string }[] }[] }).clusters;
  assert.equal(listed!.instances[0]!.status, undefined, "as the real server's list has none");
  sim.setState(sim.instances()[0]!.id, "ERROR");
  const report = await db.clusters().waitUntil("ready", { timeout: "1m" }).run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /its instance ring-member-\d is ERROR/);
  const [one] = await db.clusters();
  assert.equal(one!.instances.filter(({ status }) => status === "ERROR").length, 1);
});
