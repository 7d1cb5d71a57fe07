/**
 * What always holds of a run, whatever the members, their states, the faults and the interleaving:
 *
 * 1. no write is executed twice on a member;
 * 2. no write reaches a member that was not selected;
 * 3. every member has exactly one fate, and the counts add up;
 * 4. every run ends, and within its waits' limits;
 * 5. a member that succeeded really is where the chain leads;
 * 6. what a feed tells, or does not tell, changes nothing but when that is noticed;
 * 7. what follows a wait is sent when what was waited for is over, however coarse the times are that tell of it.
 */
import assert from "node:assert/strict";
import fc from "npm:fast-check@4";
import { ApiError, describe, select, TransportError } from "../../lib/engine/mod.ts";
import type { Pushed } from "../../lib/engine/resource/endpoint.ts";
import { Farm } from "../engine/farm.ts";
import { job, type JobRecord, jobs } from "../engine/job.ts";

const phases = ["working", "paused", "pausing", "queued", "broken", "lost"] as const;
const fates = ["succeeded", "skipped", "failed", "interrupted"] as const;

const member = fc.record({
  phase: fc.constantFrom(...phases),
  pool: fc.constantFrom("blue", "red"),
  takes: fc.integer({ min: 0, max: 200_000 }),
});
/** What becomes of what a feed tells. */
const way = fc.constantFrom("true", "true", "true", "lost", "twice", "late", "bare", "stale", "undated");
const fault = fc.constantFrom("none", "none", "none", "lose", "drop", "refuse", "gone", "sick");

Deno.test("whatever happens, no write is doubled, strays or is unaccounted for, and every run ends", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(member, { minLength: 0, maxLength: 12 }),
      fc.infiniteStream(fault),
      fc.integer({ min: 0, max: 8_000 }),
      fc.option(fc.integer({ min: 1, max: 300_000 }), { nil: undefined }),
      fc.boolean(),
      async (members, faults, lag, cancelAfter, barrier) => {
        const farm = new Farm(0, {
          lag,
          takes: (n) => members[n]?.takes ?? 1000,
          fault(request, job) {
            const what = faults.next().value;
            if (what === "gone" && job) farm.jobs.delete(job.id);
            if (what === "sick") throw new TransportError("Cannot connect as the farm refused", "no");
            if (what === "refuse" && request.method !== "GET") {
              throw new ApiError("Cannot as the farm is busy", { status: 409, code: "Busy", request: "x" });
            }
            // A lost read is the transport's to repeat; only writes come back as doubtful.
            if ((what === "lose" || what === "drop") && request.method !== "GET") return what;
          },
        });
        members.forEach((one, n) => farm.add({ id: `j${n}`, phase: one.phase, pool: one.pool }));
        const stop = new AbortController();
        if (cancelAfter !== undefined) {
          farm.clock.sleep(cancelAfter).then(() => stop.abort(new Error("enough")));
        }
        const selected = members.flatMap((one, n) => one.pool === "blue" ? [`j${n}`] : []);

        const paused = jobs(farm.handle, { pool: "blue" }).pause().waitUntil(["idle"]);
        const chain = (barrier ? paused.barrier({ ifFailed: "continue" }) : paused).remove();
        const report = await chain.run({ signal: stop.signal, throwOnError: false }).catch((error) => {
          // The selection itself could not be read, or the run was cancelled before it began.
          assert.equal(farm.executed.size, 0);
          assert.match(String(error), /refused|enough/);
        });

        for (const [id, done] of farm.executed) {
          assert.ok(selected.includes(id), `${id} was not selected`);
          const accepted = done.filter((action) => action === "pause");
          // The farm counts what arrived, also what it then refused by the member's state.
          assert.ok(
            accepted.length <= 1 && done.filter((action) => action === "remove").length <= 1,
            `${id}: ${done}`,
          );
        }
        if (!report) return;
        assert.equal(report.members.length, new Set(report.members.map((one) => one.id)).size);
        assert.equal(report.members.length, fates.reduce((sum, fate) => sum + report[fate].length, 0));
        assert.ok(
          report.duration <= 120_000 + 4 * 31_000 + 60_000 || cancelAfter !== undefined,
          `${report.duration} ms`,
        );
        for (const one of report.succeeded) {
          assert.ok(
            !farm.jobs.has(one.id) || farm.executed.get(one.id)?.includes("remove"),
            `${one.id} succeeded`,
          );
        }
        for (const one of report.failed) assert.ok(one.error instanceof Error && one.why.length > 0);
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("whatever a feed tells, no wait ends too soon, none hangs, and polling would have seen the same", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(way),
      fc.integer({ min: 0, max: 3_000 }),
      fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 4 }),
      async (takes, ways, lag, breaks) => {
        const told: Pushed[] = [];
        const farm: Farm = new Farm(takes.length, {
          lag,
          takes: (n) => takes[n]!,
          push(change, pass) {
            told.push(change);
            const what = ways.next().value;
            const { clock } = farm;
            if (what === "lost") return;
            if (what === "late") return void clock.sleep(12_000).then(() => pass(change));
            if (what === "bare") return pass({ ...change, record: undefined });
            if (what === "undated") return pass({ ...change, published: undefined });
            // Another one's, or this one's from before: as it was published, and as if it were published now.
            if (what === "stale") {
              for (const old of told) pass(old);
              for (const old of told.slice(0, -1)) pass({ ...old, published: change.published });
            }
            pass(change);
            if (what === "twice") pass(change);
          },
        });
        for (const at of breaks) void farm.clock.sleep(at).then(() => farm.breakFeed());
        const chain = jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused")
          .resume().waitUntil("working").retry().waitUntil("working").pause().waitUntil("paused").remove()
          .waitUntil("gone");
        const report = await chain.run({ throwOnError: false });

        // An action sent too soon would have been refused.
        assert.deepEqual(report.failed.map((one) => one.why), []);
        for (const [id, done] of farm.executed) {
          assert.deepEqual(done, ["pause", "resume", "retry", "pause", "remove"], id);
        }
        assert.equal(farm.jobs.size, 0);
        assert.equal(farm.followers, 0);
        const longest = 3 * Math.max(...takes) + 5 * lag;
        assert.ok(report.duration <= longest + 5 * 25_000, `${report.duration} ms for ${longest}`);
      },
    ),
    { numRuns: 150 },
  );
});

