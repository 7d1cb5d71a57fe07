/** What a change of an instance does to its configuration, which depends on the server's release and is none of its business. */
import assert from "node:assert/strict";
import type { DatabaseService } from "../../../../../lib/muster.ts";
import { world } from "../world.ts";

const LATER = { name: "later", datastore: "mysql@5.7.29", values: { max_connections: 200 } };

/** A source with a replica, both with a configuration. */
async function configured(release: 18 | 23 | 26) {
  const made = await world({ instances: [{ name: "orders" }], release });
  const { db } = made;
  await db.createInstance({ name: "copy", replicaOf: "orders" }).waitUntil("ready");
  await db.configurations.create({ ...LATER, name: "tuned" });
  for (const name of ["copy", "orders"]) {
    await db.instance(name).attachConfiguration("tuned").waitUntil("ready");
  }
  return made;
}

const CHANGES: Record<
  string,
  (db: DatabaseService, may?: { mayDetachConfiguration: true }) => PromiseLike<unknown> & {
    plan(): Promise<{ refused: number; toString(): string }>;
  }
> = {
  rename: (db, may) => db.instance("copy").rename("renamed", may),
  access: (db, may) => db.instance("copy").access({ allowedCidrs: ["10.0.0.0/8"] }, may),
  upgrade: (db, may) => db.instance("copy").upgrade("8.0.29", may),
  detachReplica: (db, may) => db.instance("copy").detachReplica(may),
};

for (const [name, change] of Object.entries(CHANGES)) {
  Deno.test(`${name} is refused where Trove 18 to 24 may detach the configuration, and nothing is sent`, async () => {
    for (const release of [18, 23] as const) {
      const { db, sim } = await configured(release);
      const before = sim.writes.length;
      const plan = await change(db).plan();
      assert.equal(plan.refused, 1);
      assert.match(
        String(plan),
        /REFUSED \(the server may detach its configuration "tuned" with it, as Trove 19 to 24 do\. To allow that, give it \{ mayDetachConfiguration: true \}/,
      );
      await assert.rejects(
        async () => await change(db),
        /may detach its configuration "tuned".*It was not begun/,
      );
      assert.equal(sim.writes.length, before);
    }
  });

  Deno.test(`${name} is sent where the server is known to keep the configuration: Trove 26`, async () => {
    const { db } = await configured(26);
    const { id } = await db.instance("copy");
    await change(db);
    await db.instance(id).waitUntil("ready");
    assert.equal((await db.instance(id)).configuration?.name, "tuned");
  });

  Deno.test(`${name} that may detach the configuration says so in the plan, and Trove 23 does`, async () => {
    for (const [release, kept] of [[18, "tuned"], [23, undefined]] as const) {
      const { db } = await configured(release);
      const { id } = await db.instance("copy");
      const chain = change(db, { mayDetachConfiguration: true });
      assert.match(String(await chain.plan()), /sent \(its configuration "tuned" may be detached with it\)/);
      await chain;
      await db.instance(id).waitUntil("ready");
      assert.equal((await db.instance(id)).configuration?.name, kept, `Trove ${release}`);
    }
  });
}

Deno.test("without a configuration nothing is refused, in any release", async () => {
  for (const release of [18, 23, 26] as const) {
    const { db } = await world({ instances: [{ name: "orders" }], release });
    assert.equal((await db.instance("orders").rename("sales")).succeeded.length, 1);
  }
});

Deno.test("a configuration that may have been detached is attached again, and only where it was", async () => {
  for (const [release, attached] of [[18, 0], [23, 1], [26, 0]] as const) {
    const { db, sim } = await configured(release);
    const { id } = await db.instance("copy");
    const before = sim.executions(id).length;
    const report = await db.instance("copy").rename("renamed", { mayDetachConfiguration: true })
      .waitUntil("ready").attachConfiguration("tuned").waitUntil("ready");
    assert.equal(report.failed.length, 0);
    assert.equal((await db.instance("renamed")).configuration?.name, "tuned");
    const done = sim.executions(id).slice(before).map(({ action }) => action);
    assert.deepEqual(done, ["rename", ...attached ? ["attach-configuration"] : []], `Trove ${release}`);
  }
});

Deno.test("attached again without a wait between is judged by what the instance is then", async () => {
  const { db } = await configured(23);
  await db.instance("copy").rename("renamed", { mayDetachConfiguration: true }).attachConfiguration("tuned");
  assert.equal((await db.instance("renamed")).configuration?.name, "tuned");
});

Deno.test("a configuration of a source may come to its replicas, and the plan says so: Trove 26", async () => {
  const { db } = await world({ instances: [{ name: "orders" }], release: 26 });
  await db.createInstance({ name: "copy", replicaOf: "orders" }).waitUntil("ready");
  await db.configurations.create({ ...LATER, name: "tuned" });
  const attach = db.instance("orders").attachConfiguration("tuned").waitUntil("ready");
  assert.match(
    String(await attach.plan()),
    /from Trove 26 on its replica without a configuration will have it too/,
  );
  await attach;
  assert.equal((await db.instance("copy")).configuration?.name, "tuned");
  const detach = db.instance("orders").detachConfiguration().waitUntil("ready");
  assert.match(String(await detach.plan()), /from Trove 26 on it is detached from its replica as well/);
  await detach;
  assert.equal((await db.instance("copy")).configuration, undefined);
});

Deno.test("options of a change mean what they say", async () => {
  const { db } = await world({ instances: [{ name: "orders" }] });
  const wrong = { mayDetachConfiguration: "no" } as never, unknown = { force: true } as never;
  for (const options of [wrong, unknown]) {
    assert.throws(() => db.instance("orders").rename("x", options), /The option is mayDetachConfiguration/);
    assert.throws(() => db.instance("orders").access({ isPublic: true }, options), /Cannot access/);
    assert.throws(() => db.instance("orders").upgrade("8.0.29", options), /Cannot upgrade/);
    assert.throws(() => db.instance("orders").detachReplica(options), /Cannot detachReplica/);
  }
});
