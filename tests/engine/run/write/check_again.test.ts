/**
 * The expected record after the chain's own actions.
 */
import assert from "node:assert/strict";
import { checkAgain, outlookOf, ownFields } from "../../../../lib/engine/run/write/check_again.ts";
import { Member } from "../../../../lib/engine/run/member.ts";
import type { Step } from "../../../../lib/engine/resource/steps.ts";
import type { RunContext } from "../../../../lib/engine/run/run_context.ts";
import { job } from "../../job.ts";

const resource = {
  ...job,
  actions: {
    ...job.actions,
    move: { ...job.actions.promote, makes: (_one: object, pool: string) => ({ pool }) },
  },
};
const run = { plan: { resource } } as unknown as RunContext;
const RED = ["red"], GREY = ["grey"];

/** The pool that is expected after a move was accepted at a time, where the record was read at 100. */
function expected(
  at: number,
  { stale, unproven = [] }: { stale: boolean; unproven?: readonly [string, unknown[]][] },
) {
  const record = {
    id: "j0",
    title: "a",
    phase: "working",
    pool: "blue",
    priority: 1,
    touched: 0,
    changed: 0,
  };
  const planned = { id: "j0", name: "a", state: "working", record, predictions: [] };
  const member = new Member(job, planned, 0, 0, 100);
  member.stale = stale;
  member.deeds.push({ name: "move", args: RED, at });
  member.unproven = unproven.map(([name, args]) => ({
    name,
    args,
    before: { state: "working", mark: 0 },
    seen: false,
  }));
  return (outlookOf(run, member).of(record) as typeof record).pool;
}

Deno.test("what was sent when the record was read, or after that, is expected of it; what was sent before is in it", () => {
  assert.equal(expected(99, { stale: true }), "blue");
  assert.equal(expected(100, { stale: true }), "red");
  assert.equal(expected(101, { stale: true }), "red");
  assert.equal(expected(101, { stale: false }), "blue", "it was read since");
});

Deno.test("what was sent and does not show is expected still; of another action, or other arguments, nothing follows", () => {
  assert.equal(expected(50, { stale: false, unproven: [["move", RED]] }), "red");
  assert.equal(expected(50, { stale: false, unproven: [["move", GREY]] }), "blue");
  assert.equal(expected(50, { stale: false, unproven: [["promote", RED]] }), "blue");
});

/** Checks a removal again, for a member that was selected by its state and its pool, and was read since. */
function checked(now: { phase?: string; pool?: string }, startAt = 0) {
  const record = {
    id: "j0",
    title: "a",
    phase: "working",
    pool: "blue",
    priority: 1,
    touched: 0,
    changed: 0,
  };
  const planned = { id: "j0", name: "a", state: "working", record, predictions: [], startAt };
  const member = new Member(job, planned, 0, 0, 100);
  member.record = { ...record, touched: 1, ...now };
  const steps = startAt > 0 ? ["pause", "remove"] : ["remove"];
  const plan = {
    resource: job,
    steps: steps.map((name) => ({ kind: "action", name, args: [] })),
    conditions: { tags: {}, where: [{ phase: "working", pool: "blue" }] },
    guards: [],
    which: undefined,
    selection: "jobs()",
  };
  const run = { plan, clock: { now: () => 200 } } as unknown as RunContext;
  return checkAgain(run, member, { kind: "action", name: "remove", args: [] }, startAt);
}

Deno.test("what no longer matches when it was read again is not destroyed", async () => {
  await checked({});
  const refused = /it no longer matches the selection jobs\(\)\. It was not destroyed\. Plan again\./;
  await assert.rejects(checked({ phase: "broken" }), refused);
  await assert.rejects(checked({ pool: "red" }), refused);
});

Deno.test("of a run that was taken up the chain's own changes are no reason, and those of others are", async () => {
  await checked({ phase: "paused" }, 1);
  await assert.rejects(checked({ phase: "paused", pool: "red" }, 1), /it no longer matches the selection/);
});

Deno.test("where a chain waits for its members their state is its own; where it only meets them nothing is", () => {
  const record = {
    id: "j0",
    title: "a",
    phase: "working",
    pool: "blue",
    priority: 1,
    touched: 0,
    changed: 0,
  };
  const own = (step: Step) => [...ownFields({ resource: job, steps: [step] }, { record }, 1)];
  assert.deepEqual(own({ kind: "wait", until: true, targets: ["paused"], timeout: 1, every: undefined }), [
    "phase",
  ]);
  assert.deepEqual(own({ kind: "barrier", ifFailed: "hold" }), []);
  assert.deepEqual(own({ kind: "action", name: "pause", args: [] }), ["phase", "touched"]);
});
