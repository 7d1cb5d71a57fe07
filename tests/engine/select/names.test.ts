/** Names of other things in conditions, things read of one member, and work besides the API, on the made-up resource. */
import assert from "node:assert/strict";
import {
  describe,
  MusterError,
  select,
  SelectionError,
  selectOne,
  stateOf,
} from "../../../lib/engine/mod.ts";
import type { Performance, Subject } from "../../../lib/engine/mod.ts";
import { Farm } from "../farm.ts";
import { job, type JobRecord, jobs } from "../job.ts";

let resolutions = 0;

/** The made-up resource, where pools have names besides their colours, and jobs go by `title#priority` too. */
const named = describe({
  ...job,
  names: (one: JobRecord) => [one.title, `${one.title}#${one.priority}`],
  prefer: (found: readonly JobRecord[]) => found.toSorted((a, b) => b.priority - a.priority)[0],
  async conditions(endpoint, where) {
    if (typeof where.pool !== "string") return where;
    resolutions++;
    await endpoint.send({ method: "GET", path: "/jobs", query: { pools: true } });
    return { ...where, pool: where.pool === "sea" ? ["blue", "green"] : where.pool };
  },
  actions: {
    ...job.actions,
    describe: {
      from: ["working"],
      done: (one: JobRecord, text: string) => one.title === text,
      label: () => "describe(…)",
      request: ({ id }: { id: string }, title: string) => ({
        method: "PUT",
        path: `/jobs/${id}`,
        body: { title },
      }),
    },
  },
  steps: {
    /** Cleans up, unless there is nothing to clean up. */
    clean: (want: "skip" | "do"): Performance<JobRecord> => ({
      name: "clean",
      label: "clean()",
      destructive: true,
      async perform({ send, skip, doubt, member }) {
        if (want === "skip") return skip("it is clean");
        await send({ method: "GET", path: `/jobs/${member.id}` });
        return { doubt };
      },
    }),
  },
  reads: {
    weight: async (subject: Subject<JobRecord>, factor: number = 1) =>
      (await subject.record()).priority * factor,
    number: (subject: Subject<JobRecord>) => Promise.resolve(Number(subject.id.slice(1))),
    /** Also a step. */
    promote: async (subject: Subject<JobRecord>) => (await subject.record()).priority,
  },
});

const from = (farm: Farm) => ({ endpoint: farm.handle, handle: `farm("test")` });
const all = (farm: Farm) => select(named, { ...from(farm), source: { kind: "list" } });
const one = (farm: Farm, which: string) => selectOne(named, which, from(farm));

Deno.test("a name in a condition is resolved once per run and decides by what records hold", async () => {
  const farm = new Farm(3);
  farm.add({ id: "j7", pool: "green" });
  farm.add({ id: "j8", pool: "red" });
  resolutions = 0;
  const report = await all(farm).where({ pool: "sea" }).pause();
  assert.deepEqual(report.members.map((member) => member.id), ["j0", "j1", "j2", "j7"]);
  assert.equal(resolutions, 1);
  assert.equal(report.requests.total, farm.requests.length, "the requests it took are counted");
  assert.equal((await all(farm).where({ pool: "sea" })).length, 4);
  assert.match(report.chain, /pool: "sea"/, "the report shows what was written");
});

Deno.test("two conditions that ask the same ask the server once", async () => {
  const farm = new Farm(1);
  await all(farm).where({ pool: "sea" }).protect({ pool: "red" }).pause();
  assert.equal(farm.requests.filter((request) => request.query?.pools).length, 1);
});

Deno.test("what protect() names is resolved too", async () => {
  const farm = new Farm(2);
  farm.add({ id: "j8", pool: "red" });
  const report = await all(farm).where({ id: /./ }).protect({ pool: "sea" }).pause();
  assert.deepEqual(report.members.map((member) => member.id), ["j8"]);
});

Deno.test("the record of another thing stands for its id, alone and in a list", async () => {
  const farm = new Farm(4);
  const records = await all(farm).where({ id: { id: "j2", name: "a record" } });
  assert.deepEqual(records.map((record) => record.id), ["j2"]);
  assert.equal((await all(farm).where({ id: [{ id: "j1" }, "j3"] })).length, 2);
  assert.match(String(all(farm).where({ id: { id: "j2", name: "two" } })), /id: two/);
});

