import assert from "node:assert/strict";
import { ApiError, type RunEvent } from "../../lib/engine/mod.ts";
import { jsonEvent, jsonView } from "../../lib/view/lines/json.ts";
import { plainView } from "../../lib/view/lines/plain.ts";
import { viewFor, type ViewKind } from "../../lib/view/view_for.ts";
import { scriptView } from "../../lib/view/script_view.ts";
import { Farm } from "../engine/farm.ts";
import { jobs } from "../engine/job.ts";
import { FakeTerminal, wallOf } from "./fake_terminal.ts";

/** What a view writes of a run. */
async function written(farm: Farm, make: (out: FakeTerminal) => (event: RunEvent) => void) {
  const out = new FakeTerminal(200, 50);
  out.terminal = false;
  await jobs(farm.handle).all().pause().waitUntil("paused").run({
    view: false,
    throwOnError: false,
    on: make(out),
  });
  return out.written.split("\n").slice(0, -1);
}

function farmOf(count: number): Farm {
  const farm = new Farm(count, { takes: (n) => 1000 + 20 * (n % 1000) });
  farm.add({ id: "j9001", title: "bro\x1bken\nline", phase: "broken" });
  farm.add({ id: "j9002", phase: "paused" });
  return farm;
}

Deno.test("in a log few members have their lines, each with its time", async (t) => {
  const farm = farmOf(2);
  await t.assertSnapshot(
    (await written(farm, (out) => plainView(out, { wall: wallOf(farm.clock) }))).join("\n"),
  );
});

Deno.test("3,000 members are not 30,000 lines in a log", async () => {
  const farm = farmOf(3000);
  for (let n = 9100; n < 9200; n++) farm.add({ id: `j${n}`, phase: "broken" });
  const wall = wallOf(farm.clock);
  const lines = await written(farm, (out) => plainView(out, { wall }));
  assert.ok(lines.length > 20 && lines.length < 60, `${lines.length} lines`);
  const counts = lines.filter((line) => / of 3,102 jobs done/.test(line));
  assert.ok(counts.length >= 3, lines.join("\n"));
  assert.equal(lines.filter((line) => line.includes(": failed:")).length, 20);
  assert.equal(wall.waiting, 0);
});

Deno.test("in a script without a terminal there is nothing for ten seconds, then a line every ten, and no end", async () => {
  const quick = await written(new Farm(3, { takes: () => 8000 }), (out) => scriptView(out));
  assert.deepEqual(quick, []);
  const farm = new Farm(3, { takes: () => 34_000 });
  const wall = wallOf(farm.clock);
  const lines = await written(farm, (out) => scriptView(out, wall));
  assert.equal(lines.length, 3, lines.join("\n"));
  assert.match(lines[0]!, /^muster: 0 of 3 jobs done, 3 pausing, 10 s, \d+ requests/);
  assert.equal(wall.waiting, 0);
});

Deno.test("each event is one JSON object of a stable shape, without records", async () => {
  const farm = farmOf(3);
  farm.add({ id: "j77", pool: "s3cret" });
  const lines = await written(farm, jsonView);
  const events = lines.map((line) => JSON.parse(line));
  assert.equal(events[0].type, "planned");
  assert.equal(events[0].plan.members.length, 6);
  assert.deepEqual(Object.keys(events[0].plan.members[0]), ["id", "name", "state"]);
  assert.equal(events.at(-1).type, "finished");
  assert.equal(events.at(-1).report.counts.failed, 1);
  const failed = events.find((event) => event.type === "failed");
  assert.deepEqual(Object.keys(failed), ["type", "at", "requests", "member", "step", "error"]);
  assert.deepEqual(failed.member, { id: "j9001", name: "bro\x1bken\nline", index: 3, plan: 0 });
  assert.equal(failed.step, "pause()");
  assert.equal(failed.error.name, "MusterError");
  const sent = events.find((event) => event.type === "sent");
  assert.deepEqual(Object.keys(sent), ["type", "at", "requests", "member", "step", "action", "attempt"]);
  assert.ok(!lines.join().includes("s3cret"));
  for (const event of events) assert.ok(!Number.isNaN(Date.parse(event.at)), JSON.stringify(event));
});

Deno.test("an API's refusal has its facts in JSON, and an event before the plan has no time", () => {
  const error = new ApiError("Cannot x: y", {
    status: 409,
    code: "InUse",
    request: "POST /a",
    requestId: "r1",
  });
  assert.deepEqual(jsonEvent({ type: "abandoned", error, at: 0, sent: 1 }, []), {
    type: "abandoned",
    at: null,
    requests: 1,
    error: { name: "ApiError", message: "Cannot x: y", status: 409, code: "InUse", requestId: "r1" },
  });
});

Deno.test("quiet shows nothing but errors", async () => {
  const lines = await written(farmOf(3), (out) => viewFor("silent", out));
  assert.deepEqual(lines, [
    "muster: Cannot pause job bro\\u001bken\\nline: it is broken, and pause needs working. It was not begun: nothing was sent to it.",
  ]);
  assert.deepEqual(await written(new Farm(3), (out) => viewFor("silent", out)), []);
});

Deno.test("every view takes every run to its end and stops its timers", async () => {
  for (const kind of ["terminal", "plain", "json", "silent"] satisfies ViewKind[]) {
    const farm = farmOf(60);
    const wall = wallOf(farm.clock);
    await written(farm, (out) => viewFor(kind, out, wall));
    assert.equal(wall.waiting, 0, kind);
  }
});

Deno.test("docs/cli.md lists every event there is in the JSON stream", async () => {
  const root = new URL("../../", import.meta.url);
  const docs = await Deno.readTextFile(new URL("docs/cli.md", root));
  const source = await Deno.readTextFile(new URL("lib/view/lines/json.ts", root));
  const listed = [...docs.matchAll(/^\| `([a-z][A-Za-z]+)` /gm)].map(([, type]) => type);
  const made = [...source.matchAll(/case "(\w+)":/g)].map(([, type]) => type);
  assert.deepEqual(made.filter((type) => !listed.includes(type)), []);
});
