import assert from "node:assert/strict";
import { VirtualClock } from "../../../lib/sim/clock.ts";
import { serveOpenStack, simulatedDatabases } from "../../../lib/sim/openstack/mod.ts";
import { passwordLogin } from "./session.ts";

Deno.test("one port serves Keystone and the Troves of both regions", async () => {
  const served = await serveOpenStack({ speed: 1000 });
  try {
    const versions = await (await fetch(served.url)).json();
    assert.equal(versions.versions[0].links[0].href, `${served.url}/v1.0/`);
    const login = await fetch(`${served.authUrl}/auth/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(passwordLogin(served.environment.OS_USERNAME!, served.environment.OS_PASSWORD!)),
    });
    const { token } = await login.json();
    const headers = { "x-auth-token": login.headers.get("x-subject-token")! };
    const database = token.catalog.find((one: { type: string }) => one.type === "database");
    const urls: string[] = database.endpoints.filter((one: { interface: string }) =>
      one.interface === "public"
    )
      .map((one: { url: string }) => one.url);
    assert.ok(urls.every((url) => url.startsWith(`${served.url}/`)));
    const counts = [];
    for (const url of urls) {
      counts.push((await (await fetch(`${url}/instances`, { headers })).json()).instances.length);
    }
    assert.deepEqual(counts, [20, 0]);
  } finally {
    await served.close();
  }
});

Deno.test("a dropped answer is a dead connection where the server was started killable", async () => {
  const served = await serveOpenStack({ killable: true });
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  try {
    served.sim.faults.add({ do: "drop-after", times: 1 });
    await assert.rejects(fetch(served.url, { client }), TypeError);
    const again = await fetch(served.url, { client });
    assert.equal((await again.json()).versions[0].links[0].href, `${served.url}/v1.0/`);
  } finally {
    client.close();
    await served.close();
  }
});

Deno.test("the simulator's databases are thirty, with one in ERROR and one replica pair", async () => {
  const { sim, clock, authUrl, username, password } = await simulatedDatabases();
  assert.ok(clock instanceof VirtualClock);
  const all = sim.instances();
  assert.equal(all.length, 30);
  assert.equal(all.filter((one) => one.status === "ERROR").length, 1);
  assert.equal(all.filter((one) => one.replicaOf !== undefined).length, 1);
  assert.equal(all.filter((one) => one.name.startsWith("staging-")).length, 12);
  const response = await sim.fetch(`${authUrl}/auth/tokens`, {
    method: "POST",
    body: JSON.stringify(passwordLogin(username, password)),
  });
  assert.equal(response.status, 201);
  await response.body?.cancel();
});
