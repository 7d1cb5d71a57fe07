import assert from "node:assert/strict";
import { session } from "./session.ts";

Deno.test("one request too many is a 413 that says when to come back", async () => {
  const demo = await session({ rateLimit: { GET: 6 } });
  for (let i = 0; i < 6; i++) assert.equal((await demo.call("GET", "/instances")).status, 200);
  demo.sim.advance(5000);
  const refused = await demo.call("GET", "/flavors");
  assert.equal(refused.status, 413);
  assert.equal(refused.headers.get("retry-after"), "5");
  assert.deepEqual(refused.json, {
    overLimit: {
      code: 413,
      message: "This request was rate-limited.",
      details: "Only 6 GET request(s) can be made to * every minute.",
      retryAfter: "5",
    },
  });
  demo.sim.advance(5000);
  assert.equal((await demo.call("GET", "/instances")).status, 200);
  assert.equal(
    (await demo.call("POST", "/configurations", {})).status,
    400,
    "another verb has its own limit",
  );
});

Deno.test("a quota is a 413 without a time, and nothing was made", async () => {
  const demo = await session({ quota: { instances: 2, volumes: 100 } });
  const body = { instance: { name: "x", flavorRef: "1", volume: { size: 1 } } };
  for (let i = 0; i < 2; i++) assert.equal((await demo.call("POST", "/instances", body)).status, 200);
  const refused = await demo.call("POST", "/instances", body);
  assert.equal(refused.status, 413);
  assert.equal(refused.headers.get("retry-after"), null);
  assert.deepEqual(refused.json.overLimit, {
    code: 413,
    message: "Quota exceeded for resources: ['instances'].",
  });
  assert.equal(demo.sim.instances().length, 2);
});

Deno.test("limits and quotas can be read", async () => {
  const demo = await session({ rateLimit: 100, quota: { instances: 7 } });
  const { limits } = (await demo.call("GET", "/limits")).json;
  assert.equal(limits[0].max_instances, 7);
  assert.deepEqual(limits[4].verb, "GET");
  assert.deepEqual([limits[4].value, limits[4].remaining], [100, 99]);
  const own = await demo.call("GET", `/mgmt/quotas/${demo.sim.projectId("demo")}`);
  assert.equal(own.json.quotas.find((one: { resource: string }) => one.resource === "instances").limit, 7);
  assert.equal((await demo.call("GET", `/mgmt/quotas/${demo.sim.projectId("alt")}`)).status, 403);
});
