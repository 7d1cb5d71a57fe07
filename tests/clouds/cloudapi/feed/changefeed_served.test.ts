/** The changefeed over a real WebSocket of a served simulator, by the machine's own clock. */
import assert from "node:assert/strict";
import { type Datacenter, type DatacenterOptions, dc } from "../../../../lib/muster.ts";
import { closeHttpClients } from "../../../../lib/http/client.ts";
import {
  serve,
  type ServedCloudApi,
  type ServeOptions,
  simulatedDatacenter,
} from "../../../../lib/sim/mod.ts";
import { CommandBox, tests } from "../../../e2e/command.ts";
import { machines } from "../world.ts";

async function served(
  options: ServeOptions,
  run: (server: ServedCloudApi, open: (more?: DatacenterOptions) => Datacenter) => Promise<void>,
): Promise<void> {
  const { account, keyId, privateKey, publicKey } = await simulatedDatacenter({ machines: [] });
  const server = await serve({
    account,
    keys: [publicKey],
    throttle: false,
    transition: { min: 300, max: 900 },
    lag: { min: 0, max: 0 },
    slowness: () => 1,
    ...options,
  });
  const signer = {
    keyId: `/${account}/keys/${keyId}`,
    algorithm: "ed25519-sha512",
    sign: async (data: Uint8Array<ArrayBuffer>) =>
      new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, data)),
  };
  try {
    await run(server, (more = {}) => dc({ url: server.url, account, signer, ...more }));
  } finally {
    await server.close();
    closeHttpClients();
  }
}

/** Until the server has seen the socket go. */
async function closed(server: ServedCloudApi): Promise<void> {
  for (let n = 0; n < 200 && server.sim.feed.listeners > 0; n++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(server.sim.feed.listeners, 0);
}

const line = (east: Datacenter) =>
  east.machines({ type: "test" }).max(100).stop().waitUntil("stopped").delete().waitUntil("deleted");

Deno.test("over a real connection: two requests a machine and next to none to wait, and the socket is closed", async () => {
  await served({ machines: machines(40) }, async (server, open) => {
    const report = await line(open());
    assert.equal(report.succeeded.length, 40);
    const { byRoute, total } = server.sim.requests;
    assert.equal(byRoute.changefeed, 1);
    assert.ok(total <= 2 * 40 + 6, JSON.stringify(byRoute));
    assert.equal(report.requests.total, total);
    await closed(server);
  });
});

Deno.test("over a real connection: switched off, nobody asks for the feed", async () => {
  await served({ machines: machines(3) }, async (server, open) => {
    const report = await line(open({ changefeed: false }));
    assert.equal(report.succeeded.length, 3);
    assert.equal(server.sim.requests.byRoute.changefeed, undefined);
  });
});

Deno.test("over a real connection: sockets that are dropped again and again cost a wait nothing", async () => {
  await served({ machines: machines(20), transition: { min: 500, max: 3_000 } }, async (server, open) => {
    const dropping = setInterval(() => server.sim.feed.drop(), 400);
    try {
      const report = await line(open());
      assert.equal(report.succeeded.length, 20);
      assert.ok((server.sim.requests.byRoute.changefeed ?? 0) >= 2, "opened again");
    } finally {
      clearInterval(dropping);
    }
    await closed(server);
  });
});

Deno.test("over a real connection: a refused upgrade is asked for once", async () => {
  await served({ machines: machines(4) }, async (server, open) => {
    const { sim } = server;
    sim.faults.add({ do: "status", status: 503, when: (request) => request.url.endsWith("/changefeed") });
    await line(open());
    sim.add({ name: "late", tags: { type: "test" } });
    assert.equal((await line(open())).succeeded.length, 1);
    assert.equal(sim.faults.struck.status, 1);
  });
});

Deno.test("over a real connection: a cancelled run leaves no socket behind", async () => {
  await served({ machines: machines(5), transition: { min: 60_000, max: 60_000 } }, async (server, open) => {
    const stop = new AbortController();
    const running = line(open()).run({ signal: stop.signal, throwOnError: false });
    while (server.sim.feed.listeners === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort(new Error("enough"));
    assert.equal((await running).interrupted.length, 5);
    await closed(server);
  });
});

Deno.test("Ctrl-C ends a command that is told of changes, and says where each machine is", async () => {
  await using box = await CommandBox.make({ machines: tests(3), transition: { min: 60_000, max: 60_000 } });
  const child = box.start(["run", "cull", `--dc=${box.server.url}`, "--type=test", "--expect=3"]);
  const output = child.output();
  for (let n = 0; n < 4_000 && box.server.sim.feed.listeners === 0; n++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(box.server.sim.feed.listeners, 1, "it is told of changes");
  const began = Date.now();
  child.kill("SIGINT");
  const { code, stderr } = await output;
  const said = new TextDecoder().decode(stderr);
  assert.equal(code, 130, said);
  assert.ok(Date.now() - began < 10_000, "it ended by itself");
  assert.match(said, /interrupted/);
  await closed(box.server);
});
