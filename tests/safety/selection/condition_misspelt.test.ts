/** A condition that is probably a mistake selects nothing: it is an error before anything is sent. */
import assert from "node:assert/strict";
import { describe, type Fields, select, SelectionError } from "../../../lib/engine/mod.ts";
import { Farm } from "../../engine/farm.ts";
import { job, jobs, oneJob } from "../../engine/job.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";
import { world as trove } from "../../clouds/openstack/trove/world.ts";

// @ts-expect-error: a description that forgets an attribute does not compile
const _forgotten: Fields<{ id: string; memory?: number }> = { id: "text" };

/** A user without types, as in `muster do`. */
// deno-lint-ignore no-explicit-any
type Loose = any;

const refused = (make: () => unknown, sentence: RegExp) =>
  assert.throws(make, (error: Error) => {
    assert.ok(error instanceof SelectionError, String(error));
    assert.match(error.message, sentence);
    return true;
  });

Deno.test("a misspelt attribute is an error that names the nearest, for every resource", async () => {
  const { dc, sim } = await world({ machines: machines(2) });
  const { db: dbaas } = await trove({});
  const farm = new Farm(2);
  refused(
    () => (dc.machines() as Loose).where({ nmae: (name: string) => name !== "prod" }).delete(),
    /^Cannot use where\(\) with nmae: a machine does not have this attribute\. Did you mean name\? To select by a tag with this name, use where\(\{ tags: \{ nmae: … \} \}\)\.$/,
  );
  refused(
    () => (dc.images() as Loose).where({ verison: "1" }),
    /an image does not have this attribute\. Did you mean version\?/,
  );
  refused(() => dc.images({ verison: "1" } as Loose), /Did you mean version\?/);
  refused(
    () => (dbaas.instances() as Loose).where({ state: "ACTIVE" }),
    /an instance does not have this attribute\./,
  );
  refused(() => (dbaas.backups() as Loose).where({ instance: "x" }), /Did you mean instance_id\?/);
  refused(() => (dbaas.clusters() as Loose).where({ naem: "x" }), /Did you mean name\?/);
  refused(() => (jobs(farm.handle) as Loose).where({ pahse: "x" }), /Did you mean phase\?/);
  refused(() => (oneJob(farm.handle, "j1") as Loose).where({ pahse: "x" }), /Did you mean phase\?/);
  for (const list of ["networks", "packages", "volumes"] as const) {
    await assert.rejects(
      (async () => await dc[list]({ nmae: "x" } as Loose))(),
      /does not have this attribute\. Did you mean name\?/,
    );
  }
  assert.equal(sim.requests.entries.length, 0);
  assert.equal(farm.requests.length, 0);
});

Deno.test("names that every object has are not attributes", () => {
  const farm = new Farm(2);
  for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    const where = JSON.parse(`{ "${key}": "x" }`);
    refused(() => jobs(farm.handle).where(where), /a job does not have this attribute/);
  }
  refused(
    () => jobs(farm.handle).where({ __proto__: { pool: "blue" } } as Loose),
    /an object with its own prototype/,
  );
  refused(() => jobs(farm.handle, Object.create({ pool: "blue" })), /an object with its own prototype/);
});

Deno.test("where a description names no attributes, one that no record has is an error, and nothing is done", async () => {
  const { fields: _, ...rest } = job;
  const bare = describe(rest as Omit<typeof job, "fields">);
  const farm = new Farm(3);
  const all = (where: Loose) =>
    select(bare, { endpoint: farm.handle, handle: "farm()", source: { kind: "list" } }).where(where);
  await assert.rejects(
    async () => await all({ ttile: (title: string) => title !== "job-1" }).pause(),
    /Cannot use where\(\) with ttile: a job does not have this attribute\. Did you mean title\?/,
  );
  await assert.rejects(async () => await all({ ttile: () => true }), /Did you mean title\?/);
  assert.deepEqual([...farm.executed.keys()], []);
  assert.equal((await all({ title: "job-1" })).length, 1);
});

