/**
 * A saved plan's texts and what it does agree with each other.
 */
import assert from "node:assert/strict";
import { type SavedPlan, savePlan } from "../../../../lib/engine/plan/saved/saved_plan.ts";
import { plansShape } from "../../../../lib/engine/plan/saved/saved_shape.ts";
import { Farm } from "../../farm.ts";
import { jobs } from "../../job.ts";

const plan: SavedPlan = savePlan(await jobs(new Farm(1).handle, { pool: "blue" }).promote(7).pause().plan());
const why = (change: Partial<SavedPlan>) =>
  plansShape(JSON.parse(JSON.stringify([{ ...plan, ...change }])), "plans");
const lost = "its arguments may hold secrets";

Deno.test("a step whose arguments were not kept stands in the chain's text like any other", () => {
  assert.equal(why({}), undefined);
  const hidden = {
    do: "lost",
    kind: "action",
    name: "promote",
    label: "promote(…)",
    lost,
  } as const;
  const pause = plan.steps[1]!;
  assert.equal(why({ steps: [hidden, pause] }), undefined);
  assert.match(
    why({ steps: [hidden, hidden, pause] })!,
    /does not have the plan's steps: promote\( is missing/,
  );
});

Deno.test("members that are created, whose specification was not kept, have no method in the chain's text", () => {
  const steps = [{ do: "lost", kind: "create", label: "create()", lost }] as const;
  const members = [{ id: "", name: "new", state: "(new)" }];
  assert.equal(why({ steps, members, chain: plan.selection }), undefined);
});
