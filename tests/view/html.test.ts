import assert from "node:assert/strict";
import { defaults } from "../../lib/chain/defaults.ts";
import { wireDefaults } from "../../lib/view/defaults.ts";
import { planHtml, reportHtml } from "../../lib/view/html.ts";
import { Farm } from "../chain/farm.ts";
import { jobs } from "../chain/job.ts";

const displayed = (shown: object) =>
  (shown as Record<symbol, () => Promise<Record<string, string>>>)[Symbol.for("Jupyter.display")]!();

async function made() {
  const farm = new Farm(60);
  farm.add({ id: "j99", title: `<script>alert("x")</script>&'`, phase: "broken" });
  const chain = jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused").remove();
  const plan = await chain.plan();
  const report = await chain.run({ view: false, throwOnError: false, yes: true });
  return { plan, report };
}

Deno.test("plans and reports as HTML escape whatever came from outside", async (t) => {
  const { plan, report } = await made();
  for (const html of [planHtml(plan), reportHtml(report)]) {
    assert.ok(!html.includes("<script"), html);
    assert.match(html, /… and 11 more/);
    // Every tag that is opened is closed.
    const open = [...html.matchAll(/<([a-z]+)[ >]/g)].length;
    assert.equal(open, [...html.matchAll(/<\/[a-z]+>/g)].length);
  }
  assert.match(reportHtml(report), /&lt;script&gt;alert\(&quot;x&quot;\)&lt;\/script&gt;&amp;&#39;/);
  await t.assertSnapshot(planHtml(plan).slice(0, 900));
});

Deno.test("HTML says the same as text: to the last state, in the same words", async () => {
  const chain = jobs(new Farm(2).handle).all().pause().waitUntil("paused").remove();
  const plan = planHtml(await chain.plan());
  assert.match(plan, />2 sent</);
  assert.doesNotMatch(plan, /remarks/);
  const report = reportHtml(await chain.run({ view: false, yes: true }));
  assert.match(report, /→ gone</);
  const { report: some } = await made();
  assert.match(reportHtml(some), /60 succeeded<\/span>, <span[^>]*>1 failed<\/span> in /);
});

Deno.test("a notebook shows HTML once the defaults are wired, and text before", async () => {
  const { plan, report } = await made();
  const before = { ...defaults };
  try {
    delete defaults.html;
    for (const shown of [plan, report]) assert.deepEqual(Object.keys(await displayed(shown)), ["text/plain"]);
    wireDefaults();
    assert.ok(defaults.confirm && defaults.interrupts && defaults.view);
    for (const shown of [plan, report]) assert.match((await displayed(shown))["text/html"]!, /^<div/);
  } finally {
    Object.assign(defaults, before);
    if (!before.html) delete defaults.html;
    delete defaults.load;
  }
});
