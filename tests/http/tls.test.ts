import assert from "node:assert/strict";
import { systemClock } from "../../lib/engine/time/clock.ts";
import { TransportError } from "../../lib/engine/errors.ts";
import { createLimiter } from "../../lib/engine/rate/limiter.ts";
import { closeHttpClients } from "../../lib/http/client.ts";
import { createSend, type Send, type SendConfig } from "../../lib/http/send.ts";

const fixture = (name: string) => Deno.readTextFileSync(new URL(`./fixtures/${name}`, import.meta.url));

async function withServer(run: (base: string, seen: string[], port: number) => Promise<void>): Promise<void> {
  const seen: string[] = [];
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    cert: fixture("localhost.crt"),
    key: fixture("localhost.key"),
    onListen() {},
  }, async (request) => {
    seen.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);
    if (request.method === "DELETE") return new Response(null, { status: 204 });
    return Response.json({ ok: true }, { headers: { "request-id": "r-1" } });
  });
  try {
    await run(`https://localhost:${server.addr.port}`, seen, server.addr.port);
  } finally {
    closeHttpClients();
    await server.shutdown();
  }
}

function sender(baseUrl: string, more: Partial<SendConfig> = {}): Send {
  const limiter = createLimiter({ clock: systemClock, random: Math.random });
  return createSend({
    baseUrl,
    clock: systemClock,
    limiter: () => limiter,
    random: () => 0,
    userAgent: "muster-test/1",
    explain: () => ({ code: "", message: "" }),
    requestIdHeader: "request-id",
    ...more,
  });
}

Deno.test("a certificate nobody vouches for is refused before anything is sent", async () => {
  await withServer(async (base, seen) => {
    const error = await sender(base)({ method: "POST", path: "/x" }).catch((error) => error);
    assert.ok(error instanceof TransportError);
    assert.equal(error.sent, "no");
    assert.match(
      error.message,
      /^Cannot POST \/x: its certificate is not trusted: localhost:\d+\. Trust its auth/,
    );
    assert.deepEqual(seen, []);
  });
});

Deno.test("an authority of one's own can be trusted", async () => {
  await withServer(async (base) => {
    const send = sender(base, { caCerts: [fixture("ca.crt")] });
    assert.deepEqual((await send({ method: "GET", path: "/x" })).body, { ok: true });
    assert.deepEqual((await send({ method: "POST", path: "/x" })).body, { ok: true });
  });
});

Deno.test("insecure trusts any certificate of that one server, and says so once", async () => {
  const written: string[] = [];
  const { writeSync } = Deno.stderr;
  Deno.stderr.writeSync = (bytes) => written.push(new TextDecoder().decode(bytes)) && bytes.length;
  try {
    await withServer(async (base, seen, port) => {
      const send = sender(base, { insecure: true });
      assert.deepEqual((await send({ method: "POST", path: "/x", body: { a: "é" } })).body, { ok: true });
      assert.equal((await send({ method: "DELETE", path: "/x" })).status, 204);
      assert.equal((await send({ method: "HEAD", path: "/x" })).headers.get("request-id"), "r-1");
      assert.deepEqual(seen, ['POST /x {"a":"é"}', "DELETE /x ", "HEAD /x "]);
      assert.equal(written.length, 1);
      assert.match(written[0]!, new RegExp(`^Warning: the certificate of localhost:${port} is not checked`));
      const strict = await sender(base)({ method: "GET", path: "/x" }).catch((error) => error);
      assert.ok(strict instanceof TransportError);
    });
  } finally {
    Deno.stderr.writeSync = writeSync;
  }
});

Deno.test("insecure knows what was not sent, and keeps the time limit", async () => {
  const { writeSync } = Deno.stderr;
  Deno.stderr.writeSync = (bytes) => bytes.length;
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr as Deno.NetAddr;
  const send = sender(`https://127.0.0.1:${port}`, { insecure: true, timeout: 100, retries: 0 });
  try {
    const late = await send({ method: "POST", path: "/x" }).catch((error) => error);
    assert.ok(late instanceof TransportError && late.sent === "unknown", late);
    silent.close();
    const error = await send({ method: "POST", path: "/x" }).catch((error) => error);
    assert.ok(error instanceof TransportError);
    assert.equal(error.sent, "no");
    assert.match(error.message, /nothing listens there/);
  } finally {
    Deno.stderr.writeSync = writeSync;
  }
});

Deno.test("TLS spoken to a server without it is explained", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("hi"));
  const error = await sender(`https://127.0.0.1:${server.addr.port}`)({ method: "POST", path: "/x" })
    .catch((error) => error);
  closeHttpClients();
  await server.shutdown();
  assert.ok(error instanceof TransportError);
  assert.equal(error.sent, "no");
  assert.match(
    error.message,
    /does not speak a TLS version that muster understands: 127\.0\.0\.1:\d+\. Check whether the address/,
  );
});

Deno.test("HTTP spoken to a TLS port is explained, and nobody says that it was not sent", async () => {
  await withServer(async (_base, _seen, port) => {
    const send = sender(`http://localhost:${port}`, { retries: 0 });
    const error = await send({ method: "POST", path: "/x" }).catch((error) => error);
    assert.ok(error instanceof TransportError);
    assert.equal(error.sent, "unknown");
    assert.match(
      error.message,
      /it does not answer in HTTP: localhost:\d+\. Check whether the address should begin with https:/,
    );
  });
});
