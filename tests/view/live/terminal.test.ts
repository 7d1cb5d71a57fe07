import assert from "node:assert/strict";
import type { Listener, RunEvent } from "../../../lib/engine/mod.ts";
import { drawRun } from "../../../lib/view/live/draw.ts";
import { areaOf } from "../../../lib/view/live/live_area.ts";
import { Speed } from "../../../lib/view/lines/rate.ts";
import { RunCounts } from "../../../lib/view/lines/run_counts.ts";
import { terminalView } from "../../../lib/view/live/terminal.ts";
import { widthOf } from "../../../lib/view/width.ts";
import { Farm, type FarmOptions } from "../../engine/farm.ts";
import { jobs } from "../../engine/job.ts";
import { FakeTerminal, wallOf } from "../fake_terminal.ts";

/** A run during which `look` checks the live view at each event. */
async function watched(
  farm: Farm,
  terminal: FakeTerminal,
  look: (event: RunEvent, seconds: number, view: Listener) => void = () => {},
  options: { delay?: number; ending?: "screen" | "line" } = {},
) {
  const wall = wallOf(farm.clock);
  const view = terminalView(terminal, { wall, ...options });
  const began = farm.clock.now();
  const on: Listener = (event) => {
    view(event);
    look(event, (farm.clock.now() - began) / 1000, view);
  };
  const report = await jobs(farm.handle).all().pause().waitUntil("paused").remove()
    .run({ yes: true, throwOnError: false, view: false, on });
  return { report, area: areaOf(terminal, wall) };
}

function farmOf(count: number, options: FarmOptions = { takes: (n) => 2000 + 1000 * (n % 10) }): Farm {
  const farm = new Farm(count, options);
  farm.add({ id: "j900", title: "broken-one", phase: "broken" });
  farm.add({ id: "j901", title: "paused-one", phase: "paused" });
  return farm;
}

/** Collects the screen at moments of a run, seconds. */
function filming(terminal: FakeTerminal, moments: number[]) {
  const film: string[] = [];
  return {
    film,
    look: (_: RunEvent, seconds: number) => {
      if (moments.length === 0 || seconds < moments[0]!) return;
      film.push(`after ${moments.shift()} s`, ...terminal.screen(), "");
    },
  };
}

Deno.test("few members have a line each, and the end is a recap", async (t) => {
  const terminal = new FakeTerminal(70, 24);
  const { film, look } = filming(terminal, [1.5, 3.5]);
  await watched(farmOf(3), terminal, look);
  await t.assertSnapshot([...film, "at the end", ...terminal.screen()].join("\n"));
  assert.equal(terminal.listeners, 0);
});

Deno.test("many members are counted, with those waited for longest and the last failure", async (t) => {
  const terminal = new FakeTerminal(70, 24);
  const { film, look } = filming(terminal, [1.5, 6.5]);
  await watched(farmOf(300), terminal, look);
  await t.assertSnapshot([...film, "at the end", ...terminal.screen()].join("\n"));
});

Deno.test("3,000 members are drawn at most ten times a second, in a few lines, without looking through them", async () => {
  const farm = farmOf(3000);
  const terminal = new FakeTerminal(100, 40);
  let highest = 0;
  let events = 0;
  const tally = new RunCounts();
  const { report, area } = await watched(farm, terminal, (event) => {
    events++;
    if (event.type !== "finished") highest = Math.max(highest, terminal.screen().length);
    if (event.type === "planned" || events % 7 === 0) tally.take(event);
  });
  assert.equal(report.members.length, 3000);
  assert.ok(events > 20_000, `${events} events`);
  const seconds = report.duration / 1000;
  assert.ok(area.draws > 10 && area.draws <= seconds * 10 + 2, `${area.draws} draws in ${seconds} s`);
  assert.ok(highest <= 10, `${highest} lines`);
  // A drawing that read a member's entry would throw here.
  tally.entries.splice(0, 1, new Proxy([], { get: () => assert.fail("a member was looked at") }));
  const lines = drawRun(tally, { columns: 100, rows: 39, colors: true, frame: 0, speed: new Speed() });
  assert.ok(lines.length >= 4);
});

Deno.test("nothing is drawn while nothing changes", async () => {
  const farm = farmOf(40, { takes: () => 600_000 });
  const terminal = new FakeTerminal();
  let writes = 0;
  const stop = new AbortController();
  const wall = wallOf(farm.clock);
  const view = terminalView(terminal, { wall });
  farm.clock.sleep(60_000).then(() => writes = terminal.writes);
  farm.clock.sleep(70_000).then(() => {
    writes = terminal.writes - writes;
    stop.abort();
  });
  await jobs(farm.handle).all().pause().waitUntil("paused").run({
    throwOnError: false,
    view: false,
    on: view,
    signal: stop.signal,
  });
  assert.ok(writes <= 45, `${writes} drawings in 10 s in which only looks happened`);
});

