/**
 * What always holds for waits, whatever else is in flight: a request is sent at one time, read by the server at
 * another, and answered at a third. No wait is decided by what the server read before its action was sent.
 */
import assert from "node:assert/strict";
import fc from "npm:fast-check@4";
import type { Pushed } from "../../lib/engine/resource/endpoint.ts";
import { Farm } from "../engine/farm.ts";
import { jobs } from "../engine/job.ts";

/** Where the chain says that a job is, after each of its waits. */
const WAITS = ["paused", "working", "paused", "gone"] as const;

const ms = (max: number) =>
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max }));

Deno.test("no wait is decided by what was read at the server before its action was sent", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        // More than a page of them are listed, of which one may be long in coming.
        count: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(60)),
        takes: fc.infiniteStream(ms(2_500)),
        lag: ms(300),
        there: fc.infiniteStream(ms(1_500)),
        back: fc.infiniteStream(ms(2_500)),
        pushes: fc.infiniteStream(fc.option(ms(3_000), { nil: undefined })),
        feed: fc.boolean(),
        every: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
        apart: ms(2_000),
      }),
      async ({ count, takes, lag, there, back, pushes, feed, every, apart }) => {
        const next = <T>(stream: Iterator<T>) => stream.next().value as T;
        const farm: Farm = new Farm(count, {
          lag,
          takes: () => next(takes),
          // Reads dawdle; a write's answer as well, but not for longer than its effect would take.
          way: ({ method }) =>
            method === "GET"
              ? { there: next(there), back: next(back) }
              : { there: next(there) / 10, back: next(back) / 10 },
          ...feed
            ? {
              push(change: Pushed, pass: (change: Pushed) => void) {
                const late = next(pushes);
                if (late !== undefined) void farm.clock.sleep(late).then(() => pass(change));
              },
            }
            : {},
        });
        for (const [n, one] of [...farm.jobs.values()].entries()) one.pool = n % 2 ? "red" : "blue";
        const wrong: string[] = [];
        const begun = new Map<string, number>();
        const chain = (pool: string) => {
          const options = every === undefined ? {} : { every };
          return jobs(farm.handle, { pool }).max(100).pause().waitUntil("paused", options)
            .resume().waitUntil("working", options)
            .pause().waitUntil("paused", options).remove().waitUntil("gone", options);
        };
        const run = (pool: string) =>
          chain(pool).run({
            throwOnError: false,
            on(event) {
              if (event.type !== "waited") return;
              const { id } = event.member;
              const nth = begun.get(id) ?? 0;
              begun.set(id, nth + 1);
              const phase = farm.jobs.get(id)?.phase ?? "gone";
              if (phase !== WAITS[nth]) wrong.push(`${id}, wait ${nth}: ${event.state}, but it is ${phase}`);
            },
          });
        const reports = await Promise.all([
          run("blue"),
          farm.clock.sleep(apart).then(() => count > 1 ? run("red") : undefined),
        ]);
        assert.deepEqual(wrong, []);
        for (const report of reports) {
          assert.deepEqual(report?.failed.map((one) => `${one.id}: ${one.why}`) ?? [], []);
        }
        for (const [id, done] of farm.executed) {
          assert.deepEqual(done, ["pause", "resume", "pause", "remove"], id);
        }
        assert.equal(farm.jobs.size, 0);
      },
    ),
    { numRuns: Number(Deno.env.get("MUSTER_WORLDS") ?? 150) },
  );
});
