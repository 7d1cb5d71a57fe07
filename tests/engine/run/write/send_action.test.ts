/**
 * Sending one action: whose turn it is meanwhile, and what the audit's word is written down as.
 */
import assert from "node:assert/strict";
import { selectOne } from "../../../../lib/engine/mod.ts";
import type { Journal } from "../../../../lib/engine/run/journal.ts";
import { Farm } from "../../farm.ts";
import { job, type Jobs, jobs } from "../../job.ts";

Deno.test("while the lost answers of some removals are looked for, the others have their turn", async () => {
  const sent = new Map<string, number>();
  const farm: Farm = new Farm(0, {
    fault({ method }, one) {
      if (method === "GET") return;
      if (!sent.has(one!.id)) sent.set(one!.id, farm.clock.now());
      return one!.id === "j16" ? undefined : "drop";
    },
  });
  // As many are sent at a time as twice the server's requests at once.
  for (let n = 0; n <= 2 * farm.concurrency; n++) farm.add({ id: `j${n}`, phase: "paused" });
  const began = farm.clock.now();
  await jobs(farm.handle, { pool: "blue" }).remove().run({ view: false, throwOnError: false });
  assert.ok(sent.get("j16")! - began < 1_000, `${sent.get("j16")! - began} ms`);
});

Deno.test("what the audit says has failed is written down as refused, and is not sent again", async () => {
  const farm = new Farm(1, { fault: ({ method }) => method === "GET" ? undefined : "drop" });
  const read = () => {
    const now = farm.clock.now();
    return Promise.resolve({ now, entries: [{ at: now, ok: false }] });
  };
  const resource = { ...job, audit: { of: ["retry"], read } };
  const written: string[] = [];
  const journal: Journal = {
    planned: () => Promise.resolve(),
    before: () => Promise.resolve(void written.push("before")),
    after: (_spot, how) => Promise.resolve(void written.push(how)),
    ended: () => Promise.resolve(),
  };
  const report = await selectOne(resource as unknown as Jobs, "j0", { endpoint: farm.handle, handle: "farm" })
    .retry().run({ view: false, throwOnError: false, journal });
  assert.match(report.failed[0]!.why, /Cannot retry job job-0: the server's audit says that it failed\./);
  assert.equal(report.members[0]!.doubtful, undefined);
  assert.deepEqual([written, farm.count("POST")], [["before", "refused"], 1]);
});
