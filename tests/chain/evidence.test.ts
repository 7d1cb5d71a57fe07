/**
 * What shows that an action was carried out, was taken back, or that a wait is in vain; on the made-up resource.
 */
import assert from "node:assert/strict";
import { describe, selectOne } from "../../lib/chain/mod.ts";
import { Farm } from "./farm.ts";
import { job, type JobRecord } from "./job.ts";

/** Jobs that can be given a priority, which takes a while and may be taken back. */
const description = describe({
  ...job,
  actions: {
    raise: {
      from: ["working"],
      enters: "pausing",
      always: true,
      done: (one: JobRecord, to: number) => one.priority === to,
      happened: (_before, one: JobRecord, to: number) => one.phase === "pausing" || one.priority === to,
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

/** A job that is back at work after so many ms, as `change` made it. */
function back(farm: Farm, change: Partial<JobRecord>) {
  void farm.clock.sleep(2000).then(() =>
    Object.assign(farm.jobs.get("j0")!, { phase: "working", ...change })
  );
}

Deno.test("an action that was carried out and is so is a success", async () => {
  const farm = new Farm(1, { takes: () => 1e9 });
  back(farm, { priority: 7 });
  const report = await one(farm).raise(7).waitUntil("done");
  assert.equal(report.succeeded.length, 1);
});

Deno.test("an action that was carried out and taken back fails the wait at once", async () => {
  const farm = new Farm(1, { takes: () => 1e9 });
  back(farm, {});
  const report = await one(farm).raise(7).waitUntil("done").run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /as raise did not take: it went working → pausing → working/);
  assert.ok(farm.clock.now() - report.startedAt < 60_000);
});

Deno.test("a member in the wanted state that will not come to hold fails the wait at once, others are waited for", async () => {
  const farm = new Farm(1, { takes: () => 1e9 });
  back(farm, { priority: 7, pool: "black" });
  const report = await one(farm).raise(7).waitUntil("done").run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /its pool is closed/);

  const other = new Farm(1, { takes: () => 1e9 });
  back(other, { priority: 7, pool: "grey" });
  void other.clock.sleep(20_000).then(() => other.jobs.get("j0")!.pool = "blue");
  assert.equal((await one(other).raise(7).waitUntil("done")).succeeded.length, 1);
});
