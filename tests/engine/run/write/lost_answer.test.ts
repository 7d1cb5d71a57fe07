/**
 * What became of an action whose answer was lost, and whether it is sent again.
 */
import assert from "node:assert/strict";
import { selectOne } from "../../../../lib/engine/mod.ts";
import { fileJournal } from "../../../../lib/engine/journal/file_journal.ts";
import { resumeJournal } from "../../../../lib/engine/journal/resume.ts";
import { resolveLostAnswer } from "../../../../lib/engine/run/write/lost_answer.ts";
import { Member } from "../../../../lib/engine/run/member.ts";
import type { RunContext } from "../../../../lib/engine/run/run_context.ts";
import { Farm, type FarmOptions } from "../../farm.ts";
import { job, type JobRecord, type Jobs } from "../../job.ts";

const { pause, retry } = job.actions;

/** Pauses the one job of a farm, by an action that is described like this. */
function pausing(farm: Farm, action: object) {
  const resource = { ...job, actions: { ...job.actions, pause: { ...pause, ...action } } };
  return selectOne(resource as unknown as Jobs, "j0", { endpoint: farm.handle, handle: "farm" }).pause()
    .run({ view: false, throwOnError: false });
}
const dropping: FarmOptions["fault"] = ({ method }) => method === "GET" ? undefined : "drop";

Deno.test("what was lost and leads for good out of where it may be sent is sent again; what may be done anew is not", async () => {
  const sendings = async (action: object) => {
    const farm = new Farm(1, { fault: dropping });
    const report = await pausing(farm, action);
    assert.equal(report.failed.length, 1);
    return farm.count("POST");
  };
  assert.equal(await sendings({}), 5);
  assert.equal(await sendings({ always: true }), 1);
  assert.equal(await sendings({ happened: (one: JobRecord) => one.phase === "paused" }), 1);
  assert.equal(await sendings({ repeatable: false }), 1);
});

Deno.test("where a member is in a state that the action leads through it is given half a minute, whoever led it there", async () => {
  const sent: number[] = [];
  const farm: Farm = new Farm(1, {
    fault(request, one) {
      if (request.method === "GET") return;
      sent.push(farm.clock.now());
      one!.phase = "queued";
      return "drop";
    },
  });
  await pausing(farm, { repeatable: true, from: ["working", "queued"], via: ["queued"] });
  const between = sent[1]! - sent[0]!;
  assert.ok(between >= 30_000 && between < 32_000, `sent again after ${between} ms`);
});

Deno.test("a reboot that an earlier process sent long ago, and that left no mark, was not carried out: it is sent again", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/run.jsonl`;
    let lost = true;
    const farm = new Farm(1, { fault: (request, one) => lost ? dropping(request, one) : undefined });
    const stop = new AbortController();
    void farm.clock.sleep(20_000).then(() => stop.abort());
    await selectOne(job, "j0", { endpoint: farm.handle, handle: "farm" }).retry().waitUntil("working")
      .run({ view: false, throwOnError: false, journal: fileJournal(path), signal: stop.signal });
    lost = false;
    await farm.clock.sleep(20 * 60_000);
    const find = () => Promise.resolve({ endpoint: farm, resource: job });
    const report = await resumeJournal(path, find, { view: false, throwOnError: false });
    assert.deepEqual(report.failed.map(({ why }) => why), []);
    assert.deepEqual(farm.executed.get("j0"), ["retry"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a run that is stopped while the audit is read is stopped, and does not end in doubt", async () => {
  const stop = new AbortController();
  const read = () => {
    stop.abort(new Error("enough"));
    return Promise.reject(stop.signal.reason);
  };
  const now = 1_000_000;
  const run = {
    plan: { endpoint: {}, resource: { ...job, actions: { retry }, audit: { of: ["retry"], read } } },
    clock: { now: () => now },
    signal: stop.signal,
    wire: () => () => {},
  } as unknown as RunContext;
  const member = new Member(
    job,
    { id: "j0", name: "a", state: "working", record: {}, predictions: [] },
    0,
    0,
    now,
  );
  const step = { kind: "action", name: "retry", args: [] } as const;
  const before = { state: "working", mark: 0 };
  await assert.rejects(resolveLostAnswer(run, member, step, 0, before, 0, true), /enough/);
});

Deno.test("a lost write that shows in a field is looked for soon, though a feed tells of the states", async () => {
  const farm = new Farm(3, {
    takes: () => 1_000,
    push: (change, pass) => (change.record as JobRecord).priority === 1 && pass(change),
    fault: ({ method }) => method === "PUT" ? "lose" : undefined,
  });
  const one = (id: string) => selectOne(job, id, { endpoint: farm.handle, handle: "farm" });
  const other = one("j2").waitUntil("gone", { timeout: 60_000 }).run({ view: false, throwOnError: false });
  await one("j1").pause().waitUntil("paused"); // from now on the feed is relied on
  const report = await one("j0").promote(7).run({ view: false });
  assert.equal(farm.count("PUT"), 1);
  assert.ok(report.duration < 5_000, `${report.duration} ms`);
  await other;
});
