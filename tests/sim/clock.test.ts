import assert from "node:assert/strict";
import { ScaledClock, VirtualClock } from "../../lib/sim/clock.ts";

Deno.test("a virtual clock lets an hour pass at once", async () => {
  const clock = new VirtualClock({ start: 1000 });
  await clock.sleep(3_600_000);
  assert.equal(clock.now(), 3_601_000);
});

Deno.test("sleepers wake in order of their instants, equal ones in order of falling asleep", async () => {
  const clock = new VirtualClock({ start: 0 });
  const woke: string[] = [];
  const nap = (name: string, ms: number) =>
    clock.sleep(ms).then(() => {
      woke.push(`${name}@${clock.now()}`);
    });
  await Promise.all([nap("c", 30), nap("a", 10), nap("b1", 20), nap("b2", 20), nap("b3", 20)]);
  assert.deepEqual(woke, ["a@10", "b1@20", "b2@20", "b3@20", "c@30"]);
});

Deno.test("a sleeper that sleeps again is not overtaken", async () => {
  const clock = new VirtualClock({ start: 0 });
  const seen: number[] = [];
  const poll = async () => {
    for (let i = 0; i < 5; i++) {
      await clock.sleep(10);
      await Promise.resolve().then(() => Promise.resolve()); // some bookkeeping between two polls
      seen.push(clock.now());
    }
  };
  await Promise.all([poll(), clock.sleep(1000)]);
  assert.deepEqual(seen, [10, 20, 30, 40, 50]);
});

Deno.test("time stands still while work is held", async () => {
  const clock = new VirtualClock({ start: 0 });
  const nap = clock.sleep(100);
  const at = await clock.hold(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20)); // real time, many turns of the loop
    return clock.now();
  });
  assert.equal(at, 0);
  await nap;
  assert.equal(clock.now(), 100);
});

const turns = async (n: number) => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve));
};

Deno.test("time does not jump while a few turns of the event loop are still needed", async () => {
  const clock = new VirtualClock({ start: 0 });
  const far = clock.sleep(1000);
  await clock.sleep(10);
  await turns(3);
  assert.equal(clock.now(), 10);
  await far;
});

Deno.test("time does not jump as long as somebody keeps falling asleep", async () => {
  const clock = new VirtualClock({ start: 0 });
  const naps = [];
  for (let i = 0; i < 10; i++) {
    naps.push(clock.sleep(1000));
    await turns(3);
    assert.equal(clock.now(), 0);
  }
  await Promise.all(naps);
  assert.equal(clock.now(), 1000);
});

Deno.test("a held work's failure is passed on, and time goes on after it", async () => {
  const clock = new VirtualClock({ start: 0 });
  await assert.rejects(clock.hold(() => Promise.reject(new Error("no"))), /no/);
  await clock.sleep(5);
  assert.equal(clock.now(), 5);
});

Deno.test("an aborted sleep rejects with the reason and time does not pass for it", async () => {
  const clock = new VirtualClock({ start: 0 });
  const control = new AbortController();
  const nap = clock.sleep(50_000, control.signal);
  control.abort(new Error("enough"));
  await assert.rejects(nap, /enough/);
  assert.equal(clock.sleeping, 0);
  await clock.sleep(10);
  assert.equal(clock.now(), 10);
  await assert.rejects(clock.sleep(1, control.signal), /enough/);
});

Deno.test("a sleep of nothing resolves without time passing", async () => {
  const clock = new VirtualClock({ start: 0 });
  await clock.sleep(0);
  await clock.sleep(-5);
  await clock.sleep(0, new AbortController().signal);
  assert.equal(clock.now(), 0);
});

Deno.test("a sleep without end is refused instead of never waking", async () => {
  await assert.rejects(new VirtualClock().sleep(Infinity), RangeError);
});

/** Wakes this many sleepers, four at each time, and returns how long that took, in milliseconds. */
async function wakeInOrder(count: number): Promise<number> {
  const clock = new VirtualClock({ start: 0 });
  const began = performance.now();
  const order: number[] = [];
  const times = Array.from({ length: count }, (_, i) => (i * 7919) % (count / 4));
  await Promise.all(times.map((ms) =>
    clock.sleep(ms + 1).then(() => {
      order.push(clock.now());
    })
  ));
  const took = performance.now() - began;
  assert.equal(order.length, count);
  assert.deepEqual(order, times.map((ms) => ms + 1).sort((a, b) => a - b));
  return took;
}

Deno.test("ten thousand sleepers wake in order, and cost little more each than a thousand", async () => {
  const least = async (count: number) =>
    Math.min(await wakeInOrder(count), await wakeInOrder(count), await wakeInOrder(count));
  await wakeInOrder(1_000);
  const few = await least(1_000), many = await least(10_000);
  // Ten times as many. If each went through all others, it would take a hundred times as long.
  assert.ok(many < 50 * few, `${few} ms, ${many} ms`);
});

Deno.test("thousands of aborted sleepers leave no trace", async () => {
  const clock = new VirtualClock({ start: 0 });
  const control = new AbortController();
  const naps = Array.from({ length: 5000 }, (_, i) => clock.sleep(1000 + i, control.signal));
  const kept = clock.sleep(99_999);
  control.abort(new Error("stop"));
  const ends = await Promise.allSettled(naps);
  assert.ok(ends.every((end) => end.status === "rejected"));
  assert.equal(clock.sleeping, 1);
  await kept;
  assert.equal(clock.now(), 99_999);
});

Deno.test("advance wakes who is due and no one else", async () => {
  const clock = new VirtualClock({ start: 0 });
  const woke: number[] = [];
  const naps = [10, 20, 30].map((ms) => clock.sleep(ms).then(() => woke.push(ms)));
  clock.advance(20);
  assert.equal(clock.now(), 20);
  await clock.sleep(0);
  assert.deepEqual(woke, [10, 20]);
  await Promise.all(naps);
});

Deno.test("a scaled clock runs faster than real time", async () => {
  const clock = new ScaledClock(1000);
  const from = clock.now();
  await clock.sleep(10_000);
  const passed = clock.now() - from;
  assert.ok(passed >= 9_000 && passed < 500_000, `${passed}`);
  await assert.rejects(clock.sleep(10, AbortSignal.abort(new Error("off"))), /off/);
  assert.throws(() => new ScaledClock(0), RangeError);
});
