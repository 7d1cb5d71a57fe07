/**
 * What one look says of a wait, on a resource of four states in a row.
 */
import assert from "node:assert/strict";
import { judgeWait } from "../../../lib/engine/wait/judge_wait.ts";
import { describe } from "../../../lib/engine/mod.ts";
import { job } from "../job.ts";

const row = (drift: Record<string, readonly string[]>) =>
  describe({ ...job, drift, actions: {}, sets: {} } as never) as never;
const until = (target: string) => ({ until: true, targets: [target] });
const look = (state: string) => ({ state, record: undefined, at: 0 }) as never;

Deno.test("a member that must have passed the state it was waited for has reached it, though no look saw it there", () => {
  const resource = row({ working: ["pausing"], pausing: ["paused"] });
  const { standing } = judgeWait(resource, until("pausing"), look("paused"), "working", undefined, true);
  assert.equal(standing, "reached");
});

Deno.test("a member that may have gone another way has not passed the state it was waited for", () => {
  const resource = row({ working: ["pausing", "paused"], pausing: ["paused"] });
  const { standing } = judgeWait(resource, until("pausing"), look("paused"), "working", undefined, true);
  assert.deepEqual(standing, { doomed: "a job that is paused does not become pausing by itself" });
});

Deno.test("asking how a wait stands changes nothing: what was seen comes out with the answer", () => {
  const resource = describe({
    ...job,
    drift: { working: ["pausing"], pausing: ["paused"] },
    actions: { pause: { ...job.actions.pause, from: ["working"], enters: "pausing" } },
    sets: {},
  } as never) as never;
  const before = { state: "working", mark: undefined };
  const last = Object.freeze({ name: "pause", args: [], before, seen: false });
  const answers = ["working", "pausing", "paused"].map((state) =>
    judgeWait(resource, until("paused"), { state, record: {}, at: 0 }, "pausing", last, true)
  );
  assert.deepEqual(answers, [
    { standing: "pending", seen: false },
    { standing: "pending", seen: true },
    { standing: "reached", seen: true },
  ]);
});
