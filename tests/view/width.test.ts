import assert from "node:assert/strict";
import { showPlan } from "../../lib/engine/plan/text.ts";
import stringWidth from "npm:string-width@8";
import { fit, oneLine, outputLine, pad, widthOf, wrap } from "../../lib/view/width.ts";
import { Farm } from "../engine/farm.ts";
import { jobs } from "../engine/job.ts";

const SAMPLES = [
  "web-1",
  "running → stopping … ✓ ✗ · ⠋ █▒░",
  "日本語のマシン",
  "한국어 서버",
  "Ünïcödé naïve",
  "e\u0301a\u0308 combining",
  "ｆｕｌｌ　ｗｉｄｔｈ",
  "👍 ok 🚀",
  "👩‍👩‍👧 family 🇨🇭 flag 👍🏽",
  "❤️ red",
  "zero\u200bwidth\u2060joiner",
  "العربية",
  "ไทย",
  "",
];

Deno.test("text takes the columns that a well-known measure says", () => {
  for (const sample of SAMPLES) assert.equal(widthOf(sample), stringWidth(sample), JSON.stringify(sample));
});

Deno.test("text that does not fit is cut between characters, and says so", () => {
  for (const sample of SAMPLES) {
    for (let columns = 0; columns < 30; columns++) {
      const fitted = fit(sample, columns);
      assert.ok(widthOf(fitted) <= columns, `${fitted} in ${columns}`);
      if (widthOf(sample) <= columns) assert.equal(fitted, sample);
      else if (columns > 0) assert.ok(fitted.endsWith("…"));
      assert.ok(widthOf(pad(fitted, columns)) >= columns);
    }
  }
});

Deno.test("what a terminal would obey is shown instead", () => {
  assert.equal(oneLine("a\x1b[2J\r\nb\u202e"), "a\\u001b[2J\\u000d\\nb\\u202e");
  assert.equal(outputLine("\x1b[1;32mok\x1b[0m\tx\r\n"), "ok    x");
  assert.deepEqual(wrap("one two three four five", "  ", 20), ["  one two three four", "  five"]);
});

Deno.test("a plan's columns stay aligned below wide names", async () => {
  const farm = new Farm(0);
  farm.add({ id: "j1", title: "日本語", phase: "working" });
  farm.add({ id: "j2", title: "plain", phase: "working" });
  const plan = await jobs(farm.handle).all().pause().plan();
  const rows = showPlan(plan, false, widthOf).split("\n").filter((line) => line.includes("working"));
  assert.equal(new Set(rows.map((row) => widthOf(row.slice(0, row.indexOf("working"))))).size, 1);
});
