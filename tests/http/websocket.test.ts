import assert from "node:assert/strict";
import { systemClock } from "../../lib/engine/time/clock.ts";
import { openSocket, type SocketListener } from "../../lib/http/websocket.ts";
import { frame, FrameReader, type Message } from "../../lib/http/websocket_frames.ts";

const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const text = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);

/** A server that treats each connection as the test wants, and closes it in the end. */
async function listening(
  play: (conn: Deno.Conn, head: string) => Promise<void>,
  run: (url: URL) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const playing: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const conn of listener) {
      playing.push((async () => {
        const bytes = new Uint8Array(8192);
        const read = await conn.read(bytes).catch(() => null);
        await play(conn, text(bytes.subarray(0, read ?? 0))).catch(() => {});
        try {
          conn.close();
        } catch { /* the play closed it */ }
      })());
    }
  })();
  try {
    await run(new URL(`http://127.0.0.1:${listener.addr.port}/my/changefeed?x=1`));
  } finally {
    listener.close();
    await accepting;
    await Promise.all(playing);
  }
}

async function agreed(head: string): Promise<Uint8Array> {
  const key = /sec-websocket-key: (\S+)/.exec(head)![1]!;
  const bytes = latin1(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`) as Uint8Array<ArrayBuffer>;
  const proof = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)).toBase64();
  return latin1(
    `HTTP/1.1 101 The Watershed Moment\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${proof}\r\n\r\n`,
  );
}

/** What a server sends: unmasked. */
const sent = (first: number, data: string) => Uint8Array.of(first, data.length, ...latin1(data));

function open(url: URL, more: Partial<SocketListener> = {}, signal = new AbortController().signal) {
  const headers = { authorization: "Signature x", date: "Thu, 15 Jan 2026 12:00:00 GMT" };
  return openSocket(
    { url, headers, clock: systemClock, signal },
    { text() {}, pong() {}, lost() {}, ...more },
  );
}

/** Reads until the other side closes. */
async function drained(conn: Deno.Conn): Promise<void> {
  const bytes = new Uint8Array(4096);
  while (await conn.read(bytes).catch(() => null) !== null);
}

Deno.test("messages come whole however they arrive, pings are answered, and what is sent is masked", async () => {
  const heard: string[] = [];
  const over = Promise.withResolvers<void>();
  const client = new FrameReader();
  const arrived: string[] = [];
  await listening(async (conn, head) => {
    assert.match(head, /^GET \/my\/changefeed\?x=1 HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n/);
    assert.match(head, /date: Thu, 15 Jan 2026 12:00:00 GMT\r\n/);
    // The answer and the first message in one piece; then a message in two parts with a ping between, byte by byte.
    await conn.write(Uint8Array.of(...await agreed(head), ...sent(0x81, "first")));
    const bytes = new Uint8Array(4096);
    const receive = async () => {
      const read = await conn.read(bytes) ?? 0;
      assert.ok(bytes[1]! & 0x80, "masked");
      arrived.push(...unmasked(client, bytes.slice(0, read)));
    };
    await receive();
    for (
      const byte of [
        ...sent(0x01, "sec"),
        ...sent(0x89, "here?"),
        ...sent(0x80, "ond"),
        ...sent(0x8a, ""),
      ]
    ) {
      await conn.write(Uint8Array.of(byte));
    }
    await receive();
    await conn.write(sent(0x88, ""));
    await drained(conn);
  }, async (url) => {
    const socket = await open(url, {
      text: (data) => heard.push(data),
      pong: () => heard.push("(pong)"),
      lost: over.resolve,
    });
    assert.ok("send" in socket);
    socket.send("hello");
    await over.promise;
    socket.close(); // it was lost already
  });
  assert.deepEqual(heard, ["first", "second", "(pong)"]);
  assert.deepEqual(arrived, ["hello", "here?"]);
});

/** A client's frames, as text. */
function unmasked(reader: FrameReader, bytes: Uint8Array<ArrayBuffer>): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes[at + 1]! & 127, start = at + 6;
    const data = bytes.slice(start, start + length).map((byte, n) => byte ^ bytes[at + 2 + (n & 3)]!);
    found.push(...[...reader.read(Uint8Array.of(bytes[at]!, length, ...data))].map((one) => text(one.data)));
    at = start + length;
  }
  return found;
}

Deno.test("long messages are read, and those that are no frames or too long are not", () => {
  const read = (...bytes: number[]): Message[] => [...new FrameReader().read(Uint8Array.from(bytes))];
  const long = "x".repeat(70_000);
  const size = [0, 0, 0, 0, 0, 1, 0x11, 0x70];
  assert.equal(text(read(0x81, 127, ...size, ...latin1(long))[0]!.data), long);
  assert.equal(read(0x81, 126, 0, 200, ...latin1("y".repeat(200)))[0]!.data.length, 200);
  assert.throws(() => read(0x81, 0x85, 1, 2, 3, 4, 5), /a server never sends/);
  assert.throws(() => read(0xc1, 1, 1), /a server never sends/);
  assert.throws(() => read(0x80, 1, 1), /a continuation without/);
  assert.throws(() => read(0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0), /bytes/);
  assert.throws(() => frame(1, new Uint8Array(70_000)), /Cannot send the message: it is too long/);
});

Deno.test("a refusal is its status, and a redirect is not followed", async () => {
  for (const status of [302, 404, 500]) {
    let connections = 0;
    await listening(async (conn) => {
      connections++;
      await conn.write(
        latin1(`HTTP/1.1 ${status} No\r\nLocation: /elsewhere\r\nContent-Length: 2\r\n\r\nno`),
      );
      await drained(conn);
    }, async (url) => assert.deepEqual(await open(url), { refused: status }));
    assert.equal(connections, 1);
  }
});

Deno.test("what answers oddly, not at all, or ends before it answered is no WebSocket", async () => {
  for (const answer of ["HTTP/1.1 101 Yes\r\nSec-WebSocket-Accept: wrong\r\n\r\n", "SSH-2.0-x\r\n\r\n", ""]) {
    await listening(async (conn) => {
      if (answer) await conn.write(latin1(answer));
    }, async (url) => {
      await assert.rejects(open(url), TypeError);
    });
  }
  await assert.rejects(open(new URL("http://127.0.0.1:1/")), Deno.errors.ConnectionRefused);
});

Deno.test("a server that never answers the upgrade is given up without a trace", async () => {
  await listening(drained, async (url) => {
    const stop = new AbortController();
    const opening = open(url, {}, stop.signal);
    setTimeout(() => stop.abort(new Error("enough")), 50);
    await assert.rejects(opening);
    await assert.rejects(open(url, {}, stop.signal), /enough/);
  });
});

Deno.test("it is closed at once, with a word of parting, and nothing is told any more", async () => {
  let parting: Uint8Array = new Uint8Array();
  await listening(async (conn, head) => {
    await conn.write(await agreed(head));
    const bytes = new Uint8Array(100);
    const read = await conn.read(bytes);
    parting = bytes.slice(0, read ?? 0);
    await conn.write(sent(0x81, "still there?")).catch(() => {});
    await drained(conn);
  }, async (url) => {
    const socket = await open(url, { text: assert.fail, lost: assert.fail });
    assert.ok("close" in socket);
    socket.close();
    socket.close();
    socket.send("too late");
  });
  assert.equal(parting[0], 0x88);
});

Deno.test("a process ends while one is open, and after closing one whose other side says nothing", async () => {
  await listening(async (conn, head) => {
    await conn.write(await agreed(head));
    await drained(conn);
  }, async (url) => {
    await opensAndEnds(url, "");
    await opensAndEnds(url, "socket.close();");
  });
});

const fixture = (name: string) => new URL(`./fixtures/${name}`, import.meta.url).pathname;

Deno.test("over https the certificate is checked, and a process ends there as well", async () => {
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    cert: Deno.readTextFileSync(fixture("localhost.crt")),
    key: Deno.readTextFileSync(fixture("localhost.key")),
    onListen() {},
  }, (request) => Deno.upgradeWebSocket(request).response);
  try {
    const url = new URL(`https://localhost:${server.addr.port}/`);
    await assert.rejects(open(url), /UnknownIssuer/);
    await opensAndEnds(url, "", { DENO_CERT: fixture("ca.crt") });
  } finally {
    await server.shutdown();
  }
});

/** A process of its own opens a WebSocket, does something with it, and comes to its end. */
async function opensAndEnds(url: URL, then: string, env: Record<string, string> = {}): Promise<void> {
  const lib = new URL("../../lib/", import.meta.url);
  const script = `
    import { openSocket } from "${lib}http/websocket.ts";
    import { systemClock } from "${lib}engine/time/clock.ts";
    const socket = await openSocket(
      { url: new URL("${url}"), headers: {}, clock: systemClock, signal: new AbortController().signal },
      { text() {}, pong() {}, lost() {} },
    );
    if (!("close" in socket)) Deno.exit(3);
    ${then}`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", "--no-prompt", `--allow-net=${url.host}`, "-"],
    env,
    stdin: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
  const { code, stderr } = await child.output();
  clearTimeout(late);
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}
