/**
 * What a plan predicts for a member, step by step.
 */
import assert from "node:assert/strict";
import type { AnyResource } from "../../../lib/engine/resource/describe.ts";
import type { PerformStep, Step } from "../../../lib/engine/resource/steps.ts";
import { justMoved, predict } from "../../../lib/engine/plan/predict.ts";
import { job } from "../job.ts";

const resource: AnyResource = job;
const record = { id: "j0", title: "a", phase: "working", pool: "blue", priority: 1, touched: 0, changed: 0 };
const action = (name: string): Step => ({ kind: "action", name, args: [] });

/** A step that something is in the way of. */
const blocked: PerformStep = {
  kind: "perform",
  performance: {
    name: "ssh",
    label: "ssh()",
    perform: () => Promise.resolve(),
    obstacle: () => "its door is locked",
  },
};

Deno.test("a member that the chain creates has just moved, until the chain waits for it", () => {
  assert.equal(justMoved(resource, [{ kind: "create" }, action("pause")], 1), true);
  assert.equal(justMoved(resource, [action("pause"), action("remove")], 1), true);
  assert.equal(justMoved(resource, [action("promote"), action("remove")], 1), false);
  const wait: Step = { kind: "wait", until: true, targets: ["paused"], timeout: 1, every: undefined };
  assert.equal(justMoved(resource, [action("pause"), wait, action("remove")], 2), false);
});

Deno.test("work that may have been begun before is looked into; what comes after it must not be in the way", () => {
  const verdicts = (steps: readonly Step[], doubtful: boolean) =>
    predict(resource, steps, "working", { record, now: 0, doubtful }).map(({ verdict }) => verdict);
  assert.deepEqual(verdicts([blocked], true), ["perform"]);
  assert.deepEqual(verdicts([blocked], false), ["refuse"]);
  assert.deepEqual(verdicts([blocked, blocked], true), ["perform", "refuse"]);
});
