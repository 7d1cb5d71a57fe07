/**
 * Compares how many members may be destroyed with how many could be.
 */
import assert from "node:assert/strict";
import { all } from "../../../../lib/engine/mod.ts";
import { Farm } from "../../farm.ts";
import { jobs } from "../../job.ts";

function farmOf(pools: Readonly<Record<string, number>>): Farm {
  const farm = new Farm(0);
  let next = 0;
  for (const [pool, count] of Object.entries(pools)) {
    for (let n = 0; n < count; n++) farm.add({ id: `j${next++}`, phase: "paused", pool });
  }
  return farm;
}

Deno.test("of chains together each limit counts from the smallest on, in whichever order they stand", async () => {
  for (const order of [["many", "few"], ["few", "many"]]) {
    const farm = farmOf({ many: 30, few: 5 });
    // Five are below the usual twenty, and thirty-five are below forty.
    const chains = order.map((pool) => {
      const chain = jobs(farm.handle, { pool });
      return pool === "many" ? chain.max(40).remove() : chain.remove();
    });
    await all(...chains).run({ view: false });
    assert.equal(farm.count("DELETE"), 35, String(order));
  }
});

Deno.test("a count that is not what was expected is said with nothing that is not there", async () => {
  const farm = farmOf({ blue: 3 });
  const error: Error = await jobs(farm.handle, { pool: "blue" }).expect(2).remove().run({ view: false })
    .catch((error) => error);
  assert.equal(
    error.message,
    "Cannot run: the selection has 3 jobs, where exactly 2 were expected. Nothing was sent: " +
      'farm("test").jobs({ pool: "blue" })',
  );
  assert.equal(farm.count("DELETE"), 0);
});
