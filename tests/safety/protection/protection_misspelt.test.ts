/** A protection protects, or it is an error. It never silently protects nothing. */
import assert from "node:assert/strict";
import { describe, select, SelectionError } from "../../../lib/engine/mod.ts";
import { isProtected } from "../../../lib/engine/select/protect.ts";
import { output } from "../../../lib/engine/process/output.ts";
import { Farm } from "../../engine/farm.ts";
import { job, jobs } from "../../engine/job.ts";
import { world } from "../../clouds/cloudapi/world.ts";
import { instances, world as trove } from "../../clouds/openstack/trove/world.ts";

/** A user without types, as in `muster do`. */
// deno-lint-ignore no-explicit-any
type Loose = any;

const account = () =>
  world({
    machines: [
      { name: "web-0", state: "running", tags: { type: "web", tier: "front", batch: "a" } },
      { name: "web-1", state: "running", tags: { type: "web", tier: "back", batch: "a" } },
      { name: "db-0", state: "running", tags: { type: "db", tier: "back", batch: "a", keep: true } },
      { name: "Prod-0", state: "running", tags: { type: "db", batch: "b", Owner: "ops", count: 2 } },
    ],
  });

/** The members that are left, and how many each protection keeps. */
async function left(protect: (chain: Loose) => Loose, tags: Loose = undefined) {
  const { dc, sim } = await account();
  const plan = await protect(tags ? dc.machines(tags) : dc.machines().all()).delete().plan();
  assert.ok([...sim.machines()].every((one) => sim.executions(one.id).length === 0));
  return {
    left: plan.members.map(({ name }: Loose) => name).sort(),
    keeps: plan.protections.map(({ keeps }: Loose) => keeps),
  };
}

Deno.test("a plain key protects by the attribute or the tag of its name", async () => {
  assert.deepEqual(await left((all) => all.protect({ type: "web" })), {
    left: ["Prod-0", "db-0"],
    keeps: [2],
  });
  assert.deepEqual(await left((all) => all.protect({ tier: "front" })), {
    left: ["Prod-0", "db-0", "web-1"],
    keeps: [1],
  });
  assert.deepEqual(await left((all) => all.protect({ name: "web-0" })), {
    left: ["Prod-0", "db-0", "web-1"],
    keeps: [1],
  });
  assert.deepEqual(await left((all) => all.protect({ tags: { keep: true } })), {
    left: ["Prod-0", "web-0", "web-1"],
    keeps: [1],
  });
  // The attribute `type` of them all, besides the tag.
  assert.deepEqual((await left((all) => all.protect({ type: /./ }))).left, []);
});

Deno.test("each protection protects, and the plan says how many each keeps, also none", async () => {
  const { dc } = await account();
  const plan = await dc.machines({ batch: "a" }).protect({ tier: "back" }).protect({ name: "nobody" })
    .protect({ keep: true }).delete().plan();
  assert.deepEqual(plan.members.map(({ name }) => name), ["web-0"]);
  const protections = [
    { text: `protect({ tier: "back" })`, keeps: 2 },
    { text: `protect({ name: "nobody" })`, keeps: 0 },
    { text: `protect({ keep: true })`, keeps: 1 },
  ];
  assert.deepEqual(plan.protections, protections);
  assert.deepEqual(plan.toJSON().protections, protections);
  for (const { text, keeps } of protections) {
    assert.ok(String(plan).includes(`${text} keeps ${keeps || "none"}`), String(plan));
  }
});

Deno.test("literals protect without regard to case, blanks, and how a number is written", async () => {
  for (const protect of [{ name: " prod-0" }, { Owner: "OPS" }, { count: "2.0" }, { tags: { count: "2" } }]) {
    const { left: names } = await left((all) => all.protect(protect));
    assert.deepEqual(names, ["db-0", "web-0", "web-1"], JSON.stringify(protect));
  }
});

Deno.test("a name that is neither an attribute nor anybody's tag is an error with the nearest, and nothing is sent", async () => {
  const { dc, sim } = await account();
  const fails = async (protect: Loose, sentence: RegExp) => {
    const chain = (dc.machines({ type: "web" }) as Loose).protect(protect).stop();
    await assert.rejects(chain.run(), (error: Error) => {
      assert.ok(error instanceof SelectionError);
      assert.match(error.message, sentence);
      return true;
    });
  };
  await fails(
    { nmae: "web-0" },
    /^Cannot use protect\(\) with "nmae": it would protect nothing.*Did you mean name\?/,
  );
  await fails({ tags: { keeep: true } }, /with "keeep".*Did you mean keep\?/);
  await fails({ owner: "ops" }, /with "owner".*Did you mean Owner\?/);
  assert.ok([...sim.machines()].every((one) => sim.executions(one.id).length === 0));
  // Somebody else's tag is one all the same: this time there is nobody to keep.
  const { succeeded } = await dc.machines({ type: "web" }).protect({ keep: true }).stop();
  assert.equal(succeeded.length, 2);
});

