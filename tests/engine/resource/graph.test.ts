/**
 * Where members go by themselves.
 */
import assert from "node:assert/strict";
import type { AnyResource } from "../../../lib/engine/resource/describe.ts";
import { driftOf } from "../../../lib/engine/resource/graph.ts";
import { job } from "../job.ts";

Deno.test("what is in flight leads where its action does, and nowhere where the action leads nowhere", () => {
  const { pause, promote } = job.actions;
  const resource = {
    ...job,
    drift: { queued: ["working"] },
    actions: {
      pause: { ...pause, inFlight: "pausing", enters: "paused" },
      promote: { ...promote, inFlight: "busy" },
    },
  } as unknown as AnyResource;
  assert.deepEqual(driftOf(resource), { queued: ["working"], pausing: ["paused"] });
});
