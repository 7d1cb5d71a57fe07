/** A chain is a value: its arguments are copied, and later changes of the originals have no effect. */
import assert from "node:assert/strict";
import { all, stateOf } from "../../../lib/engine/mod.ts";
import { Farm } from "../../engine/farm.ts";
import { jobs } from "../../engine/job.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";
import { world as trove } from "../../clouds/openstack/trove/world.ts";

// deno-lint-ignore no-explicit-any
type Loose = any;

Deno.test("one filter object, changed in a loop, gives chains of its own to each turn", async () => {
  const { dc } = await world({
    machines: Array.from({ length: 4 }, (_, index) => ({
      name: `m-${index}`,
      state: "running",
      tags: { type: index < 2 ? "prod" : "test", keep: "no" },
    })),
  });
  const filter: Loose = {}, where: Loose = { name: [] }, protect: Loose = { tags: {} };
  const chains = ["prod", "test"].map((type) => {
    filter.type = type;
    where.name.length = 0;
    where.name.push(type === "prod" ? "m-0" : /^m-[23]$/);
    protect.tags.keep = type;
    return dc.machines(filter).where(where).protect(protect).stop();
  });
  filter.type = where.name = protect.tags = "nothing";
  assert.deepEqual(chains.map(String).map((text) => text.replace(/^.*?\)\./, "")), [
    `machines({ type: "prod" }).where({ name: ["m-0"] }).protect({ tags: { keep: "prod" } }).stop()`,
    `machines({ type: "test" }).where({ name: [/^m-[23]$/] }).protect({ tags: { keep: "test" } }).stop()`,
  ]);
});

Deno.test("tags that are changed after their check are sent as they were checked", async () => {
  const { dc, clock } = await world({ machines: machines(1) });
  const tags: Loose = { owner: "ops" };
  const chain = dc.machines({ type: "test" }).tag(tags);
  tags.owner = { nested: "objects are not taken" };
  tags.account = "somebody-else";
  await chain;
  await clock.sleep(10_000);
  assert.deepEqual((await dc.machine("test-0")).tags, { type: "test", owner: "ops" });
});

Deno.test("a specification is copied, and its getters are asked once", async () => {
  const { dc } = await world({});
  let asked = 0;
  const spec: Loose = {
    get name() {
      return `web-${asked++}`;
    },
    image: "base-64-lts",
    package: "g4-highcpu-1G",
    tags: { owner: "ops" },
  };
  const chain = dc.createMachine(spec);
  spec.tags.owner = "mallory";
  assert.equal(asked, 1);
  const report = await chain;
  assert.deepEqual(report.succeeded.map(({ name }) => name), ["web-0"]);
  assert.equal((await dc.machine("web-0")).tags.owner, "ops");
});

Deno.test("targets, a handle's lists and a run's options are copied", async () => {
  const farm = new Farm(25);
  const targets: Loose = ["paused"];
  const chain = jobs(farm.handle, { pool: "blue" }).pause().waitUntil(targets).remove();
  targets[0] = "gone";
  assert.match(String(chain), /waitUntil\("paused"\)/);
  const options: Loose = { throwOnError: false };
  const run = chain.run(options);
  options.yes = true;
  await assert.rejects(run, /more than was allowed/);
  options.yes = false;
  const together = all(jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused").remove()).run(options);
  options.yes = true;
  await assert.rejects(together, /more than was allowed/);
  assert.deepEqual([...farm.executed.keys()], []);
});

Deno.test("what is given to a request or a group is what is sent, though it is sent later", async () => {
  const { dc, clock } = await world({ machines: machines(1) });
  const { id } = await dc.machine("test-0");
  const body: Loose = { owner: "ops" };
  const asked = dc.request("POST", `/machines/${id}/tags`, { body });
  body.owner = "mallory";
  await asked;
  await clock.sleep(10_000);
  assert.equal((await dc.machine("test-0")).tags.owner, "ops");
  const { db: dbaas } = await trove({});
  const spec: Loose = { name: "mine", datastore: "mysql", values: { max_connections: 100 } };
  const made = dbaas.configurations.create(spec);
  spec.name = "theirs";
  assert.equal((await made).name, "mine");
});

Deno.test("what is copied is frozen, functions are kept, and what has no end is refused", () => {
  const farm = new Farm(1);
  const test = (title: string) => title === "job-0";
  const where: Loose = { title: [test, /a/g, "b"] };
  const { conditions } = stateOf(jobs(farm.handle).where(where)) as Loose;
  const [own] = conditions.where;
  assert.notEqual(own, where);
  assert.equal(own.title[0], test);
  assert.notEqual(own.title[1], where.title[1]);
  assert.ok(Object.isFrozen(own) && Object.isFrozen(own.title));
  const loop: Loose = { title: [] };
  loop.title.push(loop.title);
  assert.throws(
    () => jobs(farm.handle).where(loop),
    /Cannot copy what was given to where\(\): it contains itself/,
  );
  let deep: Loose = "x";
  for (let level = 0; level < 5000; level++) deep = [deep];
  assert.throws(() => jobs(farm.handle).where({ title: deep }), /nested more than 64 levels deep/);
  const seen: string[] = [];
  const proxy = new Proxy({ title: "job-0" } as Loose, {
    get(target, key) {
      seen.push(String(key));
      return target[key];
    },
  });
  String(jobs(farm.handle).where(proxy));
  assert.deepEqual(seen.filter((key) => key === "title"), ["title"]);
});
