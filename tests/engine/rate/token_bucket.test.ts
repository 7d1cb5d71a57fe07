/**
 * What a server's refusals teach about its rate, in figures.
 */
import assert from "node:assert/strict";
import { createPace, type PaceOptions } from "../../../lib/engine/rate/token_bucket.ts";

const paceOf = (options: Partial<PaceOptions> = {}) =>
  createPace({ hint: { burst: 10, perSecond: 10 }, random: () => 0, patience: 600_000, ...options });
const rateOf = (pace: ReturnType<typeof paceOf>) => pace.facts().perSecond!;

Deno.test("a rate that the server names is believed, however slow, and a request is tried once in its time", () => {
  const pace = paceOf();
  pace.refused(0, { perSecond: 0.02 }, 0, true);
  assert.equal(rateOf(pace), 0.02);
  assert.equal(pace.wait(0), 50_000);
  const quicker = paceOf();
  quicker.refused(0, { perSecond: 0.1 }, 0, true);
  assert.ok(
    quicker.wait(0) <= 20_204,
    "two tokens and the share that is kept back, and not more than twenty seconds",
  );
});

Deno.test("a rate that is guessed does not come down to nothing", () => {
  const pace = paceOf();
  for (let n = 1; n <= 60; n++) pace.refused(n * 1000, {}, 0, true);
  assert.equal(rateOf(pace), 0.05);
});

Deno.test("a refusal that names no rate, after one that did, leaves more of it to others", () => {
  const pace = paceOf();
  pace.refused(0, { perSecond: 10 }, 0, true);
  assert.equal(rateOf(pace), 9.9);
  for (let n = 0; n < 20; n++) pace.accepted(1000 + n);
  pace.refused(2_000, {}, 0, true);
  assert.equal(rateOf(pace), 8.91);
});

Deno.test("a guessed rate rises once it was kept for its time, and not before", () => {
  const pace = paceOf();
  pace.refused(0, {}, 0, true);
  assert.equal(rateOf(pace), 0.99);
  pace.accepted(999);
  assert.equal(rateOf(pace), 0.99);
  pace.accepted(1_000);
  assert.equal(rateOf(pace), 1.24);
});

Deno.test("a refusal after three requests tells the rate by the time that it says to wait; after two it tells nothing", () => {
  const after = (requests: number) => {
    const pace = paceOf();
    for (let n = 0; n < requests; n++) pace.accepted(0);
    pace.refused(1_000, { retryAfter: 59_000 }, 0, true);
    return rateOf(pace);
  };
  assert.equal(after(3), 0.05);
  assert.equal(after(6), 0.1);
  assert.equal(after(2), 0.99);
});
