/**
 * What a saved plan keeps, and what is read from a file.
 */
import assert from "node:assert/strict";
import type { AnyResource } from "../../../../lib/engine/resource/describe.ts";
import { restoreSteps, type SavedStep, savePlan } from "../../../../lib/engine/plan/saved/saved_plan.ts";
import { Farm } from "../../farm.ts";
import { job, jobs } from "../../job.ts";

const saved = async (chain: { plan(): Promise<Parameters<typeof savePlan>[0]> }) =>
  savePlan(await chain.plan());

Deno.test("how often a wait polls is kept, and taken up again", async () => {
  const farm = new Farm(1);
  const chain = jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused", {
    every: "7s",
    timeout: "9m",
  });
  const plan = await saved(chain);
  const wait = { until: true, targets: ["paused"], timeout: 540_000, every: 7_000 };
  assert.deepEqual(plan.steps[1], { do: "wait", ...wait });
  assert.deepEqual(restoreSteps(plan, job)[1], { kind: "wait", ...wait });
  const usual = await saved(jobs(farm.handle, { pool: "blue" }).waitUntil("paused"));
  assert.ok(!("every" in usual.steps[0]!), "it is not said where nobody has said it");
});

Deno.test("arguments for an action that accepts none are refused, however the action is described", async () => {
  const plan = await saved(jobs(new Farm(1).handle, { pool: "blue" }).pause());
  const given = (action: object) => {
    const step: SavedStep = { do: "action", name: "pause", label: "pause(1)", args: [1] };
    const resource = {
      ...job,
      actions: { ...job.actions, pause: { ...job.actions.pause, ...action } },
    } as unknown as AnyResource;
    return restoreSteps({ ...plan, steps: [step] }, resource);
  };
  const refused = /step 1 gives pause arguments that it does not accept: pause\(1\)/;
  assert.throws(() => given({}), refused);
  assert.throws(() => given({ done: (one: { phase: string }) => one.phase === "paused" }), refused);
  assert.throws(() => given({ request: () => ({ method: "POST", path: "/pause" }) }), refused);
  // Those that use them are given them.
  for (
    const action of [
      { done: (_one: object, _to: number) => false },
      { request: (_one: object, _to: number) => ({ method: "POST", path: "/pause" }) },
      { request: (_one: object, ..._more: number[]) => ({ method: "POST", path: "/pause" }) },
      { check: (_to: number) => {} },
    ]
  ) assert.deepEqual(given(action)[0], { kind: "action", name: "pause", args: [1] });
});