Deno.test("values that say nothing are errors, at any depth", async () => {
  const { dc } = await account();
  for (const nothing of [undefined, null, "", " ", NaN, [], {}, /(?:)/]) {
    for (
      const protect of [{ name: nothing }, { name: [nothing] }, { tags: { keep: nothing } }, {
        keep: nothing,
      }]
    ) {
      assert.throws(() => (dc.machines() as Loose).protect(protect), SelectionError, Deno.inspect(protect));
    }
  }
  assert.throws(() => dc.machines().protect({}), /it is an empty object/);
  assert.throws(() => dc.machines().protect({ tags: {} }), /tags is an empty object/);
  assert.throws(
    () => (dc.machines() as Loose).protect((one: Loose) => one.name === "web-0"),
    /not a function/,
  );
  assert.throws(() => dc.machines().protect({ state: "runing" }), /Did you mean running\?/);
});

Deno.test("a test that gives no boolean protects nobody and lets nobody be touched", async () => {
  const { dc, sim } = await account();
  const chain = dc.machines({ type: "web" }).protect({ name: (async () => await true) as Loose }).stop();
  await assert.rejects(chain.run(), /the test of name for web-\d gave a promise/);
  assert.ok([...sim.machines()].every((one) => sim.executions(one.id).length === 0));
});

Deno.test("a resource without tags takes its attributes only", async () => {
  const { db } = await trove({ instances: instances(2) });
  assert.throws(
    () => (db.instances() as Loose).protect({ nmae: "staging-0" }),
    /an instance does not have this attribute\. Did you mean name\?/,
  );
  assert.throws(() => (db.backups() as Loose).protect({ nmae: "x" }), SelectionError);
  assert.throws(() => (db.clusters() as Loose).protect({ nmae: "x" }), SelectionError);
  const plan = await db.instances().all().protect({ name: "STAGING-0" }).restart().plan();
  assert.deepEqual(plan.members.map(({ name }) => name), ["staging-1"]);
});

Deno.test("a record protects itself, whatever of it changes", async () => {
  const { dc } = await account();
  const web = await dc.machine("web-0");
  const plan = await dc.machines().all().protect({ ...web, state: "stopped" } as Loose).delete().plan();
  assert.ok(!plan.members.some(({ name }) => name === "web-0"));
  assert.equal(plan.members.length, 3);
});

Deno.test("what is protected is no member by its name or id either", async () => {
  const { dc } = await account();
  const { id } = await dc.machine("db-0");
  for (const which of ["db-0", id]) {
    const plan = await dc.machine(which).protect({ keep: true }).delete().plan();
    assert.deepEqual([plan.members.length, plan.protected.map(({ name }) => name)], [0, ["db-0"]]);
  }
});

Deno.test("where everybody is protected that is said, and not that nothing matches", async () => {
  const { dc } = await account();
  const before = output.notice;
  const lines: string[] = [];
  output.notice = (line) => lines.push(line);
  try {
    await dc.machines({ type: "web" }).protect({ tier: /./ }).delete();
    await dc.machines({ type: "web" }).protect({ name: "nobody" }).stop();
  } finally {
    output.notice = before;
  }
  assert.match(
    lines[0]!,
    /machines\(\{ type: "web" \}\) has no members left: all of its 2 machines are protected$/,
  );
  assert.equal(lines[1], `protect({ name: "nobody" }) protects none of 2 machines`);
});

Deno.test("without fields in the description a protection counts when a record has what it names", async () => {
  const { fields: _, tags: __, ...rest } = job;
  const bare = describe(rest as Loose) as unknown as typeof job;
  const farm = new Farm(3);
  const all = select(bare, { endpoint: farm.handle, handle: "farm()", source: { kind: "list" } })
    .all() as Loose;
  await assert.rejects(all.protect({ ttile: "job-1" }).pause().run(), /Did you mean title\?/);
  assert.deepEqual([...farm.executed.keys()], []);
  const report = await all.protect({ title: "job-1" }).pause();
  assert.equal(report.succeeded.length, 2);
});

Deno.test("a member can be asked again whether it is protected by now", async () => {
  const farm = new Farm(2);
  const plan = await jobs(farm.handle).all().protect({ title: "job-1" }).pause().plan();
  const [member] = plan.members;
  assert.ok(!isProtected(plan.resource, member!.record, plan.guards));
  assert.ok(isProtected(plan.resource, { ...member!.record, title: "Job-1" }, plan.guards));
});
