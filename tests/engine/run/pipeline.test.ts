/**
 * A member's way through its chain, as events, journal and report show it.
 */
import assert from "node:assert/strict";
import { type PerformContext, type RunEvent, select } from "../../../lib/engine/mod.ts";
import type { Journal } from "../../../lib/engine/run/journal.ts";
import { Farm } from "../farm.ts";
import { job, type JobRecord, type Jobs, jobs } from "../job.ts";

/** A chain of one step that is not an action. */
function poking(farm: Farm, perform: (context: PerformContext<JobRecord>) => Promise<unknown>) {
  const resource = { ...job, steps: { poke: () => ({ name: "poke", label: "poke()", perform }) } };
  const selection = select(resource as unknown as Jobs, {
    endpoint: farm.handle,
    handle: `farm("test")`,
    source: { kind: "list" },
    tags: { pool: "blue" },
  });
  return (selection as unknown as { poke(): ReturnType<typeof selection.pause> }).poke();
}
/** The events of a run, and what it recorded about the ends of its steps. */
async function told(perform: (context: PerformContext<JobRecord>) => Promise<unknown>) {
  const events: RunEvent[] = [], written: string[] = [];
  const journal: Journal = {
    planned: () => Promise.resolve(),
    before: () => Promise.resolve(void written.push("before")),
    after: (_spot, how) => Promise.resolve(void written.push(how)),
    ended: () => Promise.resolve(),
  };
  const report = await poking(new Farm(1), perform).run({
    view: false,
    journal,
    on: (one) => events.push(one),
  });
  return { report, events, written };
}

Deno.test("work on a member is reported as sent and accepted, and its end is written down", async () => {
  const { report, events, written } = await told(() => Promise.resolve("poked"));
  assert.equal(report.members[0]!.fate, "succeeded");
  const about = events.flatMap((one) => "action" in one ? [[one.type, one.action]] : []);
  assert.deepEqual(about, [["sent", "poke"], ["accepted", "poke"]]);
  assert.deepEqual(written, ["before", "performed"]);
});

Deno.test("work that was not needed is reported as skipped, with the reason", async () => {
  const { report, events, written } = await told(({ skip }) => Promise.resolve(skip("it is warm already")));
  assert.equal(report.members[0]!.fate, "skipped");
  const skipped = events.find((one) => one.type === "skipped")!;
  assert.deepEqual([skipped.action, skipped.why, skipped.step], ["poke", "it is warm already", 0]);
  assert.ok(!events.some((one) => one.type === "accepted"));
  assert.deepEqual(written, ["before", "skipped"]);
});

Deno.test("of a member that was not begun nothing is doubtful", async () => {
  const farm = new Farm(0);
  farm.add({ id: "j0", phase: "broken" });
  const report = await jobs(farm.handle, { pool: "blue" }).pause().run({ view: false, throwOnError: false });
  assert.equal(report.failed.length, 1);
  assert.equal(report.members[0]!.doubtful, undefined);
  assert.doesNotMatch(String(report), /it is not known/);
  assert.equal(farm.count("POST"), 0);
});
