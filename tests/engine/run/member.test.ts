/**
 * What a member takes over from earlier chains of its run.
 */
import assert from "node:assert/strict";
import { Member } from "../../../lib/engine/run/member.ts";
import { job } from "../job.ts";

Deno.test("a member that goes on from several chains has each state once on its way", () => {
  const planned = { id: "j0", name: "a", state: "working", record: {}, predictions: [] };
  const at = (state: string, plan: number) => {
    const member = new Member(job, planned, 0, plan, plan);
    member.saw({ state, record: undefined, at: plan } as never);
    return member;
  };
  const member = new Member(job, planned, 0, 3, 3);
  member.follow(at("paused", 1), "the first");
  member.follow(at("paused", 2), "the second");
  assert.equal(member.way(), "working → paused");
  member.follow(at("working", 3), "the third");
  assert.equal(member.way(), "working → paused → working");
});
