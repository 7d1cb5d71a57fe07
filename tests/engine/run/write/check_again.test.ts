/**
 * What is expected of a record because of what the chain has done to its member.
 */
import assert from "node:assert/strict";
import { outlookOf } from "../../../../lib/engine/run/write/check_again.ts";
import { Member } from "../../../../lib/engine/run/member.ts";
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
