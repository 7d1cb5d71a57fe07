/**
 * How sure it must be that a member is gone.
 */
import assert from "node:assert/strict";
import type { AnyResource } from "../../../lib/engine/resource/describe.ts";
import { gonePatience, nextLookAtGone, UNEXPECTED } from "../../../lib/engine/wait/confirm_gone.ts";
import { job } from "../job.ts";

Deno.test("one answer is enough where the member was on its way to be gone; anywhere else it is asked again", () => {
  const resource = { ...job, drift: { pausing: ["gone"] }, actions: {} } as unknown as AnyResource;
  assert.equal(gonePatience(resource, { shown: true, state: "pausing" }), 0);
  assert.equal(gonePatience(resource, { shown: true, state: "working" }), UNEXPECTED);
  assert.equal(gonePatience(resource, { shown: false, state: "pausing" }), 30_000);
});

Deno.test("one that is said to be gone is asked about a second later, then ever more rarely, up to the end", () => {
  assert.deepEqual([0, 1_000, 4_000, 20_000, 29_500].map((said) => nextLookAtGone(said, 30_000)), [
    1_000,
    1_000,
    4_000,
    10_000,
    1_000,
  ]);
});