Deno.test("a test that gives anything but true or false is an error that says what it gave", async () => {
  const farm = new Farm(3);
  const gives = async (given: (title: string) => unknown, sentence: RegExp) => {
    await assert.rejects(
      async () => await jobs(farm.handle).where({ title: given as Loose }).pause(),
      (error: Error) => error instanceof SelectionError && sentence.test(error.message),
    );
  };
  await gives(
    async () => await Promise.resolve(false),
    /the test of title for job-0 gave a promise, not true or false.*cannot be async/,
  );
  await gives(() => Promise.reject(new Error("late")), /gave a promise/);
  await gives(() => undefined, /gave undefined, not true or false/);
  await gives(() => 1, /gave 1,/);
  await gives(() => "", /gave "",/);
  await gives(
    (title) => (title as Loose).nowhere.length > 1,
    /the test of title for job-0 failed: .*undefined/,
  );
  await assert.rejects(
    async () => await jobs(farm.handle, { pool: () => 1 }).pause(),
    /the test of the tag pool for job-0 gave 1/,
  );
  assert.deepEqual([...farm.executed.keys()], []);
});

Deno.test("a pattern that remembers where it stopped is tested from the start each time", async () => {
  const farm = new Farm(4);
  for (const flags of ["g", "y", "gy"]) {
    const title = new RegExp("job-", flags);
    title.lastIndex = 3;
    const chain = jobs(farm.handle).where({ title });
    title.lastIndex = 4;
    assert.equal(await chain.count(), 4, flags);
    assert.equal(await chain.count(), 4, flags);
    assert.equal(title.lastIndex, 4);
  }
});

Deno.test("values that say nothing are errors, at any depth", async () => {
  const { dc } = await world({ machines: machines(1) });
  const { db: dbaas } = await trove({});
  const where = (conditions: Loose) => () => dc.machines().where(conditions);
  for (
    const nothing of [
      undefined,
      null,
      NaN,
      "",
      "  ",
      [],
      {},
      Symbol("x"),
      new Map(),
      new Date(0),
      /(?:)/,
      Infinity,
    ]
  ) {
    const shown = Deno.inspect(nothing);
    assert.throws(where({ name: nothing }), SelectionError, shown);
    assert.throws(where({ name: ["web", nothing] }), SelectionError, shown);
    assert.throws(where({ tags: { keep: nothing } }), SelectionError, shown);
    assert.throws(where({ image: { id: nothing } }), SelectionError, shown);
    assert.throws(() => dc.machines({ type: nothing }), SelectionError, shown);
    assert.throws(() => dc.machines({ type: ["test", nothing] }), SelectionError, shown);
    assert.throws(
      () => dbaas.instances().where({ datastore: { type: nothing } as Loose }),
      SelectionError,
      shown,
    );
  }
  // deno-lint-ignore no-sparse-arrays
  refused(where({ name: ["web", , "db"] }), /the value of name\[1\] is undefined/);
  refused(where({ tags: {} }), /tags is an empty object/);
  refused(where({ [Symbol("name")]: "x" }), /Symbol\(name\)/);
  refused(where(new Map([["name", "x"]])), /not a Map/);
  refused(where([{ name: "x" }]), /not a list/);
  refused(where("web"), /not "web"/);
});

