/**
 * A barrier holds everybody when one of its members is not begun, and only those that have yet to come to it.
 */
import assert from "node:assert/strict";
import { heldAtBarriers, isRefused } from "../../../lib/engine/plan/not_begun.ts";
import type { PlannedMember } from "../../../lib/engine/plan/plan_facts.ts";
import type { Prediction } from "../../../lib/engine/plan/predict.ts";
import type { Step } from "../../../lib/engine/resource/steps.ts";

const steps: readonly Step[] = [
  { kind: "action", name: "promote", args: [2] },
  { kind: "action", name: "pause", args: [] },
  { kind: "barrier", ifFailed: "hold" },
  { kind: "action", name: "remove", args: [] },
];
const member = (
  name: string,
  verdicts: readonly Prediction["verdict"][],
  startAt?: number,
): PlannedMember => ({
  id: name,
  name,
  state: "working",
  record: {},
  predictions: verdicts.map((verdict) => ({ verdict, why: verdict, state: "working" })),
  ...(startAt === undefined ? {} : { startAt }),
});
const verdicts = ({ predictions }: PlannedMember) => predictions.map(({ verdict }) => verdict);

Deno.test("one that is not begun holds the others at the barrier, so nothing is sent to them", () => {
  const [refused, other] = heldAtBarriers(steps, [
    member("a", ["withheld", "refuse"]),
    member("b", ["skip", "send", "meet", "send"]),
  ]);
  assert.equal(refused!.predictions.at(-1)!.why, "refuse", "its own reason stays");
  assert.deepEqual(verdicts(other!), ["skip", "withheld", "refuse"]);
  assert.match(other!.predictions.at(-1)!.why, /1 member is not begun, and the barrier holds the others/);
});

Deno.test("one that is refused by a step after the barrier keeps its own reason", () => {
  const [refused] = heldAtBarriers(steps, [member("a", ["withheld", "withheld", "withheld", "refuse"])]);
  assert.deepEqual(verdicts(refused!), ["withheld", "withheld", "withheld", "refuse"]);
  assert.equal(refused!.predictions.at(-1)!.why, "refuse");
});

Deno.test("one that is resumed at the barrier itself and refused then holds the others too", () => {
  const [, other] = heldAtBarriers(steps, [
    member("a", ["there", "there", "refuse"], 2),
    member("b", ["there", "send", "meet", "send"], 1),
  ]);
  assert.ok(isRefused(other!));
  assert.deepEqual(verdicts(other!), ["there", "withheld", "refuse"], "what was done before stays done");
});

Deno.test("one that has passed the barrier in an earlier process is not held by it, and holds nobody", () => {
  const members = [
    member("a", ["withheld", "refuse"]),
    member("b", ["there", "there", "there", "send"], 3),
  ];
  assert.deepEqual(verdicts(heldAtBarriers(steps, members)[1]!), ["there", "there", "there", "send"]);
  const behind = [
    member("a", ["there", "there", "there", "refuse"], 3),
    member("b", ["send", "send", "meet", "send"]),
  ];
  assert.deepEqual(verdicts(heldAtBarriers(steps, behind)[1]!), ["send", "send", "meet", "send"]);
});
