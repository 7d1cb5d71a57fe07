/**
 * Turns for what cannot be undone: none is lost.
 */
import assert from "node:assert/strict";
import { DestructiveQueue } from "../../../../lib/engine/run/permit/destructive_queue.ts";
import { Member } from "../../../../lib/engine/run/member.ts";
import type { RunView } from "../../../../lib/engine/run/run_view.ts";
import { VirtualClock } from "../../../../lib/sim/clock.ts";
import { job } from "../../job.ts";

Deno.test("a turn that ends before it has begun is given to the next", async () => {
  const clock = new VirtualClock();
  const turns = new DestructiveQueue(1, clock);
  const member = new Member(
    job,
    { id: "j0", name: "a", state: "paused", record: {}, predictions: [] },
    0,
    0,
    clock.now(),
  );
  const run = (signal: AbortSignal) => ({ signal }) as RunView;
  for (let n = 0; n < 3; n++) {
    await assert.rejects(turns.take(run(AbortSignal.abort(new Error("stopped"))), member), /stopped/);
  }
  let taken = false;
  void turns.take(run(new AbortController().signal), member).then(() => taken = true);
  for (let n = 0; n < 20; n++) await Promise.resolve();
  assert.ok(taken);
});
