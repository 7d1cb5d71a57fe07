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
  assert.equal(judgeWait(resource, until("pausing"), look("paused"), "working", undefined, true), "reached");
});

Deno.test("a member that may have gone another way has not passed the state it was waited for", () => {
  const resource = row({ working: ["pausing", "paused"], pausing: ["paused"] });
  const standing = judgeWait(resource, until("pausing"), look("paused"), "working", undefined, true);
  assert.deepEqual(standing, { doomed: "a job that is paused does not become pausing by itself" });
});
