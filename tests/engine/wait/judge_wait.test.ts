/**
 * What one look says of a wait, on a resource of four states in a row.
 */
import assert from "node:assert/strict";
import { judgeWait } from "../../../lib/engine/wait/judge_wait.ts";
import { describe } from "../../../lib/engine/mod.ts";
import type { LastAction } from "../../../lib/engine/wait/last_seen.ts";
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

const working = { id: "j0", title: "a", phase: "working", pool: "blue", priority: 1, touched: 0, changed: 0 };
const asked = (target: string, record: Partial<typeof working>, more: object = {}, last?: LastAction) => {
  const resource = describe({ ...job, ...more } as never) as never;
  const seen = { ...working, ...record };
  return judgeWait(resource, until(target), { state: seen.phase, record: seen, at: 0 }, "working", last, true)
    .standing;
};

Deno.test("a set that asks for more than a state holds where both are so", () => {
  const sets = { blue: { states: ["working"], holds: (one: typeof working) => one.pool === "blue" } };
  assert.equal(asked("blue", {}, { sets }), "reached");
  assert.equal(asked("blue", { pool: "red" }, { sets }), "pending");
  assert.notEqual(asked("blue", { phase: "paused" }, { sets }), "reached");
});

Deno.test("a set's states of failure end a wait for it, and only those", () => {
  const sets = { idle: { states: ["paused"], fails: ["broken"] } };
  assert.deepEqual(asked("idle", { phase: "broken" }, { sets }), { doomed: "it is broken" });
  assert.equal(asked("idle", { phase: "pausing" }, { sets }), "pending");
});

Deno.test("an action that happened and shows where it began was taken back, unless the record shows what it made", () => {
  const raise = {
    from: ["working"],
    enters: "pausing",
    always: true,
    happened: () => true,
    done: (one: typeof working, to: number) => one.priority === to,
    request: () => ({ method: "POST", path: "/" }),
  };
  const more = { actions: { raise }, drift: { pausing: ["working"] }, sets: {} };
  const last = { name: "raise", args: [7], before: { state: "working", mark: 0 }, seen: true };
  assert.deepEqual(asked("working", {}, more, last), { doomed: "raise did not take effect" });
  assert.equal(asked("working", { priority: 7 }, more, last), "reached");
  assert.equal(
    asked("working", {}, more, { ...last, before: { state: "queued", mark: 0 } }),
    "reached",
    "it began elsewhere",
  );
});
