import assert from "node:assert/strict";
import { connectSsh } from "../../lib/ssh/mod.ts";
import { SshError } from "../../lib/engine/errors.ts";
import { noSshd, type Sshd, startSshd } from "./sshd.ts";

const ignore = noSshd !== undefined;
const login = (server: Sshd) => ({ key: server.key, knownHosts: server.knownHosts, agent: false as const });

/** Starts a command and waits for its first line. */
async function begun(server: Sshd, options: Parameters<typeof connectSsh>[1] = {}) {
  const session = await connectSsh(server.target, { ...login(server), ...options });
  let told = () => {};
  const first = new Promise<void>((resolve) => told = resolve);
  const lines: string[] = [];
  const running = session.run("printf 'half\\nout'; sleep 30", {
    killAfter: 100,
    onLine: (line) => {
      lines.push(line);
      told();
    },
  });
  running.catch(() => {});
  await first;
  return { session, running, lines };
}

Deno.test(
  { name: "a session killed in mid-command fails it at once, with the half output told", ignore },
  async () => {
    await using server = await startSshd();
    const { session, running, lines } = await begun(server);
    for (const pid of await server.sessions()) Deno.kill(pid, "SIGKILL");
    await assert.rejects(running, (error) => {
      assert.ok(error instanceof SshError);
      assert.match(
        error.message,
        /on box .*: the connection was lost.*It is not known whether it has finished its work/,
      );
      return true;
    });
    assert.deepEqual(lines, ["half", "out"]);
    await session.closed;
    assert.equal(session.open, false);
    await assert.rejects(session.run("true"), /connection was lost/);
    await assert.rejects(session.download("/etc/hostname"), /connection was lost/);
    await session.close();
  },
);

Deno.test(
  { name: "a stopped server is noticed by keepalive, and closing it does not hang", ignore },
  async () => {
    await using server = await startSshd();
    const { session, running } = await begun(server, { keepalive: { every: 80, count: 3 } });
    const started = Date.now();
    for (const pid of await server.sessions()) Deno.kill(pid, "SIGSTOP");
    await assert.rejects(running, /: the connection was lost: the server no longer answers/);
    // Unnoticed it would go on for ever.
    assert.ok(Date.now() - started < 30_000);
    await session.close();
  },
);

Deno.test({ name: "without keepalive a stopped server is left at the command's limit", ignore }, async () => {
  await using server = await startSshd();
  await using session = await connectSsh(server.target, { ...login(server), keepalive: { every: 60_000 } });
  for (const pid of await server.sessions()) Deno.kill(pid, "SIGSTOP");
  await assert.rejects(session.run("true", { timeout: 100, killAfter: 50 }), /did not end within 100 ms/);
  await assert.rejects(
    session.download("/etc/hostname", undefined, { stall: 100 }),
    /nothing moved for 100 ms/,
  );
  await assert.rejects(
    session.upload(new Uint8Array(9), "/tmp/never", { stall: 100 }),
    /nothing moved for 100 ms/,
  );
  await session.close();
  assert.equal(session.open, false, "closed on our side, though the server never said goodbye");
});

Deno.test(
  { name: "a command whose own process is killed is told from a lost connection", ignore },
  async () => {
    await using server = await startSshd();
    await using session = await connectSsh(server.target, login(server));
    const result = await session.run("kill -TERM $$; sleep 5");
    assert.equal(result.signal, "SIGTERM");
    assert.equal((await session.run("echo still here")).stdout, "still here\n");
  },
);

Deno.test({ name: "a stopped jump host ends what goes through it", ignore }, async () => {
  await using jump = await startSshd({ name: "bastion" });
  await using server = await startSshd({ name: "inner" });
  await Deno.copyFile(`${jump.dir}/authorized_keys`, `${server.dir}/authorized_keys`);
  const { session, running } = await begun(server, {
    key: jump.key,
    knownHosts: [jump.knownHosts, server.knownHosts],
    jump: jump.target,
    keepalive: { every: 80, count: 3 },
  });
  for (const pid of await jump.sessions()) Deno.kill(pid, "SIGSTOP");
  await assert.rejects(running, /connection was lost/);
  await session.close();
  await session.closed;
});

Deno.test(
  { name: "a closed listener does not end sessions, a whole killed sshd ends them all", ignore },
  async () => {
    await using server = await startSshd();
    const all = await Promise.all(Array.from({ length: 5 }, () => begun(server)));
    for (const pid of await server.sessions()) Deno.kill(pid, "SIGKILL");
    const ends = await Promise.allSettled(all.map(({ running }) => running));
    assert.ok(ends.every((end) => end.status === "rejected" && end.reason instanceof SshError));
    for (const { session } of all) await session.close();
  },
);

/** Passes bytes on to a server, and drops both sides once `budget()` of the server's have passed. */
function cutter(port: number) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let left = Infinity;
  const serving = (async () => {
    for await (const near of listener) {
      const far = await Deno.connect({ hostname: "127.0.0.1", port });
      const up = near.readable.pipeTo(far.writable).catch(() => {});
      const buffer = new Uint8Array(16_384);
      const out = near.writable.getWriter();
      try {
        for (let count; left > 0 && (count = await far.read(buffer)) !== null; left -= count) {
          await out.write(buffer.slice(0, Math.min(left, count)));
        }
      } catch {
        // The other side left.
      }
      for (const side of [near, far]) {
        try {
          side.close();
        } catch {
          // Gone already.
        }
      }
      await up;
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    cutAfter: (bytes: number) => void (left = bytes),
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}

// A packet that is half there holds something of the system's, which the sanitizer would miss.
for (const bytes of [50_000, 50_007, 60_011]) {
  Deno.test(
    { name: `a connection that is cut within a packet, after ${bytes} bytes, leaves nothing behind`, ignore },
    async () => {
      await using server = await startSshd();
      await using proxy = cutter(server.port);
      const knownHosts = `${server.dir}/through`;
      const known = await Deno.readTextFile(server.knownHosts);
      await Deno.writeTextFile(knownHosts, known.replaceAll(`:${server.port}`, `:${proxy.port}`));
      const session = await connectSsh({ ...server.target, port: proxy.port }, {
        ...login(server),
        knownHosts,
      });
      proxy.cutAfter(bytes);
      const text = session.run("head -c 1000000 /dev/zero | tr '\\0' x");
      await assert.rejects(text, /: the connection was lost/);
      await session.close();
    },
  );
}