/** Jobs of whose changes only the time is told, in whole seconds. */
const coarse = describe({
  ...job,
  mark: (one: JobRecord) => Math.floor(one.changed / 1000),
  markTime: (one: JobRecord) => ({ at: one.changed - one.changed % 1000, unit: 1000 }),
});

Deno.test("whatever was sent before, and however coarse the times, what follows a wait is not sent too soon", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ again: fc.boolean(), promote: fc.boolean() }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.boolean(),
      async (steps, takes, turn, lag, seconds) => {
        const tooSoon: string[] = [];
        const farm: Farm = new Farm(takes.length, {
          lag,
          turn,
          takes: (n) => takes[n]!,
          fault({ method, path }, one) {
            const state = method === "POST" || method === "DELETE";
            if (state && one && farm.pending.get(one.id)) tooSoon.push(path);
          },
        });
        const from = {
          endpoint: farm.handle,
          handle: "farm",
          source: { kind: "list" },
          tags: { pool: "blue" },
        } as const;
        // deno-lint-ignore no-explicit-any
        let chain: any = select(seconds ? coarse : job, from);
        const wanted: string[] = [];
        let paused = false;
        for (const [n, { again, promote }] of steps.entries()) {
          if (promote) chain = chain.promote(n + 2);
          const action: string = paused ? "resume" : again ? "retry" : "pause";
          paused = action === "pause";
          chain = chain[action]().waitUntil(paused ? "paused" : "working");
          wanted.push(...promote ? ["promote", action] : [action]);
        }
        const report = await chain.run({ throwOnError: false });
        assert.deepEqual(report.failed.map((one: { why: string }) => one.why), []);
        assert.deepEqual(tooSoon, []);
        for (const done of farm.executed.values()) assert.deepEqual(done, wanted);
      },
    ),
    { numRuns: 150 },
  );
});
