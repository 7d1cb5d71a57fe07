import assert from "node:assert/strict";
import { session } from "./session.ts";

const NEW = { name: "My Instance", flavorRef: "1", volume: { size: 1 } };

Deno.test("an instance is built, restarted and deleted as time passes", async () => {
  const demo = await session({ transition: 10_000, spread: 0 });
  const { sim } = demo;
  const made = await demo.call("POST", "/instances", { instance: NEW });
  assert.equal(made.status, 200);
  const { id } = made.json.instance;
  assert.equal(made.json.instance.status, "BUILD");
  assert.equal((await demo.call("DELETE", `/instances/${id}`)).status, 422);

  sim.advance(10_000);
  const active = (await demo.call("GET", `/instances/${id}`)).json.instance;
  assert.deepEqual([active.status, active.operating_status], ["ACTIVE", ""]);
  const early = await demo.call("POST", `/instances/${id}/action`, { restart: {} });
  assert.equal(early.status, 422);
  assert.match(early.json.unprocessableEntity.message, /\(instance status was ACTIVE\)\.$/);

  sim.advance(1000);
  assert.equal((await demo.call("POST", `/instances/${id}/action`, { restart: {} })).status, 202);
  assert.equal((await demo.call("GET", `/instances/${id}`)).json.instance.status, "REBOOT");
  assert.equal((await demo.call("POST", `/instances/${id}/action`, { restart: {} })).status, 422);
  sim.advance(11_000);
  assert.equal((await demo.call("DELETE", `/instances/${id}`)).status, 202);
  assert.equal((await demo.call("GET", `/instances/${id}`)).json.instance.status, "SHUTDOWN");
  sim.advance(10_000);
  assert.equal((await demo.call("GET", `/instances/${id}`)).status, 404);
  assert.deepEqual(sim.executions(id).map((one) => one.action), ["create", "restart", "delete"]);
});
