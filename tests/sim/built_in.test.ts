import assert from "node:assert/strict";
import { makeBuiltIn, readBuiltIn } from "../../lib/sim/make_built_in.ts";

Deno.test("the simulator's one-file form is made of its sources as they are", async () => {
  assert.ok(await makeBuiltIn() === await readBuiltIn(), "lib/sim has changed: run `deno task bundle-sim`");
});
