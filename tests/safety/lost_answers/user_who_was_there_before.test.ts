/** An existing user does not prove that we created it, with our password. */
import assert from "node:assert/strict";
import { instances, world } from "../../clouds/openstack/trove/world.ts";

Deno.test("a user who was there before is not taken for the one whose making was lost", async () => {
  const { db, sim } = await world({ instances: instances(1) });
  await db.instance("staging-0").createUser({ name: "app", password: "the-old-password" });
  const isMaking = (request: Request) => request.method === "POST" && request.url.endsWith("/users");
  sim.faults.add({ do: "drop-before", times: 1, when: isMaking });
  const report = await db.instance("staging-0").createUser({ name: "app", password: "the-new-password" })
    .run();
  assert.deepEqual(report.succeeded, []);
  assert.match(report.skipped[0]?.why ?? "", /it already has app@?.*; the password was not changed/);
});

Deno.test("a user whose making was lost on the way is made once, and one who never was is sent again", async () => {
  for (const lost of ["drop-after", "drop-before"] as const) {
    const { db, sim } = await world({ instances: instances(1) });
    const isMaking = (request: Request) => request.method === "POST" && request.url.endsWith("/users");
    sim.faults.add({ do: lost, times: 1, when: isMaking });
    const report = await db.instance("staging-0").createUser({ name: "app", password: "a-password" });
    assert.equal(report.succeeded.length, 1, lost);
    assert.deepEqual((await db.instance("staging-0").users()).map(({ name }) => name), ["app"], lost);
  }
});
