import assert from "node:assert/strict";
import { ConfirmationRequiredError } from "../../../lib/muster.ts";
import { allOf, couldDestroy, NOTHING } from "../../../lib/engine/plan/consent/consent.ts";
import { doPlan } from "../../../lib/engine/run/pipeline.ts";
import { Farm } from "../../engine/farm.ts";
import { jobs } from "../../engine/job.ts";

const shared = () => ({
  signal: new AbortController().signal,
  emit: () => {},
  counts: { total: 0, writes: 0, polls: 0, retried: 0, refused: 0 },
  journal: undefined,
  reservations: [],
});

Deno.test("a destructive write of a member or a step that the consent does not hold is never sent", async () => {
  const farm = new Farm(6);
  const plan = await jobs(farm.handle).all().pause().waitUntil("paused").remove().plan();
  const all = allOf(plan, "yes", "run");
  const some = { ...all, steps: new Map([[2, new Set([1, 4])]]) };
  const report = await doPlan(plan, 0, { ...shared(), consent: [some] });
  assert.deepEqual(report.succeeded.map(({ name }) => name), ["job-1", "job-4"]);
  assert.equal(farm.count("DELETE"), 2);
  const { error, why } = report.failed[0]!;
  assert.ok(error instanceof ConfirmationRequiredError);
  assert.match(why, /Cannot remove job job-0: this run is not allowed to destroy it/);

  const other = new Farm(3);
  const whole = await jobs(other.handle).all().pause().waitUntil("paused").remove().plan();
  await doPlan(whole, 0, { ...shared(), consent: [NOTHING] });
  await doPlan(whole, 0, { ...shared(), consent: [{ ...all, steps: new Map([[0, new Set([0, 1, 2])]]) }] });
  assert.equal(other.count("DELETE"), 0);
});

Deno.test("what is predicted to be refused, skipped or not reached counts: the world changes before the deed", async () => {
  const farm = new Farm(0);
  // Working ones are refused, and the others are skipped or not reached at all.
  for (let n = 0; n < 30; n++) farm.add({ id: `j${n}`, phase: n % 2 ? "working" : "lost" });
  const plan = await jobs(farm.handle).all().remove().plan();
  assert.equal(plan.writes, 0);
  assert.equal(plan.destroyed, 30);
  assert.equal(couldDestroy(plan).get(0)!.size, 30);
  assert.match(String(plan), /could destroy 30 jobs/);
  await assert.rejects(jobs(farm.handle).all().remove().run({ view: false }), ConfirmationRequiredError);
  await assert.rejects(jobs(farm.handle).remove().run({ view: false }), /has no condition, so it means all/);
  assert.equal(farm.count("DELETE"), 0);
});
