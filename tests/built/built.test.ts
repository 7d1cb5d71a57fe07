import assert from "node:assert/strict";
import { makeBuilt, readBuilt } from "../../lib/built/make.ts";

Deno.test("what mod.ts and cli.ts load is made of the sources as they are", async () => {
  const [made, read] = [await makeBuilt(), await readBuilt()];
  const changed = [...new Set([...made.keys(), ...read.keys()])].filter((name) =>
    made.get(name) !== read.get(name)
  );
  assert.deepEqual(changed, [], "lib has changed: run `deno task build`");
});
