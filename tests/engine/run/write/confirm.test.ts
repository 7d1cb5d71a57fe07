/**
 * When the audit is asked after an action, and what follows where it cannot be read.
 */
import assert from "node:assert/strict";
import { ApiError } from "../../../../lib/engine/errors.ts";
import { Confirming } from "../../../../lib/engine/run/write/confirm.ts";
import { Member } from "../../../../lib/engine/run/member.ts";
import type { RunContext } from "../../../../lib/engine/run/run_context.ts";
import { job } from "../../job.ts";

const record = { id: "j0", title: "a", phase: "working", pool: "blue", priority: 1, touched: 0, changed: 0 };
const ABOUT = { member: { id: "j0", name: "a", index: 0, plan: 0 }, step: 0 };

/** The asking after an action that was sent at 10 s. */
function after(name: "pause" | "retry", read: () => Promise<unknown>) {
  const time = { now: 10_000 }, stop = new AbortController();
  const audit = { of: ["pause", "retry"], read };
  const run = {
    plan: { endpoint: {}, resource: { ...job, audit } },
    clock: { now: () => time.now },
    signal: stop.signal,
    wire: () => () => {},
  } as unknown as RunContext;
  const planned = { id: "j0", name: "a", state: "working", record, predictions: [] };
  const last = { name, args: [], before: { state: "working", mark: 0 }, seen: false, sentAt: 10_000 };
  const confirming = Confirming.after(run, new Member(job, planned, 0, 0, 0), last)!;
  const isDue = (now: number, touched = 0) => {
    time.now = now;
    return confirming.isDue({ state: "working", record: { ...record, touched }, at: now });
  };
  return { isDue, stop, ask: () => confirming.ask(ABOUT) };
}
const refused = () =>
  Promise.reject(new ApiError("no", { status: 403, code: "Forbidden", request: "GET /audit" }));

Deno.test("an action that shows in a state is given a second before the audit is asked whether it failed", () => {
  const { isDue } = after("pause", refused);
  assert.deepEqual([10_000, 10_999, 11_000].map((now) => isDue(now)), [false, false, true]);
});

Deno.test("an action that shows in nothing but the mark is asked about as soon as that has changed", () => {
  const { isDue } = after("retry", refused);
  assert.deepEqual([isDue(10_000), isDue(10_001, 1)], [false, true]);
});

Deno.test("where the audit may not be read the mark has to do; where it fails it is asked again; and a stopped run asks nothing", async () => {
  assert.equal(await after("retry", refused).ask(), true);
  assert.equal(await after("pause", refused).ask(), false);
  assert.equal(await after("retry", () => Promise.reject(new Error("broken"))).ask(), false);
  const stopped = after("retry", refused);
  stopped.stop.abort(new Error("enough"));
  await assert.rejects(stopped.ask(), /enough/);
});
