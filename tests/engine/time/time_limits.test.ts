import assert from "node:assert/strict";
import { limitTime } from "../../../lib/engine/time/time_limits.ts";
import { systemClock } from "../../../lib/engine/time/clock.ts";

Deno.test("time limits of one length are kept each on its own, though one timer serves them", async () => {
  const began = performance.now();
  const over: [number, number][] = [];
  const note = (name: number) => () => over.push([name, performance.now() - began]);
  limitTime(60, note(1));
  const second = limitTime(60, note(2));
  await systemClock.sleep(30);
  limitTime(60, note(3));
  limitTime(10, note(4));
  second();
  await systemClock.sleep(120);
  assert.deepEqual(over.map(([name]) => name), [4, 1, 3]);
  for (const [name, at] of over) assert.ok(at >= { 1: 60, 3: 90, 4: 40 }[name]!, `${name} at ${at} ms`);
  second(); // once more is nothing
});

Deno.test("a time limit that begins while another runs out is kept", async () => {
  let over = false;
  limitTime(20, () => limitTime(20, () => over = true));
  await systemClock.sleep(200);
  assert.ok(over, "it was forgotten");
});

Deno.test("thousands of limits that nobody reaches leave nothing behind, and do not disturb the one that is", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (let n = 0; n < 5000; n++) limitTime(50, () => assert.fail("it had ended"))();
  limitTime(50, resolve);
  for (let n = 0; n < 5000; n++) limitTime(50, () => assert.fail("it had ended"))();
  await promise;
});

Deno.test("a time limit that is over holds up no process", async () => {
  const file = new URL("../../../lib/engine/time/time_limits.ts", import.meta.url).href;
  const began = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `import { limitTime } from ${JSON.stringify(file)};
       const ends = Array.from({ length: 3 }, () => limitTime(60_000, () => {}));
       for (const end of ends) end();
       limitTime(60_000, () => {})();`,
    ],
  }).output();
  assert.ok(success);
  assert.ok(performance.now() - began < 30_000);
});
