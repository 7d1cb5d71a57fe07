import assert from "node:assert/strict";
import { limitTime } from "../../../lib/engine/time/time_limits.ts";
import { systemClock } from "../../../lib/engine/time/clock.ts";

Deno.test("time limits of one length are kept each on its own, though one timer serves them", async () => {
  const over: { name: number; after: number }[] = [];
  const limit = (ms: number, name: number) => {
    const from = performance.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = limitTime(ms, () => resolve(void over.push({ name, after: performance.now() - from })));
    return { end, reached: promise };
  };
  const first = limit(60, 1), second = limit(60, 2);
  second.end(); // at once: on a busy machine its time could be up otherwise
  await systemClock.sleep(30);
  const third = limit(60, 3), short = limit(10, 4);
  await Promise.all([first.reached, third.reached, short.reached]);
  assert.deepEqual(
    over.map(({ name }) => name).filter((name) => name !== 4),
    [1, 3],
    "in the order they began",
  );
  assert.equal(over.length, 3, "the second had ended before its time");
  for (const { name, after } of over) {
    assert.ok(after >= (name === 4 ? 10 : 60), `${name} was over after ${after} ms`);
  }
  second.end(); // once more is nothing
});

Deno.test("a time limit that begins while another runs out is kept", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  limitTime(20, () => limitTime(20, resolve));
  await promise;
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
