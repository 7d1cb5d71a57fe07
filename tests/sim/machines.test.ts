import assert from "node:assert/strict";
import { client } from "./signer.ts";

Deno.test("a seeded machine is listed, and got by its id", async () => {
  const { call } = await client({ machines: 3 });
  const list = await call("GET", "/my/machines");
  assert.equal(list.status, 200);
  assert.equal(list.body.length, 3);
  assert.equal(list.headers.get("x-resource-count"), "3");
  assert.equal(list.headers.get("x-query-limit"), "1000");
  const one = await call("GET", `/my/machines/${list.body[1].id}`);
  assert.deepEqual(one.body, list.body[1]);
});

Deno.test("stop answers 202 while the state still says running, then stopping, then stopped", async () => {
  const { sim, call } = await client({ machines: [{ name: "a" }], lag: { min: 400, max: 400 } });
  const id = sim.machines()[0]!.id;
  const answer = await call("POST", `/my/machines/${id}?action=stop`);
  assert.equal(answer.status, 202);
  assert.equal(answer.text, "");
  const seen = [];
  for (let i = 0; i < 400 && seen.at(-1) !== "stopped"; i++) {
    const state = (await call("GET", `/my/machines/${id}`)).body.state;
    if (seen.at(-1) !== state) seen.push(state);
    await sim.world.clock.sleep(200);
  }
  assert.deepEqual(seen, ["running", "stopping", "stopped"]);
  assert.deepEqual(sim.executions(id).map((each) => each.action), ["stop"]);
});

Deno.test("delete answers 204, then 410 with the machine, and after the purge 404", async () => {
  const { sim, call } = await client({ machines: [{ name: "a" }], purgeAfter: 600_000 });
  const id = sim.machines()[0]!.id;
  assert.equal((await call("DELETE", `/my/machines/${id}`)).status, 204);
  await sim.world.clock.sleep(200_000);
  const gone = await call("GET", `/my/machines/${id}`);
  assert.equal(gone.status, 410);
  assert.equal(gone.body.state, "deleted");
  assert.equal(gone.body.id, id);
  assert.deepEqual((await call("GET", "/my/machines")).body, []);
  await sim.world.clock.sleep(600_000);
  const purged = await call("GET", `/my/machines/${id}`);
  assert.equal(purged.status, 404);
  assert.deepEqual(purged.body, { code: "ResourceNotFound", message: "VM not found" });
});
