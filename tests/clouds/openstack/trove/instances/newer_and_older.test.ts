/** What other releases of Trove have and have not. */
import assert from "node:assert/strict";
import { instances, world } from "../world.ts";

Deno.test("TLS is enabled, disabled and rolled back since Trove 26, and older servers are told to have none", async () => {
  const { db } = await world({ instances: [{ name: "a" }], release: 26 });
  const one = db.instance("a");
  assert.deepEqual(await one.ssl(), { status: "off", mode: "builtin" });
  await one.enableSsl({ container: "https://keys.test/own", mode: "mtls" }).restart().waitUntil("ready");
  const on = await one.ssl({ includeCertificate: true });
  assert.deepEqual([on.status, on.mode, on.certificate?.payload !== undefined], ["on", "mtls", true]);
  assert.equal((await one.ssl()).certificate?.payload, undefined);
  await one.disableSsl().restart().waitUntil("ready").rollbackSsl().restart().waitUntil("ready");
  assert.equal((await one.ssl()).status, "on");
  assert.throws(() => one.enableSsl({ container: "" }), /no container is given/);
  assert.throws(
    () => one.enableSsl({ container: "x", force: true } as never),
    /the option force does not exist/,
  );
  const { db: old } = await world({ instances: [{ name: "a" }], release: 23 });
  await assert.rejects(old.instance("a").ssl(), /this server does not offer it. It comes with Trove 26/);
});

Deno.test("a change of TLS whose answer is lost is found, and not sent twice", async () => {
  const { db, sim } = await world({ instances: [{ name: "a" }], release: 26 });
  const posts = ({ method, url }: Request) => method === "POST" && url.endsWith("/ssl");
  sim.faults.add({ do: "drop-after", when: posts, times: 1 });
  assert.equal(
    (await db.instance("a").enableSsl({ container: "https://keys.test/own" })).succeeded.length,
    1,
  );
  assert.equal(sim.writes.length, 1);
  sim.faults.add({ do: "drop-before", when: posts, times: 1 });
  const report = await db.instance("a").waitUntil("RESTART_REQUIRED").restart().waitUntil("ready")
    .disableSsl()
    .run({ throwOnError: false });
  assert.equal(report.failed.length, 1);
  assert.equal((await db.instance("a").ssl()).status, "on");
});

Deno.test("a server without a list in detail, as of before October 2018, is listed one by one", async () => {
  const { sim, with: open } = await world({ instances: instances(25) });
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (!new URL(request.url).pathname.endsWith("/instances/detail")) return await sim.fetch(request);
    const message = "Resource detail cannot be found.";
    return Response.json({ itemNotFound: { code: 404, message } }, { status: 404 });
  };
  const old = open({ fetch });
  const all = await old.instances();
  assert.equal(all.length, 25);
  assert.ok(all.every(({ created, updated }) => created && updated), "each was read by itself");
  assert.equal((await old.instance("staging-7").restart().waitUntil("ready")).succeeded.length, 1);
});
