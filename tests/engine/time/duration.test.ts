/**
 * Times as people write and read them.
 */
import assert from "node:assert/strict";
import { milliseconds, showDuration } from "../../../lib/engine/time/duration.ts";

Deno.test("a duration reads as people say it", () => {
  const cases: [number, string][] = [
    [0, "0 ms"],
    [999, "999 ms"],
    [1_000, "1.0 s"],
    [9_949, "9.9 s"],
    [9_950, "10 s"],
    [59_499, "59 s"],
    [59_500, "1 m"],
    [60_000, "1 m"],
    [199_000, "3 m 19 s"],
    [3_599_000, "59 m 59 s"],
    [3_600_000, "1 h"],
    [7_500_000, "2 h 5 m"],
    [47 * 3_600_000, "47 h"],
    [48 * 3_600_000, "2 d 0 h"],
    [51 * 3_600_000, "2 d 3 h"],
  ];
  for (const [ms, text] of cases) assert.equal(showDuration(ms), text, String(ms));
});

Deno.test("a duration is a number of milliseconds or has units, and is above zero", () => {
  const cases: [number | string, number][] = [
    [1, 1],
    ["250ms", 250],
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["1 h 30 m", 5_400_000],
    ["1.5m", 90_000],
    ["2d", 172_800_000],
  ];
  for (const [value, ms] of cases) assert.equal(milliseconds(value, "timeout"), ms, String(value));
  for (const value of [0, -1, NaN, Infinity, "", "5", "0s", " 5s", "5s x", "x5s", "5 parsecs", null]) {
    assert.throws(
      () => milliseconds(value as string, "timeout"),
      /Cannot use .* as timeout: /,
      String(value),
    );
  }
});
