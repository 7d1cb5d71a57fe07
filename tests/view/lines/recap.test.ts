import assert from "node:assert/strict";
import { ApiError, type RunEvent } from "../../../lib/engine/mod.ts";
import { causesOf } from "../../../lib/view/lines/causes.ts";
import { recap } from "../../../lib/view/lines/recap.ts";
import { RunCounts } from "../../../lib/view/lines/run_counts.ts";
import { widthOf } from "../../../lib/view/width.ts";
import { Farm, type FarmOptions } from "../../engine/farm.ts";
import { jobs } from "../../engine/job.ts";

async function ran(farm: Farm) {
  const facts = new RunCounts();
  const events: RunEvent[] = [];
  const report = await jobs(farm.handle).all().pause().waitUntil("paused").run({
    view: false,
    throwOnError: false,
    on: (event) => {
      events.push(event);
      facts.take(event);
    },
  });
  return { report, facts, events };
}

const refusing = (every: number, causes: number): FarmOptions => ({
  fault: (request, job) => {
    const number = Number(job?.id.slice(1));
    if (request.method !== "POST" || number % every !== 0) return;
    throw new ApiError(`Cannot pause job ${job!.title} as shelf ${number % causes} is closed`, {
      status: 503,
      code: "Closed",
      request: "POST /x",
      requestId: "5d3a",
    });
  },
});

Deno.test("equal causes of failure are shown once, with their members and what to do", async (t) => {
  const farm = new Farm(40, refusing(4, 8));
  farm.add({ id: "j90", title: "odd\x1b[31m", phase: "broken" });
  const { report, facts } = await ran(farm);
  assert.equal(causesOf(report.failed).length, 3);
  const device = { size: () => ({ columns: 72, rows: 24 }), colors: false };
  await t.assertSnapshot(recap(report, { facts, device }));
});

Deno.test("a recap fits the screen however many causes there are", async () => {
  const { report, facts } = await ran(new Farm(300, refusing(1, 97)));
  for (const [columns, rows] of [[40, 24], [80, 24], [120, 50]] as const) {
    const lines = recap(report, { facts, device: { size: () => ({ columns, rows }), colors: false } }).split(
      "\n",
    );
    assert.ok(lines.length <= rows, `${lines.length} lines on ${rows} rows`);
    for (const line of lines) assert.ok(widthOf(line) <= columns, line);
    assert.match(lines.at(-1)!, /other causes at \d+ members?/);
  }
});

Deno.test("what polling each member would have taken follows from how long each was waited for", async () => {
  const { report, facts, events } = await ran(new Farm(30, { takes: (n) => 1000 + 700 * n }));
  const waited = events.filter((event) => event.type === "waited");
  assert.equal(waited.length, 30);
  const lone = waited.reduce((sum, event) => sum + Math.ceil(event.ms / 1000), 0);
  const shown = report.requests.total - report.requests.polls + lone;
  const text = recap(report, { facts });
  assert.ok(text.includes(`${report.requests.total} requests;`), text);
  assert.ok(
    text.replaceAll(/\s+/g, " ").includes(`would have taken ${shown} (computed)`),
    `${shown}: ${text}`,
  );
  assert.ok(!recap(report).includes("computed"), "compared without knowing");
});

Deno.test("a learned rate is told, and where members were left when a time limit stopped the run", async () => {
  const farm = new Farm(3, { takes: () => 60_000 });
  const facts = new RunCounts();
  facts.take({ type: "throttled", endpoint: "test", rate: 9.87, at: 0, sent: 0 });
  const report = await jobs(farm.handle).all().pause().waitUntil("paused").run({
    view: false,
    throwOnError: false,
    timeout: "20s",
    on: (event) => facts.take(event),
  });
  const text = recap(report, { facts });
  assert.match(text, /test was found to allow 9\.9 requests a second/);
  assert.match(text, /3 interrupted/);
  assert.match(text, /3 left pausing: job-0, job-1, job-2/);
});
