import assert from "node:assert/strict";
import { dbaas } from "../../mod.ts";
import { instances, world } from "./world.ts";

Deno.test("the line of the README restarts the simulator's staging databases and waits until they are ready", async () => {
  const report = await dbaas("sim").instances().where({ name: /^staging-/ }).restart().waitUntil("ready");
  assert.equal(report.succeeded.length, 12);
  for (const member of report.members) {
    assert.deepEqual(member.path.map((seen) => seen.state), ["ACTIVE", "REBOOT", "ACTIVE"]);
  }
});

Deno.test("ready means that the database has reported again, not only that the status is back", async () => {
  const { db, sim } = await world({ instances: instances(3), transition: { lag: 60_000 }, spread: 0 });
  await db.instances().where({ name: /^staging/ }).restart().waitUntil("ready");
  for (const one of sim.instances()) assert.equal(one.operatingStatus, "HEALTHY");
});
