import assert from "node:assert/strict";
import { ConfirmationRequiredError, type Question } from "../../lib/engine/mod.ts";
import { confirmOn } from "../../lib/view/confirm.ts";
import { areaOf } from "../../lib/view/live/live_area.ts";
import { Farm } from "../engine/farm.ts";
import { jobs } from "../engine/job.ts";
import { FakeKeyboard, FakeTerminal, HandWall } from "./fake_terminal.ts";

const question: Question = {
  endpoint: "us-east-1",
  text: "delete 25 machines in us-east-1",
  count: 25,
  names: ["web-1", "web-2\x1b[2J", "web-3", "web-4", "web-5"],
  irreversible: ["delete"],
  typeCount: false,
};
const large: Question = {
  ...question,
  text: "delete 1200 machines in us-east-1",
  count: 1200,
  typeCount: true,
};

function setting() {
  const keyboard = new FakeKeyboard();
  const device = new FakeTerminal(60);
  let interrupts = 0;
  const ask = (what: Question, signal?: AbortSignal) =>
    confirmOn(what, signal, { keyboard, device, interrupt: () => interrupts++ });
  return { keyboard, device, ask, interrupts: () => interrupts };
}

Deno.test("the question names the place, the count, the first members and what cannot be undone", async (t) => {
  const { keyboard, device, ask } = setting();
  keyboard.press("y\r");
  assert.equal(await ask(question), true);
  assert.equal(keyboard.isRaw, false);
  assert.ok(!device.written.includes("\x1b[2J"));
  await t.assertSnapshot(device.screen().join("\n"));
});

for (
  const [keys, answer] of [
    [["y", "e", "s", "\r"], true],
    [["Y\n"], true],
    [["\r"], false],
    [["n\r"], false],
    [["yo\r"], false],
    [["x\x7fy\r"], true],
    [["nope\x15y\r"], true],
    [["\x1b[Ay\r"], true],
    [["y\x04\x03"], false],
    [["\x04"], false],
    [["closed"], false],
  ] as const
) {
  Deno.test(`the keys ${JSON.stringify(keys)} are a ${answer ? "yes" : "no"}`, async () => {
    const { keyboard, ask } = setting();
    keyboard.press(...keys);
    assert.equal(await ask(question), answer);
    assert.equal(keyboard.isRaw, false, "the terminal was left raw");
  });
}

Deno.test("a large set asks for the count to be typed, and a yes is not enough", async () => {
  for (
    const [keys, answer] of [
      [["1200\r"], true],
      [[" 1200 \r"], true],
      // The prompt says that anything else leaves it, and so it does.
      [["1,200\r", "1200\r"], false],
      [["12\r", "1200\r"], false],
      [["01200\r", "1200\r"], false],
      [["1200.0\r", "1200\r"], false],
      [["y\r", "1200\r"], false],
      [["yes\r", "1200\r"], false],
      [["\r", "1200\r"], false],
    ] as const
  ) {
    const { keyboard, device, ask } = setting();
    keyboard.press(...keys);
    assert.equal(await ask(large), answer, JSON.stringify(keys));
    assert.match(device.screen().join("\n"), /Type 1200 to go on/);
  }
});

Deno.test("Ctrl-C at the question is a no and stops the runs", async () => {
  const { keyboard, ask, interrupts } = setting();
  keyboard.press("y\x03");
  assert.equal(await ask(question), false);
  assert.equal(interrupts(), 1);
  assert.equal(keyboard.isRaw, false);
});

Deno.test("without a terminal to read from and to write to nobody is asked", async () => {
  for (const missing of ["keyboard", "device"] as const) {
    const all = setting();
    all[missing].terminal = false;
    assert.equal(await all.ask(question), undefined);
    assert.equal(all.device.written, "");
    assert.equal(all.keyboard.reads, 0);
  }
});

Deno.test("a stopped run takes its question back, and the key pressed then answers the next one only", async () => {
  const { keyboard, ask } = setting();
  const stop = new AbortController();
  const first = ask(question, stop.signal);
  await new Promise((resolve) => setTimeout(resolve, 0));
  stop.abort();
  assert.equal(await first, false);
  assert.equal(keyboard.isRaw, false);
  assert.equal(await ask(question, stop.signal), false);
  const second = ask(question);
  keyboard.press("y\r");
  assert.equal(await second, true);
  assert.equal(keyboard.reads, 1, "the read that was left behind was not taken over");
});

Deno.test("questions of two runs come one after the other", async () => {
  const { keyboard, device, ask } = setting();
  const both = Promise.all([ask(question), ask({ ...question, text: "delete 30 instances in eu" })]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.ok(!device.written.includes("instances"));
  keyboard.press("y\r", "n\r");
  assert.deepEqual(await both, [true, false]);
  assert.match(device.written, /instances/);
});

Deno.test("the live view is out of the way while somebody is asked", async () => {
  const { keyboard, device, ask } = setting();
  const wall = new HandWall();
  const remove = areaOf(device, wall).add({
    lively: true,
    lines: () => [{ text: `drawn at ${wall.now()}`, ink: `drawn at ${wall.now()}` }],
  });
  wall.pass(500);
  assert.match(device.screen().join(), /drawn/);
  const answer = ask(question);
  await new Promise((resolve) => setTimeout(resolve, 0));
  wall.pass(5000);
  assert.ok(!device.screen().join().includes("drawn"));
  keyboard.press("y\r");
  await answer;
  wall.pass(500);
  assert.match(device.screen().at(-1)!, /drawn at 5500|drawn at [56]\d+/);
  remove();
  assert.equal(wall.waiting, 0);
});

Deno.test("a chain goes on after a yes, and sends nothing after a no", async () => {
  const farm = new Farm(0);
  for (let n = 0; n < 25; n++) farm.add({ id: `j${n}`, phase: "paused" });
  const { keyboard, device, ask } = setting();
  const chain = jobs(farm.handle, { pool: "blue" }).remove();
  keyboard.press("n\r");
  await assert.rejects(chain.run({ confirm: ask, view: false }), ConfirmationRequiredError);
  assert.equal(farm.count("DELETE"), 0);
  keyboard.press("y\r");
  const report = await chain.run({ again: true, confirm: ask, view: false });
  assert.equal(report.succeeded.length, 25);
  assert.match(device.screen().join("\n"), /remove 25 jobs in test/);
});
