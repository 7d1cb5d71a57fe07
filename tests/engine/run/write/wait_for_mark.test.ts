/**
 * An action that shows in nothing but the mark is sent when the next mark will be another one.
 */
import assert from "node:assert/strict";
import { waitForMark } from "../../../../lib/engine/run/write/wait_for_mark.ts";
import { Member } from "../../../../lib/engine/run/member.ts";
import type { RunContext } from "../../../../lib/engine/run/run_context.ts";
import { Farm } from "../../farm.ts";
import { job, type JobRecord } from "../../job.ts";

/** How long it is waited, where the mark is a time in seconds and the record was read so long ago, ms. */
async function waited(ago: number, { stale, changed = 0 }: { stale: boolean; changed?: number }) {
  const farm = new Farm(1, { way: () => ({ there: 0, back: 0 }) });
  const now = farm.clock.now();
  const resource = { ...job, markTime: (one: JobRecord) => ({ at: one.changed, unit: 1_000 }) };
  const record = { ...farm.jobs.get("j0")!, changed: now + changed };
  const planned = { id: "j0", name: "a", state: "working", record, predictions: [] };
  const member = new Member(job, planned, 0, 0, now, now - ago);
  member.stale = stale;
  const run = {
    plan: { resource, endpoint: farm },
    clock: farm.clock,
    signal: new AbortController().signal,
    wire: () => () => {},
    saw: (one: Member, look: never) => one.saw(look),
  } as unknown as RunContext;
  await waitForMark(run, member, "retry", 0);
  return [farm.clock.now() - now, farm.count("GET")];
}

Deno.test("it is waited until the mark's second, in which the record was read, is over", async () => {
  assert.deepEqual(await waited(0, { stale: false }), [1_000, 0]);
  assert.deepEqual(await waited(400, { stale: false }), [600, 0]);
  assert.deepEqual(await waited(999, { stale: false }), [1, 0]);
  assert.deepEqual(await waited(1_000, { stale: false }), [0, 0]);
  assert.deepEqual(await waited(5_000, { stale: false }), [0, 0]);
});

Deno.test("a record that is older than the last write is read first; a mark of long ago is no reason to wait", async () => {
  assert.deepEqual(await waited(5_000, { stale: true }), [1_000, 1]);
  assert.deepEqual(await waited(0, { stale: false, changed: -24 * 3_600_000 - 1 }), [0, 0]);
});
