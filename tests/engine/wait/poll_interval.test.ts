/**
 * How often a watcher looks, in figures.
 */
import assert from "node:assert/strict";
import { PollInterval } from "../../../lib/engine/wait/poll_interval.ts";

/** The first jitter is 0.618 of ±10 %. */
const SPREAD = 0.9 + 0.2 * 0.618;
const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}, not ${expected}`);
const usual = { asked: undefined, pages: 1, told: false };

Deno.test("the first look comes after 0.8 s, of many members after 0.2 s, and after 20 s where changes are told", () => {
  const few = new PollInterval(), many = new PollInterval();
  few.grow(3);
  many.grow(1_000);
  assert.deepEqual([few.first(false), many.first(false), few.first(true)], [800, 200, 20_000]);
});

Deno.test("before anything has ended a look follows after a sixth of the time waited", () => {
  const interval = new PollInterval();
  interval.grow(1);
  close(interval.next({ ...usual, lasted: 12_000 }), 2_000 * SPREAD);
});

Deno.test("when waits end quickly a look follows as soon as it pays: twenty-five waits for each request", () => {
  const interval = new PollInterval();
  interval.grow(1_000);
  interval.looked(5_000, 0);
  interval.looked(6_000, 10);
  close(interval.next({ ...usual, lasted: 1e6 }), 2_500 * SPREAD);
  const paged = new PollInterval();
  paged.grow(1_000);
  paged.looked(5_000, 0);
  paged.looked(6_000, 50);
  close(paged.next({ ...usual, pages: 4, lasted: 1e6 }), 2_000 * SPREAD);
});

Deno.test("a look is never later than somebody asked for, nor than fifteen seconds", () => {
  const interval = new PollInterval();
  interval.grow(1);
  assert.equal(interval.next({ ...usual, lasted: 1e9, asked: 3_000 }), 3_000);
  assert.equal(interval.next({ ...usual, lasted: 1e9 }), 15_000);
});