Deno.test("a value that no record can have there is an error", async () => {
  const { dc } = await world({ machines: machines(1) });
  const { db: dbaas } = await trove({});
  const where = (conditions: Loose) => () => dc.machines().where(conditions);
  refused(where({ state: "runing" }), /a machine has no state "runing"\. Did you mean running\?/);
  refused(where({ state: ["stopped", "Running"] }), /no state "Running"\. Did you mean running\?/);
  refused(
    () => dbaas.instances().where({ status: "active" as Loose }),
    /no state "active"\. Did you mean ACTIVE\?/,
  );
  refused(where({ memory: "1GB" }), /memory is a number, never "1GB"/);
  refused(where({ docker: "yes" }), /docker is true or false, never "yes"/);
  refused(where({ metadata: "x" }), /metadata is an object, never "x"/);
  refused(where({ nics: "net0" }), /nics is a list of objects/);
  refused(where({ tags: "keep" }), /tags is an object of tags/);
  assert.throws(() => dc.volumes({ state: "redy" }), /a volume has no state "redy"\. Did you mean ready\?/);
  where({ memory: "1024", docker: "false", state: /^run/ })();
});

Deno.test("what the server leaves out of a record is false where it is yes or no", async () => {
  const { dc } = await world({
    machines: [{ name: "plain", state: "running" }, { name: "ship", state: "running", docker: true }],
  } as Loose);
  const names = async (conditions: Loose) => (await dc.machines().where(conditions)).map(({ name }) => name);
  assert.deepEqual(await names({ docker: false }), ["plain"]);
  assert.deepEqual(await names({ docker: (is: boolean) => !is }), ["plain"]);
  assert.deepEqual(await names({ docker: true }), ["ship"]);
  assert.equal((await names({ firewall_enabled: false, deletion_protection: false })).length, 2);
  const networks = await dc.networks({ fabric: false });
  assert.ok(networks.length > 0 && networks.every(({ fabric }) => !fabric));
});

Deno.test("part of an object, or the id of another thing, is a condition", async () => {
  const { db: dbaas } = await trove({});
  const all = await dbaas.instances();
  const mysql = await dbaas.instances().where({ datastore: { type: "mysql" } as Loose });
  assert.deepEqual(
    mysql.map(({ id }) => id),
    all.filter(({ datastore }) => datastore.type === "mysql").map(({ id }) => id),
  );
  const [first] = all;
  if (first) {
    const same = await dbaas.instances().where({ flavor: first.flavor });
    assert.deepEqual(same.length, all.filter(({ flavor }) => flavor.id === first.flavor.id).length);
    assert.equal(await dbaas.instances().where({ datastore: { tpye: () => true } as Loose }).count(), 0);
  }
});

Deno.test("more values than are taken are an error, as they would be ignored", async () => {
  const { dc } = await world({ machines: machines(1) });
  const { db: dbaas } = await trove({});
  assert.throws(() => (dc as Loose).machines({ type: "test" }, { state: "running" }), /it takes one value/);
  assert.throws(
    () => (dc.machines() as Loose).where({ name: "a" }, { state: "running" }),
    /it takes one value/,
  );
  assert.throws(() => (dc.machines() as Loose).protect({ name: "a" }, { name: "b" }), /it takes one value/);
  assert.throws(() => (dbaas as Loose).instances({ status: "ERROR" }), /it takes nothing/);
});

Deno.test("a name in a list that nothing has is told of, as it may be misspelt, also another thing's", async () => {
  const { dc } = await world({
    machines: [
      { name: "web-0", state: "running", tags: { type: "test" } },
      { name: "web-1", state: "running", tags: { type: "test" } },
    ],
  });
  const remarks = async (chain: Loose) => (await chain.stop().plan()).remarks;
  const all = dc.machines({ type: ["test", "tset"] });
  assert.deepEqual(await remarks(all), [`none of the selected members has the tag type "tset"`]);
  assert.deepEqual(await remarks(dc.machines().where({ name: ["web-0", "wbe-1"] })), [
    `none of the selected members has the name "wbe-1"`,
  ]);
  const { image } = await dc.machine("web-0");
  const plan = await dc.machines().where({ image: [image, "debian-12"] }).stop().plan();
  assert.deepEqual(plan.remarks, [`none of the selected members has the image "debian-12"`]);
  assert.ok(String(plan).includes(plan.remarks[0]!));
  assert.deepEqual(await remarks(dc.machines().where({ name: ["web-0", "web-1"] })), []);
});
