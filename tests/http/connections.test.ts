import assert from "node:assert/strict";
import { systemClock } from "../../lib/engine/time/clock.ts";
import { TransportError } from "../../lib/engine/errors.ts";
import { createLimiter } from "../../lib/engine/rate/limiter.ts";
import { closeHttpClients } from "../../lib/http/client.ts";
import { createSend, type Send, type SendConfig } from "../../lib/http/send.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

/**
 * A server on raw sockets, which keeps connections open. `react` says what happens after the `nth` request arrived in
 * full: the text of an answer, or undefined to break the connection.
 */
function rawServer(react: (nth: number) => string | undefined) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const arrivals = new Map<string, number>();
  const open = new Set<Deno.TcpConn>();
  let connections = 0;
  let nth = 0;
  const serve = async (connection: Deno.TcpConn) => {
    connections++;
    open.add(connection);
    const buffer = new Uint8Array(16_384);
    let text = "";
    try {
      for (;;) {
        const count = await connection.read(buffer);
        if (count === null) break;
        text += new TextDecoder().decode(buffer.subarray(0, count));
        for (;;) {
          const head = text.indexOf("\r\n\r\n");
          if (head < 0) break;
          const end = head + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
          if (text.length < end) break;
          const line = text.slice(0, text.indexOf(" HTTP/"));
          arrivals.set(line, (arrivals.get(line) ?? 0) + 1);
          text = text.slice(end);
          const answer = react(nth++);
          if (answer === undefined) return;
          await connection.write(new TextEncoder().encode(answer));
        }
      }
    } catch {
      // the other side left
    } finally {
      open.delete(connection);
      connection.close();
    }
  };
  const accepting = (async () => {
    const serving: Promise<void>[] = [];
    for await (const connection of listener) serving.push(serve(connection));
    await Promise.all(serving);
  })();
  return {
    base: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    arrivals,
    get connections() {
      return connections;
    },
    async close() {
      closeHttpClients();
      listener.close();
      for (const connection of open) connection.close();
      open.clear();
      await accepting.catch(() => {});
    },
  };
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

Deno.test("five hundred writes to a server that kills connections after they arrived: each arrives exactly once", async () => {
  const server = rawServer((nth) => nth % 3 === 1 ? undefined : OK);
  try {
    const send = sender(server.base);
    const results = await Promise.allSettled(
      Array.from({ length: 500 }, (_, i) =>
        send(
          i % 2
            ? { method: "POST", path: `/machines/${i}`, body: { action: "stop" } }
            : { method: "DELETE", path: `/machines/${i}` },
        )),
    );
    assert.equal(server.arrivals.size, 500);
    assert.deepEqual([...server.arrivals].filter(([, times]) => times !== 1), []);
    const failed = results.filter((result) => result.status === "rejected");
    assert.ok(failed.length >= 160 && failed.length <= 170, `${failed.length} lost`);
    for (const { reason } of failed) assert.ok(reason instanceof TransportError && reason.sent === "unknown");
  } finally {
    await server.close();
  }
});

Deno.test("reads share connections, and survive a server that kills them", async () => {
  const server = rawServer((nth) => nth % 10 === 9 ? undefined : OK);
  try {
    const send = sender(server.base);
    for (let i = 0; i < 50; i++) await send({ method: "GET", path: `/machines/${i}` });
    assert.ok(server.connections < 15, `${server.connections} connections`);
  } finally {
    await server.close();
  }
});

Deno.test("a read that must not be repeated arrives once too", async () => {
  const server = rawServer((nth) => nth === 0 ? OK : undefined);
  try {
    const send = sender(server.base);
    await send({ method: "GET", path: "/warm" });
    await assert.rejects(send({ method: "GET", path: "/once", idempotent: false }), TransportError);
    assert.equal(server.arrivals.get("GET /once"), 1);
  } finally {
    await server.close();
  }
});

Deno.test("an answer cut off in the middle: a read is asked for again, a write has happened", async () => {
  const half = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 200\r\n\r\n{";
  let broken = 0;
  const server = rawServer(() => broken++ === 0 ? half : OK);
  const closing = rawServer(() => half);
  try {
    const send = sender(server.base, { timeout: 200 });
    assert.deepEqual((await send({ method: "GET", path: "/a" })).body, {});
    assert.equal(server.arrivals.get("GET /a"), 2);
    const response = await sender(closing.base, { timeout: 200 })({ method: "POST", path: "/b" });
    assert.equal(response.body, undefined);
    assert.match(response.note!, /carried out, but its answer was cut off/);
    assert.equal(closing.arrivals.get("POST /b"), 1);
  } finally {
    await server.close();
    await closing.close();
  }
});

Deno.test("a write to a closed port was certainly not sent", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const send = sender(`http://127.0.0.1:${port}`);
  const error = await send({ method: "DELETE", path: "/x" }).catch((error) => error);
  assert.ok(error instanceof TransportError);
  assert.equal(error.sent, "no");
  assert.match(
    error.message,
    /^Cannot DELETE \/x: nothing listens there \(connection refused\): 127\.0\.0\.1:/,
  );
  closeHttpClients();
});

Deno.test("the signed target is what goes over the wire", async () => {
  const server = rawServer(() => OK);
  let target = "";
  try {
    const send = sender(`${server.base}/base/`, {
      authorize: (draft) => Promise.resolve(void (target = draft.target)),
    });
    await send({
      method: "GET",
      path: "/a%20b/ü".replace("ü", "%C3%BC"),
      query: { q: "a b+c/d?'(é)*", many: ["1", "2"], none: undefined, flag: true },
    });
    assert.deepEqual([...server.arrivals.keys()], [`GET ${target}`]);
    assert.equal(target, "/base/a%20b/%C3%BC?q=a%20b%2Bc%2Fd%3F%27%28%C3%A9%29%2A&many=1&many=2&flag=true");
  } finally {
    await server.close();
  }
});
