/**
 * What the entries of an audit prove. Their times are those of the server's clock, in whole seconds or finer.
 */
import assert from "node:assert/strict";
import { Evidence } from "../../../../lib/engine/run/write/audit.ts";
import type { Member } from "../../../../lib/engine/run/member.ts";
import type { RunContext } from "../../../../lib/engine/run/run_context.ts";

const ABOUT = { member: { id: "j0", name: "a", index: 0, plan: 0 }, step: 0 };

/** The verdict on a write that was sent at 10 s, by a server whose clock is `ahead`, or that does not send its time. */
function said(entries: readonly { at: number; ok: boolean }[], ahead: number | undefined) {
  const now = 12_000;
  const read = () => Promise.resolve({ now: ahead === undefined ? undefined : now + ahead, entries });
  const run = {
    plan: { endpoint: {}, resource: { audit: { read } } },
    clock: { now: () => now },
    signal: new AbortController().signal,
    wire: () => () => {},
  } as unknown as RunContext;
  return new Evidence(run, { id: "j0" } as Member, "stop", 10_000).ask(ABOUT);
}
const entry = (at: number, ok = true) => ({ at, ok });

Deno.test("an entry of after the sending is its own; one of the second before may be of somebody else's", async () => {
  assert.equal(await said([entry(11_000)], 0), "done");
  assert.equal(await said([entry(11_000, false)], 0), "failed");
  assert.equal(await said([entry(11_000, false), entry(11_500)], 0), "done");
  assert.equal(await said([entry(10_999)], 0), "unsure");
  assert.equal(await said([entry(10_000)], 0), "unsure");
  assert.equal(await said([entry(9_999)], 0), "none");
  assert.equal(await said([], 0), "none");
});

Deno.test("a server's clock may be wrong by hours, and may not be told at all", async () => {
  assert.equal(await said([entry(3_600_000 + 11_000)], 3_600_000), "done");
  assert.equal(await said([entry(11_000)], 3_600_000), "none");
  assert.equal(await said([entry(10_000)], undefined), "done");
  assert.equal(await said([entry(9_999)], undefined), "none");
});
