/** If the environment names a proxy, a connection without a checked certificate goes through it as well. */
import assert from "node:assert/strict";
import { systemClock } from "../../lib/engine/time/clock.ts";
import { TransportError } from "../../lib/engine/errors.ts";
import { createLimiter } from "../../lib/engine/rate/limiter.ts";
import { closeHttpClients } from "../../lib/http/client.ts";
import { createSend } from "../../lib/http/send.ts";
import { withEnvironment } from "../own_environment.ts";

const fixture = (name: string) => Deno.readTextFileSync(new URL(`./fixtures/${name}`, import.meta.url));

/** A proxy of HTTP that connects to whatever it is asked for on this machine, or answers with a status. */
function startProxy(answer = 200) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const heads: string[] = [];
  const open: Deno.Conn[] = [];
  const work: Promise<void>[] = [];
  async function serve(conn: Deno.Conn) {
    open.push(conn);
    const bytes = new Uint8Array(4096);
    const head = new TextDecoder().decode(bytes.subarray(0, await conn.read(bytes) ?? 0));
    heads.push(head);
    const [, port] = /^CONNECT [^ ]+:(\d+) /.exec(head) ?? [];
    await conn.write(new TextEncoder().encode(`HTTP/1.1 ${answer} Said\r\n\r\n`));
    if (answer !== 200) return conn.close();
    const up = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    open.push(up);
    await Promise.allSettled([up.readable.pipeTo(conn.writable), conn.readable.pipeTo(up.writable)]);
  }
  const accepting = (async () => {
    for await (const conn of listener) work.push(serve(conn).catch(() => {}));
  })();
  return {
    heads,
    port: (listener.addr as Deno.NetAddr).port,
    async close() {
      listener.close();
      for (const conn of open) {
        try {
          conn.close();
        } catch { /* it is closed already */ }
      }
      await accepting.catch(() => {});
      await Promise.all(work);
    },
  };
}

function sender(baseUrl: string) {
  const limiter = createLimiter({ clock: systemClock, random: Math.random });
  return createSend({
    baseUrl,
    clock: systemClock,
    limiter: () => limiter,
    random: () => 0,
    userAgent: "muster-test/1",
    explain: () => ({ code: "", message: "" }),
    requestIdHeader: "request-id",
    retries: 0,
    insecure: true,
  });
}

/** Runs with a TLS server and a proxy that the environment names. */
async function through(
  answer: number,
  login: string,
  run: (base: string, proxy: ReturnType<typeof startProxy>, seen: string[]) => Promise<void>,
) {
  const seen: string[] = [];
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    cert: fixture("localhost.crt"),
    key: fixture("localhost.key"),
    onListen() {},
  }, async (request) => {
    seen.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);
    return Response.json({ ok: true });
  });
  const proxy = startProxy(answer);
  const { writeSync } = Deno.stderr;
  Deno.stderr.writeSync = (bytes) => bytes.length;
  try {
    await withEnvironment(
      { HTTPS_PROXY: `http://${login}127.0.0.1:${proxy.port}`, NO_PROXY: undefined, no_proxy: undefined },
      () => run(`https://localhost:${server.addr.port}`, proxy, seen),
    );
  } finally {
    Deno.stderr.writeSync = writeSync;
    closeHttpClients();
    await proxy.close();
    await server.shutdown();
  }
}

Deno.test("insecure goes through the proxy, with its user and password", async () => {
  await through(200, "me:s3cret@", async (base, proxy, seen) => {
    const send = sender(base);
    assert.deepEqual((await send({ method: "GET", path: "/a" })).body, { ok: true });
    assert.deepEqual((await send({ method: "POST", path: "/b", body: { x: 1 } })).body, { ok: true });
    assert.deepEqual(seen, ["GET /a ", 'POST /b {"x":1}']);
    assert.equal(proxy.heads.length, 2);
    for (const head of proxy.heads) {
      assert.match(head, new RegExp(`^CONNECT ${new URL(base).host} HTTP/1\\.1`));
      assert.match(head, new RegExp(`proxy-authorization: Basic ${btoa("me:s3cret")}`, "i"));
    }
  });
});

Deno.test("a proxy that refuses sends nothing, and its refusal is said", async () => {
  for (
    const [status, says] of [[407, /the proxy wants a user/], [
      403,
      /the proxy does not connect to it/,
    ]] as const
  ) {
    await through(status, "", async (base, _proxy, seen) => {
      const error = await sender(base)({ method: "POST", path: "/b" }).catch((error) => error);
      assert.ok(error instanceof TransportError);
      assert.equal(error.sent, "no");
      assert.match(error.message, says);
      assert.deepEqual(seen, []);
    });
  }
});

Deno.test("a dead proxy is named as the proxy, with insecure and without", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr as Deno.NetAddr;
  free.close();
  await withEnvironment({ HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: undefined }, async () => {
    const error = await sender("https://api.example.com")({ method: "POST", path: "/b" }).catch((error) =>
      error
    );
    assert.ok(error instanceof TransportError);
    assert.match(
      error.message,
      new RegExp(`the proxy for it cannot be reached, nothing listens there.*: 127\\.0\\.0\\.1:${port}\\.`),
    );
  });
});
