import assert from "node:assert/strict";
import { client, makeKey, send } from "./signer.ts";

Deno.test("30 requests pass at once, the next is 429 and names the rate, without Retry-After", async () => {
  const { sim, call } = await client({ throttle: { burst: 30, rate: 10 } });
  const answers = await Promise.all(Array.from({ length: 45 }, () => call("GET", "/my/machines")));
  const refused = answers.filter(({ status }) => status === 429);
  assert.equal(refused.length, 15);
  assert.deepEqual(refused[0]!.body, {
    code: "TooManyRequestsError",
    message: "You have exceeded your request rate of 10 r/s.",
  });
  assert.equal(refused[0]!.headers.get("retry-after"), null);
  assert.equal(sim.requests.byStatus[429], 15);
});

Deno.test("groups of routes have a bucket each; machines, their tags and the firewall rules share one", async () => {
  const { call } = await client({ throttle: { burst: 3, rate: 1 }, machines: [{ name: "a" }] });
  for (const path of ["/my/machines", "/my/fwrules", "/my/migrations"]) {
    assert.equal((await call("GET", path)).status, 200);
  }
  assert.equal((await call("GET", "/my/machines")).status, 429);
  for (const path of ["/my/keys", "/my/images", "/my/packages", "/my/networks", "/my", "/my/users"]) {
    assert.equal((await call("GET", path)).status, 200, path);
  }
});

Deno.test("the bucket fills with the rate, up to the burst", async () => {
  const { sim, call } = await client({ throttle: { burst: 5, rate: 2 } });
  const passed = async (n: number) => {
    const all = await Promise.all(Array.from({ length: n }, () => call("GET", "/my/keys")));
    return all.filter(({ status }) => status === 200).length;
  };
  assert.equal(await passed(10), 5);
  await sim.world.clock.sleep(1000);
  assert.equal(await passed(10), 2);
  await sim.world.clock.sleep(3_600_000);
  assert.equal(await passed(10), 5);
});

Deno.test("who is refused for a bad signature costs the account nothing", async () => {
  const { call } = await client({ throttle: { burst: 2, rate: 1 } });
  for (let i = 0; i < 5; i++) {
    assert.equal((await call("GET", "/my/keys", { keyId: "/demo/keys/no" })).status, 401);
  }
  assert.equal((await call("GET", "/my/keys")).status, 200);
});

Deno.test("a refused write did nothing", async () => {
  const { sim, call } = await client({ throttle: { burst: 1, rate: 1 }, machines: [{ name: "a" }] });
  const id = sim.machines()[0]!.id;
  assert.equal((await call("GET", "/my/machines")).status, 200);
  assert.equal((await call("DELETE", `/my/machines/${id}`)).status, 429);
  assert.deepEqual(sim.executions(id), []);
});

Deno.test("the rate can be changed while it is running", async () => {
  const { sim, call } = await client({ throttle: { burst: 1, rate: 1 } });
  await call("GET", "/my/keys");
  assert.equal((await call("GET", "/my/keys")).status, 429);
  sim.throttle = false;
  assert.equal((await call("GET", "/my/keys")).status, 200);
});

Deno.test("operators are not throttled", async () => {
  const { sim } = await client({ throttle: { burst: 1, rate: 1 } });
  const key = await makeKey();
  sim.addAccount({ login: "boss", keys: [key.line], operator: true });
  for (let i = 0; i < 5; i++) {
    assert.equal((await send(sim, key, `/boss/keys/${key.keyId}`, "GET", "/my/keys")).status, 200);
  }
});
