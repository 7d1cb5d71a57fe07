/** A change by name is made to the only member of that name, or to none: all members of that name are considered. */
import assert from "node:assert/strict";
import { SelectionError } from "../../../lib/engine/mod.ts";
import { Farm } from "../../engine/farm.ts";
import { oneJob } from "../../engine/job.ts";
import { world } from "../../clouds/cloudapi/world.ts";
import { instances, world as trove } from "../../clouds/openstack/trove/world.ts";

const ambiguous = (sentence: RegExp) => (error: Error) => {
  assert.ok(error instanceof SelectionError, String(error));
  assert.match(error.message, sentence);
  return true;
};

Deno.test("an image's name with a version that is disabled is several: nothing is deleted, and all are named", async () => {
  const { dc, sim } = await world();
  const [mine] = sim.world.images;
  const make = (version: string, state: string, id: string) =>
    sim.world.images.push({ ...mine!, id, name: "debian", version, state: state as "active" });
  make("1", "active", "11111111-1111-4111-8111-111111111111");
  const only = await dc.image("debian").delete().plan();
  assert.equal(only.members.length, 1);
  for (const [state, id] of [["disabled", "2"], ["unactivated", "3"], ["failed", "4"], ["creating", "5"]]) {
    const before = sim.world.images.length;
    make("2", state!, `${id}${"2222222-2222-4222-8222-222222222222"}`);
    await assert.rejects(
      dc.image("debian").delete().run(),
      ambiguous(
        new RegExp(
          `is meant: 2 have the name "debian": debian@1 \\(1.*, active\\), debian@2 \\(.*, ${state}\\)\\. Give its id\\.`,
        ),
      ),
      state,
    );
    // To read one, one is chosen.
    assert.equal((await dc.image("debian")).version, "1", state);
    assert.equal((await dc.image("debian@1").delete().plan()).members.length, 1);
    sim.world.images.length = before;
  }
  assert.equal(sim.writes.length, 0);
});

Deno.test("a machine whose failed namesake no usual list shows is not acted on by its name", async () => {
  const { dc, sim } = await world({
    machines: [
      { name: "web", state: "running" },
      { name: "web", state: "failed" },
      { name: "web-1", state: "running" },
      { name: "db", state: "running" },
      { name: "db", state: "deleted" },
    ],
  });
  await assert.rejects(
    dc.machine("web").stop().run(),
    ambiguous(/is meant: 2 have the name "web": .*\((running|failed)\), .*\((running|failed)\)/),
  );
  // Names that only begin like this are others, and a deleted one does not count.
  assert.deepEqual((await dc.machine("db").stop().plan()).members.map(({ name }) => name), ["db"]);
  assert.equal((await dc.machine("web")).state, "running");
  assert.ok([...sim.machines()].every((one) => sim.executions(one.id).length === 0));
});

Deno.test("an instance whose namesake is a cluster's is not acted on by its name", async () => {
  const { db, sim } = await trove({ clusters: true, instances: [{ name: "ring-member-1" }] });
  const size = { flavor: "m1.tiny", volume: 1 };
  await db.createCluster({ name: "ring", datastore: "cassandra", instances: [size, size, size] }).waitUntil(
    "ready",
  );
  assert.equal(sim.instances().filter(({ name }) => name === "ring-member-1").length, 2);
  await assert.rejects(db.instance("ring-member-1").delete().run(), ambiguous(/is meant: 2 have the name/));
  assert.equal(sim.instances().length, 4);
});

Deno.test("instances and backups of one name, on whatever page, are not acted on by it", async () => {
  const many = [{ name: "twin" }, ...instances(30), { name: "twin" }];
  const { db, sim } = await trove({ instances: many });
  await assert.rejects(db.instance("twin").restart().run(), ambiguous(/is meant: 2 have the name "twin"/));
  const made = { instance: "staging-0", name: "nightly" };
  await db.createBackup(made).waitUntil("COMPLETED");
  await db.createBackup({ ...made, instance: "staging-1" }).waitUntil("COMPLETED");
  await assert.rejects(db.backup("nightly").delete().run(), ambiguous(/is meant: 2 have the name "nightly"/));
  assert.equal(sim.instances().length, 32);
  assert.equal(await db.backups().count(), 2);
});

Deno.test("a name that looks like an id is found, where nothing has that id", async () => {
  const name = "550e8400-e29b-41d4-a716-446655440000";
  const { db } = await trove({ instances: [{ name }, ...instances(1)] });
  const plan = await db.instance(name).restart().plan();
  assert.deepEqual(plan.members.map((one) => one.name), [name]);
  assert.notEqual(plan.members[0]!.id, name);
  assert.equal((await db.instance(name)).name, name);
  assert.ok(Array.isArray(await db.instance(name).databases()));
  await assert.rejects(
    db.instance("550e8400-e29b-41d4-a716-446655440001").delete().run(),
    ambiguous(/none has this id or name/),
  );
});

Deno.test("where one has the id and another has it as its name, the id counts, and two of the name are told of", async () => {
  const farm = new Farm(2);
  farm.add({ id: "j7", title: "j1" });
  assert.deepEqual((await oneJob(farm.handle, "j1").pause().plan()).members.map(({ id }) => id), ["j1"]);
  farm.add({ id: "j8", title: "j9" });
  assert.deepEqual((await oneJob(farm.handle, "j9").pause().plan()).members.map(({ id }) => id), ["j8"]);
  farm.add({ id: "j10", title: "j9" });
  farm.jobs.delete("j9");
  await assert.rejects(oneJob(farm.handle, "j9").pause().run(), ambiguous(/j8 \(working\), j10 \(working\)/));
  assert.deepEqual([...farm.executed.keys()], []);
});
