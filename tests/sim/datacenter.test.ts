import assert from "node:assert/strict";
import { simulatedDatacenter } from "../../lib/sim/mod.ts";

Deno.test("the ready-made datacenter has machines of many kinds, and a key that may sign", async () => {
  const { sim, fetch, account, keyId, privateKey, url, clock } = await simulatedDatacenter();
  const machines = sim.machines();
  assert.equal(machines.length, 61);
  assert.equal(machines.filter(({ tags, state }) => tags.type === "test" && state !== "failed").length, 40);
  const states = new Set(machines.map(({ state }) => state));
  assert.deepEqual([...states].sort(), ["failed", "offline", "running", "stopped"]);
  const date = new Date(clock.now()).toUTCString();
  const text = new TextEncoder().encode(`date: ${date}`);
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, text)).toBase64();
  const response = await fetch(`${url}/my/machines?tag.type=test`, {
    headers: {
      date,
      authorization: `Signature keyId="/${account}/keys/${keyId}",algorithm="ed25519-sha512",` +
        `headers="date",signature="${signature}"`,
    },
  });
  assert.equal(response.status, 200);
  assert.equal((await response.json()).length, 40);
});

Deno.test("two of them are equal but for their keys", async () => {
  const [a, b] = [await simulatedDatacenter(), await simulatedDatacenter()];
  assert.deepEqual(a.sim.machines(), b.sim.machines());
  assert.notEqual(a.keyId, b.keyId);
});
