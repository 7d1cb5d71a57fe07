/**
 * What would be destroyed along with a member is asked again right before it is.
 */
import assert from "node:assert/strict";
import { ConsentGate } from "../../../../lib/engine/run/permit/check_consent.ts";
import type { Plan } from "../../../../lib/engine/plan/plan.ts";
import type { Allowance } from "../../../../lib/engine/plan/consent/consent.ts";
import { Member } from "../../../../lib/engine/run/member.ts";
import { VirtualClock } from "../../../../lib/sim/clock.ts";
import { job } from "../../job.ts";

const allowance: Allowance = { how: "yes", by: "run", steps: new Map([[0, new Set([0])]]), others: [] };

/** A gate before the removal of one member, with which by now something else would be destroyed. */
function gateOf(id: string) {
  const clock = new VirtualClock();
  const asked: unknown[] = [];
  const alsoDestroys = (_: unknown, records: readonly { id: string }[]) => {
    asked.push(records.map((one) => one.id));
    return Promise.resolve(
      new Map(records.map((one) => [one.id, [{ kind: "disk", id: "d1", name: "data" }]])),
    );
  };
  const { remove } = job.actions;
  const resource = { ...job, actions: { ...job.actions, remove: { ...remove, alsoDestroys } } };
  const planned = { id, name: "a", state: id ? "paused" : "(new)", record: { id }, predictions: [] };
  const plan = {
    resource,
    endpoint: { clock },
    members: [planned],
    steps: [{ kind: "action", name: "remove", args: [] }],
    at: -10_000,
  } as unknown as Plan;
  const member = new Member(job, planned, 0, 0, 0);
  member.id = "j0";
  member.record = { id: "j0" };
  return { gate: new ConsentGate(plan, allowance, undefined), member, asked };
}

for (const [what, id] of [["was there before", "j0"], ["the run itself has created", ""]] as const) {
  Deno.test(`a member that ${what} is not destroyed where more would be than was allowed`, async () => {
    const { gate, member, asked } = gateOf(id);
    await assert.rejects(
      gate.pass(member, 0),
      /would also destroy disk data, which was not allowed\. Plan again/,
    );
    assert.deepEqual(asked, [["j0"]]);
  });
}
