import assert from "node:assert/strict";
import { connectSsh } from "../../lib/ssh/mod.ts";
import { SshError } from "../../lib/engine/errors.ts";
import { noSshd, startSshd } from "./sshd.ts";

const ignore = noSshd !== undefined;

/** Bytes that differ everywhere, so that a misplaced piece shows. */
function pattern(length: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + 1, 0x9e3779b1);
  return new Uint8Array(words.buffer, 0, length).slice();
}

async function leftovers(dir: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(dir)) if (entry.name.includes(".part")) names.push(entry.name);
  return names;
}

Deno.test({ name: "files there and back", ignore }, async (t) => {
  await using server = await startSshd();
  const options = { key: server.key, knownHosts: server.knownHosts, agent: false as const };
  await using session = await connectSsh(server.target, options);
  const { dir } = server;

  await t.step("every size arrives byte for byte, from bytes and files, to memory and files", async () => {
    for (const size of [0, 1, 32_767, 32_768, 32_769, 2_097_152, 5_000_001]) {
      const bytes = pattern(size);
      assert.equal(await session.upload(bytes, `${dir}/there`), size);
      assert.deepEqual(await Deno.readFile(`${dir}/there`), bytes);
      assert.deepEqual(await session.download(`${dir}/there`), bytes);
      assert.equal(await session.download(`${dir}/there`, `${dir}/back`), size);
      assert.equal(await session.upload(`${dir}/back`, `${dir}/again`), size);
      assert.deepEqual(await Deno.readFile(`${dir}/again`), bytes);
    }
    assert.deepEqual(await leftovers(dir), []);
  });

  await t.step("a longer file is replaced, not overwritten in part; the mode is set", async () => {
    await session.upload(pattern(100_000), `${dir}/tool`);
    await session.upload(new TextEncoder().encode("#!/bin/sh\necho ran\n"), `${dir}/tool`, { mode: 0o750 });
    assert.equal((await Deno.stat(`${dir}/tool`)).mode! & 0o777, 0o750);
    assert.equal((await session.run(`${dir}/tool`)).stdout, "ran\n");
  });

  await t.step("files without a size, as in /proc, are read to their end", async () => {
    const text = new TextDecoder().decode(await session.download("/proc/self/status"));
    assert.match(text, /^Name:/);
  });

  await t.step("several at once on one session", async () => {
    const bytes = pattern(700_000);
    await Promise.all([1, 2, 3, 4].map((i) => session.upload(bytes, `${dir}/many${i}`)));
    const back = await Promise.all([1, 2, 3, 4].map((i) => session.download(`${dir}/many${i}`)));
    for (const one of back) assert.deepEqual(one, bytes);
  });

  await t.step("what is wrong is said, and on which side", async () => {
    const fails = async (work: Promise<unknown>, message: RegExp) => {
      await assert.rejects(work, (error) => {
        assert.ok(error instanceof SshError, String(error));
        assert.match(error.message, message);
        return true;
      });
    };
    await fails(
      session.download(`${dir}/nothing`),
      /download .*nothing from box .*the file or folder does not exist on the server/,
    );
    await fails(session.download(dir), /it is a folder there/);
    await fails(
      session.upload(new Uint8Array(1), `${dir}/no/such/folder`),
      /the file or folder does not exist on the server/,
    );
    await fails(session.upload(`${dir}/nothing`, `${dir}/x`), /the file or folder does not exist: .*nothing/);
    await fails(session.upload(dir, `${dir}/x`), /it is a folder: /);
    await fails(session.upload(new Uint8Array(1_000_000), "/dev/full"), /full disk/);
    await fails(
      session.download(`${dir}/there`, `${dir}/no/such/copy`),
      /the file or folder does not exist: .*copy/,
    );
    await fails(session.download(`${dir}/there`, "/proc/copy"), /Cannot download .* to \/proc\/copy: /);
    await fails(session.upload(new Uint8Array(1), `${dir}/x`, { signal: AbortSignal.abort() }), /cancelled/);
    assert.equal((await session.run("echo fine")).stdout, "fine\n", "the session goes on");
  });

  await t.step("a failed download leaves the old file as it was", async () => {
    await Deno.writeTextFile(`${dir}/kept`, "old");
    await assert.rejects(session.download(`${dir}/nothing`, `${dir}/kept`), SshError);
    assert.equal(await Deno.readTextFile(`${dir}/kept`), "old");
    const sparse = await Deno.open(`${dir}/large`, { create: true, write: true });
    await sparse.truncate(400_000_000);
    sparse.close();
    await assert.rejects(session.download(`${dir}/large`), /256 MB/);
    const stop = new AbortController();
    const copying = session.download(`${dir}/large`, `${dir}/kept`, { signal: stop.signal });
    copying.catch(() => {});
    for (let i = 0; i < 200 && (await leftovers(dir)).length === 0; i++) {
      await new Promise((r) => setTimeout(r, 5));
    }
    stop.abort();
    await assert.rejects(copying, /it was cancelled/);
    assert.equal(await Deno.readTextFile(`${dir}/kept`), "old");
    assert.deepEqual(await leftovers(dir), []);
  });

  await t.step("a connection killed in mid-transfer fails it and leaves nothing behind", async () => {
    const copying = session.download(`${dir}/large`, `${dir}/kept`);
    copying.catch(() => {});
    for (let i = 0; i < 200 && (await leftovers(dir)).length === 0; i++) {
      await new Promise((r) => setTimeout(r, 5));
    }
    for (const pid of await server.sessions()) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch { /* The first to go takes others along. */ }
    }
    await assert.rejects(copying, /the connection was lost/);
    assert.equal(await Deno.readTextFile(`${dir}/kept`), "old");
    assert.deepEqual(await leftovers(dir), []);
  });
});

Deno.test({ name: "a server without sftp says so", ignore }, async () => {
  await using server = await startSshd({ sftp: "/bin/false" });
  const options = { key: server.key, knownHosts: server.knownHosts, agent: false as const };
  await using session = await connectSsh(server.target, options);
  await assert.rejects(session.download("/etc/hostname"), /offers no file transfer/);
});

Deno.test({ name: "keys exchanged anew in mid-transfer change nothing", ignore }, async () => {
  await using server = await startSshd({ extra: ["RekeyLimit 300K"] });
  const options = { key: server.key, knownHosts: server.knownHosts, agent: false as const };
  await using session = await connectSsh(server.target, options);
  const bytes = pattern(3_000_000);
  await session.upload(bytes, `${server.dir}/file`);
  assert.deepEqual(await session.download(`${server.dir}/file`), bytes);
  const { stdout } = await session.run("head -c 3000000 /dev/zero | tr '\\0' x");
  assert.equal(stdout.length, 3_000_000);
});