Deno.test("a thing is found by each of its names; of several the preferred one is read, but nothing is done to it", async () => {
  const farm = new Farm(0);
  farm.add({ id: "j1", title: "twin", priority: 1 });
  farm.add({ id: "j2", title: "twin", priority: 5 });
  assert.equal((await one(farm, "twin#1")).id, "j1");
  assert.equal((await one(farm, "twin")).id, "j2");
  await assert.rejects(one(farm, "twin").pause().run(), (error: Error) => {
    assert.ok(error instanceof SelectionError);
    assert.match(error.message, /2 have the name "twin": twin#1 \(j1, working\), twin#5 \(j2, working\)/);
    return true;
  });
  assert.equal(farm.count("POST"), 0);
  assert.equal((await one(farm, "twin#1").pause()).succeeded.length, 1);
});

Deno.test("a name that nothing has is answered with those that come near", async () => {
  const farm = new Farm(2);
  await assert.rejects(
    Promise.resolve(one(farm, "job-9")),
    /none has this name: "job-9"; there are job-0, job-1/,
  );
});

Deno.test("what can be read of one member takes no more requests than it needs", async () => {
  const farm = new Farm(3);
  assert.equal(await one(farm, "j2").number(), 2);
  assert.equal(farm.requests.length, 0, "its id was given");
  assert.equal(await one(farm, "j2").weight(10), 10);
  assert.equal(farm.requests.length, 1);
  assert.equal(await one(farm, "job-1").number(), 1);
});

Deno.test("what is both a step and readable is a step once it is told anything", async () => {
  const farm = new Farm(1);
  assert.equal(await one(farm, "j0").promote(), 1);
  const report = await one(farm, "j0").promote(4);
  assert.equal(report.succeeded.length, 1);
  assert.equal(await one(farm, "j0").promote(), 4);
});

Deno.test("reading of many, or in the middle of a chain, is refused", async () => {
  const farm = new Farm(1);
  const many = all(farm) as unknown as { weight(): Promise<number> };
  await assert.rejects(many.weight(), MusterError);
  assert.equal(farm.requests.length, 0);
});

Deno.test("a change taken back in the same chain is sent, though the record read before looks like it", async () => {
  const farm = new Farm(1, { lag: 3000 });
  const chain = jobs(farm.handle, { pool: "blue" }).promote(5).promote(1).waitUntil("working");
  const plan = await chain.plan();
  assert.deepEqual(plan.members[0]!.predictions.map((one) => one.verdict), ["send", "send", "wait"]);
  const report = await chain;
  assert.ok(report.duration < 20_000, "the wait ends though nobody ever sees the first of the two");
  assert.deepEqual(farm.executed.get("j0"), ["promote", "promote"]);
  assert.equal(farm.jobs.get("j0")!.priority, 1);
  const again = await jobs(farm.handle, { pool: "blue" }).promote(1);
  assert.equal(again.skipped.length, 1);
});

Deno.test("an argument that may be a secret is in no text of the chain", async () => {
  const farm = new Farm(1);
  const chain = one(farm, "j0").describe("hunter2");
  const plan = await chain.plan();
  const report = await chain;
  for (
    const text of [String(chain), Deno.inspect(chain), String(plan), JSON.stringify(plan), String(report)]
  ) {
    assert.ok(!text.includes("hunter2"), text);
  }
  assert.match(String(chain), /describe\(…\)/);
});

Deno.test("work that cannot be undone is guarded by rails like an action, and may say that nothing was to be done", async () => {
  const farm = new Farm(25);
  await assert.rejects(all(farm).where({ id: /./ }).clean("do").run(), /clean 25 jobs/);
  assert.equal(farm.requests.filter((request) => request.path !== "/jobs").length, 0);
  const report = await all(farm).where({ id: ["j1", "j2"] }).clean("skip");
  assert.deepEqual(report.skipped.map((member) => member.why), ["it is clean", "it is clean"]);
  const done = await one(farm, "j3").clean("do");
  assert.deepEqual(done.members[0]!.output, [{ doubt: false }]);
  assert.equal(done.members[0]!.requests, 1, "its requests are the member's");
  assert.equal(stateOf(one(farm, "j3").clean("do")).steps.length, 1);
});

Deno.test("where no name comes near, a short list is said whole, and of a long one nothing", async () => {
  const said = async (farm: Farm) =>
    String(await Promise.resolve(one(farm, "xylophone")).then(() => "", (error: Error) => error.message));
  assert.match(await said(new Farm(2)), /: "xylophone"; there are job-0, job-1$/);
  assert.match(await said(new Farm(40)), /: "xylophone"$/);
});
