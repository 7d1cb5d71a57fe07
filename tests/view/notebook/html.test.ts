import assert from "node:assert/strict";
import { shownInCell } from "../../../lib/engine/run/notebook_kernel.ts";
import { defaults } from "../../../lib/engine/run/defaults.ts";
import { output } from "../../../lib/engine/process/output.ts";
import { wireDefaults } from "../../../lib/view/defaults.ts";
import { planHtml, recordsHtml, reportHtml } from "../../../lib/view/notebook/html.ts";
import { Farm } from "../../engine/farm.ts";
import { job, jobs } from "../../engine/job.ts";
import { machine } from "../../../lib/clouds/cloudapi/machines/machine.ts";

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
  const before = { ...defaults, ...output };
  try {
    delete output.html;
    for (const shown of [plan, report]) assert.deepEqual(Object.keys(await displayed(shown)), ["text/plain"]);
    wireDefaults();
    assert.ok(defaults.confirm && defaults.interrupts && defaults.view);
    for (const shown of [plan, report]) assert.match((await displayed(shown))["text/html"]!, /^<div/);
  } finally {
    Object.assign(defaults, before);
    if (!before.html) delete output.html;
    delete defaults.load;
  }
});

Deno.test("records are a table in a notebook's cell, and a plain array anywhere else", async () => {
  const before = { ...defaults, ...output };
  const keys = ["0", "1", "length"];
  const plain = await jobs(new Farm(2).handle);
  assert.deepEqual(Reflect.ownKeys(plain), keys);
  const inCell = (records: object[]) => shownInCell(job, records, true);
  try {
    delete output.html;
    assert.deepEqual(Object.keys(await displayed(inCell([...plain]))), ["text/plain"]);
    wireDefaults();
    const some = inCell(await jobs(new Farm(60).handle));
    const shown = await displayed(some);
    assert.match(shown["text/html"]!, /<code[^>]*>60 jobs<\/code>/);
    assert.match(shown["text/html"]!, /… and 10 more/);
    assert.match(shown["text/plain"]!, /title:/);
    assert.deepEqual(Reflect.ownKeys(some.slice(0, 2)), keys);
    assert.match((await displayed(inCell([])))["text/html"]!, />0 jobs</);
  } finally {
    Object.assign(defaults, before);
    if (!before.html) delete output.html;
    delete defaults.load;
  }
});

Deno.test("a table of records shows the columns of their description, escaped, as the command does", () => {
  const record = {
    id: "0123456789ab",
    name: "<b>web</b>",
    state: "running",
    package: "small",
    tags: { type: "web" },
    memory: 256,
    docker: false,
  };
  const html = recordsHtml(machine, [record, { ...record, package: undefined }]);
  const heads = [...html.matchAll(/<th [^>]*>([^<]*)</g)].map(([, head]) => head);
  assert.deepEqual(heads, ["id", "name", "state", "package", "primaryIp", "tags"]);
  const cells = [...html.matchAll(/<td [^>]*>([^<]*)</g)].map(([, cell]) => cell);
  assert.deepEqual(cells.slice(0, 6), [
    "01234567",
    "&lt;b&gt;web&lt;/b&gt;",
    "running",
    "small",
    "-",
    "type=web",
  ]);
  assert.deepEqual(cells.slice(6, 10), ["01234567", "&lt;b&gt;web&lt;/b&gt;", "running", "-"]);
});