Deno.test("lines fit windows of 40 columns, and a resize leaves nothing behind", async (t) => {
  const terminal = new FakeTerminal(90, 20);
  const sizes: [number, number, number][] = [[3, 40, 12], [5, 30, 6], [7, 120, 30]];
  let resized = false;
  const bad: string[] = [];
  const film: string[] = [];
  await watched(farmOf(120), terminal, (event, seconds) => {
    if (sizes.length > 0 && seconds >= sizes[0]![0]) {
      const [, columns, rows] = sizes.shift()!;
      terminal.resize(columns, rows);
      resized = true;
    } else if (resized && terminal.screen().length > 0 && event.type !== "finished") {
      resized = false;
      film.push(`${terminal.columns} × ${terminal.rows}`, ...terminal.screen(), "");
    }
    const screen = terminal.screen();
    const heads = screen.filter((line) => line.startsWith("farm(")).length;
    if (event.type !== "finished" && (heads > 1 || screen.length > terminal.rows - 1)) bad.push(...screen);
    bad.push(...screen.filter((line) => widthOf(line) > terminal.columns));
  });
  assert.deepEqual(bad, []);
  assert.equal(sizes.length, 0);
  await t.assertSnapshot(film.join("\n"));
});

Deno.test("names and output that would command the terminal are shown, wide ones are measured", async (t) => {
  const farm = new Farm(1);
  farm.add({ id: "j7", title: "evil\x1b[2J\x1b]0;title\x07\nname" });
  farm.add({ id: "j8", title: "日本語のマシン番号八" });
  farm.add({ id: "j9", title: "kaputt\x1b[31m", phase: "broken" });
  const terminal = new FakeTerminal(60, 24);
  const { film, look } = filming(terminal, [1.5]);
  await watched(farm, terminal, (event, seconds, view) => {
    look(event, seconds);
    if (event.type === "accepted" && event.action === "pause") {
      const { member, step, at, sent } = event;
      view({
        type: "line",
        stream: "stdout",
        text: "\x1b[32mok\x1b[0m\tdone\x1b[H\r\n",
        member,
        step,
        at,
        sent,
      });
    }
  });
  // deno-lint-ignore no-control-regex
  const codes = new Set(terminal.written.match(/\x1b.?[^A-Za-z]*./g));
  for (const code of codes) assert.match(code, new RegExp("^\x1b\\[(\\?7[lh]|\\d*[AJ])$"));
  assert.ok(!terminal.written.includes("\x07"));
  await t.assertSnapshot([...film, "at the end", ...terminal.screen()].join("\n"));
});

Deno.test("a run of under a second shows nothing in a script; a longer one ends in one line", async () => {
  const quick = new FakeTerminal();
  await watched(new Farm(2, { takes: () => 100 }), quick, undefined, { delay: 10_000, ending: "line" });
  assert.equal(quick.written, "");
  const slow = new FakeTerminal(120);
  let before = "";
  await watched(new Farm(2, { takes: () => 5000 }), slow, (_, seconds) => {
    if (seconds < 1) before += slow.written;
  }, { delay: 1000, ending: "line" });
  assert.equal(before, "");
  assert.equal(slow.screen().length, 1);
  assert.match(
    slow.screen()[0]!,
    /^muster: 2 succeeded in 5\.\d s, \d+ requests \(polling each member: \d+, computed\)$/,
  );
});

Deno.test("output of the script goes above the live view, and an open question is not drawn over", async () => {
  const terminal = new FakeTerminal();
  const steps: [number, () => void][] = [
    [2, () => terminal.writeAsOther("hello\n")],
    [3, () => terminal.writeAsOther("Passphrase: ")],
    [6, () => {
      assert.equal(terminal.screen().at(-1), "Passphrase:", "drawn over the question");
      terminal.writeAsOther("\n");
    }],
    [7, () => {
      assert.deepEqual(terminal.screen().slice(0, 2), ["hello", "Passphrase:"]);
      assert.match(terminal.screen()[2]!, /^farm/);
    }],
  ];
  await watched(farmOf(30), terminal, (_, seconds) => {
    if (steps.length > 0 && seconds >= steps[0]![0]) steps.shift()![1]();
  });
  assert.equal(steps.length, 0);
});

Deno.test("two runs at once share the live area", async () => {
  const farm = new Farm(40, { takes: () => 5000 });
  const terminal = new FakeTerminal(80, 24);
  const wall = wallOf(farm.clock);
  let most = 0;
  const run = (id: RegExp) => {
    const view = terminalView(terminal, { wall, ending: "line" });
    return jobs(farm.handle).where({ id }).pause().waitUntil("paused").run({
      view: false,
      on: (event) => {
        view(event);
        most = Math.max(most, terminal.screen().filter((line) => line.startsWith("farm(")).length);
      },
    });
  };
  await Promise.all([run(/[02468]$/), run(/[13579]$/)]);
  assert.equal(most, 2);
  assert.equal(terminal.screen().length, 2, terminal.screen().join("\n"));
  assert.equal(terminal.listeners, 0);
});

Deno.test("a run that a rail refuses takes its view with it", async () => {
  const farm = new Farm(0);
  for (let n = 0; n < 25; n++) farm.add({ id: `j${n}`, phase: "paused" });
  const terminal = new FakeTerminal();
  const wall = wallOf(farm.clock);
  const view = terminalView(terminal, { wall });
  await assert.rejects(
    jobs(farm.handle).all().remove().run({ view: false, on: view }),
    /there is no terminal to ask on/,
  );
  assert.deepEqual(terminal.screen(), []);
  assert.equal(terminal.listeners, 0);
  assert.equal(wall.waiting, 0, "a timer of the view goes on");
});
