/**
 * What proves that an action was carried out or undone, or that a wait is in vain; on the made-up resource.
 */
import assert from "node:assert/strict";
import { describe, selectOne } from "../../../lib/engine/mod.ts";
import { leftMark, tookEffect } from "../../../lib/engine/wait/evidence.ts";
import { Farm } from "../farm.ts";
import { job, type JobRecord } from "../job.ts";

/** Jobs with a priority, whose change takes a while and may be undone. */
const description = describe({
  ...job,
  actions: {
    raise: {
      from: ["working"],
      enters: "pausing",
      always: true,
      done: (one: JobRecord, to: number) => one.priority === to,
      happened: (one: JobRecord, to: number) => one.phase === "pausing" || one.priority === to,
      request: ({ id }, _to: number) => ({ method: "POST", path: `/jobs/${id}/pause` }),
    },
  },
  drift: { ...job.drift, pausing: ["paused", "working"] },
  sets: {
    done: {
      states: ["working"],
      holds: (one: JobRecord) => one.pool === "blue",
      stuck: (one: JobRecord) => one.pool === "black" ? "its pool is closed" : undefined,
    },
  },
});

const one = (farm: Farm) => selectOne(description, "j0", { endpoint: farm.handle, handle: "farm" });

/** Raises the job; two seconds after that was accepted it is back at work, as `change` made it. */
function raised(farm: Farm, change: Partial<JobRecord>) {
  const back = () => Object.assign(farm.jobs.get("j0")!, { phase: "working", ...change });
  return one(farm).raise(7).waitUntil("done").run({
    throwOnError: false,
    on: (event) => event.type === "accepted" && void farm.clock.sleep(2000).then(back),
  });
}

Deno.test("an action that was carried out and is so is a success", async () => {
  const report = await raised(new Farm(1, { takes: () => 1e9 }), { priority: 7 });
  assert.equal(report.succeeded.length, 1);
});

Deno.test("an action that was carried out and taken back fails the wait at once", async () => {
  const farm = new Farm(1, { takes: () => 1e9 });
  const report = await raised(farm, {});
  assert.match(
    report.failed[0]!.why,
    /: raise did not take effect\. Its states were working → pausing → working/,
  );
  assert.ok(farm.clock.now() - report.startedAt < 60_000);
});

Deno.test("a member in the wanted state that will not come to hold fails the wait at once, others are waited for", async () => {
  const report = await raised(new Farm(1, { takes: () => 1e9 }), { priority: 7, pool: "black" });
  assert.match(report.failed[0]!.why, /its pool is closed/);

  const other = new Farm(1, { takes: () => 1e9 });
  const waiting = raised(other, { priority: 7, pool: "grey" });
  void other.clock.sleep(60_000).then(() => other.jobs.get("j0")!.pool = "blue");
  assert.equal((await waiting).succeeded.length, 1);
});

Deno.test("a wait that ends by its limit says what it did not see", async () => {
  const never = new Farm(1, { lag: 3_600_000 });
  const report = await selectOne(job, "j0", { endpoint: never.handle, handle: "farm" })
    .promote(5).retry().waitUntil("working", { timeout: "1m" }).run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /Cannot retry job job-0: promote did not show within 2 m/);

  const late = new Farm(1, { lag: 3_600_000 });
  const other = await selectOne(job, "j0", { endpoint: late.handle, handle: "farm" })
    .retry().waitUntil("working", { timeout: "1m" }).run({ throwOnError: false });
  assert.match(
    other.failed[0]!.why,
    /Its states were working, which does not show that retry took effect\. Give waitUntil/,
  );
});

/** Jobs that can be poked: nothing in them shows that, but it changes their mark. */
const pokeable = describe({
  ...job,
  actions: {
    ...job.actions,
    poke: { from: ["working"], request: ({ id }) => ({ method: "POST", path: `/jobs/${id}/poke` }) },
  },
});

Deno.test("what was sent before, and shows in nothing but the mark, is not taken for the reboot", async () => {
  const farm = new Farm(1, { lag: 5_000, turn: 1_000 });
  const send = farm.send.bind(farm);
  const sent: string[] = [];
  farm.send = async (request, options) => {
    const { method, path } = request;
    if (method === "POST") sent.push(`${path.split("/").at(-1)} at ${farm.jobs.get("j0")!.phase}`);
    if (!path.endsWith("/poke")) return await send(request, options);
    options?.on?.({ type: "send", method, path, attempt: 1, at: farm.clock.now() });
    farm.jobs.get("j0")!.touched++;
    return { status: 202, headers: new Headers(), body: undefined };
  };
  const began = farm.clock.now();
  await selectOne(pokeable, "j0", { endpoint: farm.handle, handle: "farm" }).poke().retry().waitUntil(
    "working",
  );
  assert.deepEqual(sent, ["poke at working", "retry at working"]);
  assert.ok(farm.clock.now() - began >= 6_000, `done after ${farm.clock.now() - began} ms`);
});

Deno.test("that a member is gone shows only an action that leads there", () => {
  const gone = { state: "gone", record: undefined, at: 0 };
  const last = (name: string) => ({ name, args: [], before: { state: "paused", mark: 1 }, seen: false });
  assert.equal(tookEffect(job, last("remove"), gone), true);
  assert.equal(tookEffect(job, last("resume"), gone), false);
});

Deno.test("a mark shows a change only where it is known what it was before", () => {
  const record = {
    id: "j0",
    title: "a",
    phase: "working",
    pool: "blue",
    priority: 1,
    touched: 2,
    changed: 0,
  };
  const left = (mark: number | undefined) =>
    leftMark(job, { name: "retry", args: [], before: { state: "working", mark }, seen: false }, {
      state: "working",
      record,
      at: 0,
    });
  assert.deepEqual([left(1), left(2), left(undefined)], [true, false, false]);
});
