import assert from "node:assert/strict";
import { connectSsh, type SshOptions, type SshTarget } from "../../lib/ssh/mod.ts";
import { SshError } from "../../lib/engine/errors.ts";
import { freePort, noSshd, type Sshd, startSshd, tool, user } from "./sshd.ts";

const ignore = noSshd !== undefined;
const login = (server: Sshd) => ({ key: server.key, knownHosts: server.knownHosts, agent: false as const });

async function refusal(target: SshTarget, options: SshOptions): Promise<string> {
  let message = "";
  await assert.rejects(connectSsh(target, options), (error) => {
    assert.ok(error instanceof SshError, String(error));
    message = error.message;
    return true;
  });
  assert.match(message, /^Cannot /);
  return message;
}

Deno.test({ name: "who the server is", ignore }, async (t) => {
  await using server = await startSshd({ hostKeys: ["ecdsa", "ed25519", "rsa"], name: "web" });
  const all = await Deno.readTextFile(server.knownHosts);
  const only = async (type: string) => {
    const path = `${server.dir}/kh-${type}`;
    await Deno.writeTextFile(path, all.split("\n").filter((line) => line.includes(type)).join("\n") + "\n");
    return path;
  };

  await t.step(
    "a host known by any one of its keys is recognised, whichever it would show first",
    async () => {
      for (const type of ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"]) {
        await using session = await connectSsh(server.target, {
          ...login(server),
          knownHosts: await only(type),
        });
        assert.equal((await session.run("echo ok")).stdout, "ok\n");
      }
    },
  );

  await t.step("a hashed known_hosts works", async () => {
    const path = await only("ssh-ed25519");
    await tool("ssh-keygen", "-H", "-f", path);
    assert.match(await Deno.readTextFile(path), /^\|1\|/);
    await using session = await connectSsh(server.target, { ...login(server), knownHosts: path });
    assert.ok(session.open);
  });

  await t.step("an unknown host is refused, and the message has its fingerprint", async () => {
    const message = await refusal(server.target, { ...login(server), knownHosts: `${server.dir}/none` });
    const print = (await tool("ssh-keygen", "-lf", `${server.dir}/host_ed25519.pub`)).split(" ")[1]!;
    assert.ok(message.includes(print), message);
    assert.match(message, /Cannot connect to web \(.*@127\.0\.0\.1:\d+\): its host key is not known/);
    await assert.rejects(Deno.stat(`${server.dir}/none`), Deno.errors.NotFound);
  });

  await t.step('accept: "new" writes a new host down once, and it is known from then on', async () => {
    const knownHosts = `${server.dir}/new`;
    const sessions = await Promise.all(
      [1, 2, 3].map(() => connectSsh(server.target, { ...login(server), knownHosts, accept: "new" })),
    );
    for (const session of sessions) await session.close();
    const ours = all.split("\n").find((line) => line.includes("ssh-ed25519"));
    const lines = (await Deno.readTextFile(knownHosts)).trimEnd().split("\n");
    assert.deepEqual([...new Set(lines)], [ours], "every line is the host's own");
    await using _session = await connectSsh(server.target, { ...login(server), knownHosts });
  });

  await t.step('a changed key is refused, also with accept: "new", and nothing is written', async () => {
    await tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", `${server.dir}/stranger`);
    const [type, key] = (await Deno.readTextFile(`${server.dir}/stranger.pub`)).split(" ");
    const knownHosts = `${server.dir}/changed`;
    const line = `[127.0.0.1]:${server.port} ${type} ${key}\n`;
    await Deno.writeTextFile(knownHosts, line);
    const message = await refusal(server.target, { ...login(server), knownHosts, accept: "new" });
    assert.match(message, /its host key has changed.*changed:1.*ssh-keygen -R/);
    assert.equal(await Deno.readTextFile(knownHosts), line);
  });

  await t.step("a revoked key is refused", async () => {
    const knownHosts = `${server.dir}/revoked`;
    await Deno.writeTextFile(knownHosts, all + all.replaceAll(/^\[/gm, "@revoked ["));
    assert.match(
      await refusal(server.target, { ...login(server), knownHosts, accept: "new" }),
      /key is revoked/,
    );
  });

  await t.step("a known_hosts that cannot be written fails the connection that wanted to", async () => {
    // Leads into a folder that is not there: nothing to read, and nothing can be made, by root neither.
    await Deno.symlink(`${server.dir}/none/known_hosts`, `${server.dir}/dangling`);
    const message = await refusal(server.target, {
      ...login(server),
      knownHosts: `${server.dir}/dangling`,
      accept: "new",
    });
    assert.match(message, /Cannot remember a host's key/);
  });
});

Deno.test({ name: "who we are", ignore }, async (t) => {
  await using server = await startSshd({ name: "web" });
  const { dir } = server;
  const addKey = async (path: string) => {
    await Deno.writeTextFile(`${dir}/authorized_keys`, await Deno.readTextFile(path), { append: true });
  };

  await t.step("a wrong key is refused, saying which were tried", async () => {
    await tool("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", `${dir}/wrong`);
    const print = (await tool("ssh-keygen", "-lf", `${dir}/wrong`)).split(" ")[1]!;
    const message = await refusal(server.target, { ...login(server), key: `${dir}/wrong` });
    assert.match(message, /the login was refused: key ecdsa-sha2-nistp256/);
    assert.ok(message.includes(print));
    assert.match(message, /agent was excluded/);
    await using session = await connectSsh(server.target, {
      ...login(server),
      key: [`${dir}/wrong`, server.key],
    });
    assert.ok(session.open, "the next key is tried");
  });

  await t.step("keys come as text, from a function, or not at all", async () => {
    const text = await Deno.readTextFile(server.key);
    for (const key of [text, () => text, () => Promise.resolve(text)]) {
      await using _session = await connectSsh(server.target, { ...login(server), key });
    }
    const { key: _, ...none } = login(server);
    assert.match(await refusal(server.target, none), /nothing to log in with/);
    assert.match(
      await refusal(server.target, { ...none, key: `${dir}/nowhere` }),
      /the file or folder does not exist.*nowhere/,
    );
    assert.match(await refusal(server.target, { ...none, key: `${server.key}.pub` }), /it is a public key/);
    assert.match(
      await refusal(server.target, { ...none, key: () => Promise.reject(new Error("vault is sealed")) }),
      /its function failed/,
    );
  });

  await t.step("every usual key format logs in, encrypted too", async () => {
    const kinds = [["rsa", "2048"], ["ecdsa", "256"], ["ecdsa", "384"], ["ecdsa", "521"], [
      "ed25519",
      "",
    ]] as const;
    for (const [type, bits] of kinds) {
      for (const format of ["RFC4716", "PEM", "PKCS8"]) {
        if (type === "ed25519" && format !== "RFC4716") continue;
        for (const word of ["", "opened"]) {
          const path = `${dir}/${type}${bits}${format}${word}`;
          const size = bits ? ["-b", bits] : [];
          await tool(
            "ssh-keygen",
            "-q",
            "-t",
            type,
            ...size,
            "-m",
            format,
            "-N",
            word,
            "-a",
            "1",
            "-f",
            path,
          );
          await addKey(`${path}.pub`);
          const options = { ...login(server), key: path, ...(word ? { passphrase: () => word } : {}) };
          await using session = await connectSsh(server.target, options);
          assert.ok(session.open, path);
        }
      }
    }
    // OpenSSL, not ssh-keygen, makes this one.
    const pkcs8 = `${dir}/ed25519-pkcs8`;
    await tool("openssl", "genpkey", "-algorithm", "ed25519", "-out", pkcs8);
    await Deno.chmod(pkcs8, 0o600);
    const der = atob((await tool("openssl", "pkey", "-in", pkcs8, "-pubout")).split("\n")[1]!);
    const blob = "\0\0\0\x0bssh-ed25519\0\0\0\x20" + der.slice(-32);
    await Deno.writeTextFile(`${dir}/authorized_keys`, `ssh-ed25519 ${btoa(blob)}\n`, { append: true });
    await using session = await connectSsh(server.target, { ...login(server), key: pkcs8 });
    assert.ok(session.open);
  });

  await t.step("a missing or wrong passphrase is said, and never shown", async () => {
    for (const format of ["RFC4716", "PEM", "PKCS8"]) {
      const key = `${dir}/rsa2048${format}opened`;
      assert.match(await refusal(server.target, { ...login(server), key }), /encrypted and no passphrase/);
      const wrong = await refusal(server.target, { ...login(server), key, passphrase: "letmein" });
      assert.match(wrong, /could not be decrypted/);
      assert.doesNotMatch(wrong, /letmein/);
    }
  });

  await t.step("an agent logs in with what it holds", async () => {
    const socket = `${dir}/agent`;
    const agent = new Deno.Command("ssh-agent", {
      args: ["-D", "-a", socket],
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      for (let i = 0; i < 100 && !await Deno.stat(socket).catch(() => undefined); i++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const options = { knownHosts: server.knownHosts, agent: socket };
      assert.match(await refusal(server.target, options), /the agent at .* holds no keys/);
      const add = (path: string) =>
        new Deno.Command("ssh-add", { args: ["-q", path], env: { SSH_AUTH_SOCK: socket } }).output();
      await add(`${dir}/wrong`);
      assert.match(await refusal(server.target, options), /refused: agent key ecdsa-sha2-nistp256 SHA256:/);
      for (const key of ["rsa2048PEM", "ecdsa384PEM", "login"]) {
        await add(`${dir}/${key}`);
        await using session = await connectSsh(server.target, options);
        assert.ok(session.open, key);
        await new Deno.Command("ssh-add", {
          args: ["-q", "-d", `${dir}/${key}`],
          env: { SSH_AUTH_SOCK: socket },
        })
          .output();
      }
    } finally {
      agent.kill();
      await agent.status;
    }
    const gone = await refusal(server.target, { knownHosts: server.knownHosts, agent: `${dir}/no-agent` });
    assert.match(gone, /the agent at .*no-agent failed \(the socket does not exist\)/);
    await using session = await connectSsh(server.target, { ...login(server), agent: `${dir}/no-agent` });
    assert.ok(session.open, "a broken agent does not keep a key from working");
  });

  await t.step("an agent that never answers is given up with the connection", async () => {
    const path = `${dir}/silent`;
    const listener = Deno.listen({ transport: "unix", path });
    const accepted = listener.accept();
    const options = { knownHosts: server.knownHosts, agent: path, connectTimeout: 250 };
    assert.match(await refusal(server.target, options), /did not finish the login within 250 ms/);
    (await accepted).close();
    listener.close();
  });
});

Deno.test({ name: "a jump host is gone through, and its failures are told apart", ignore }, async () => {
  await using jump = await startSshd({ name: "bastion" });
  await using server = await startSshd({ name: "inner" });
  await Deno.writeTextFile(`${server.dir}/authorized_keys`, await Deno.readTextFile(`${jump.dir}/login.pub`));
  const options = { key: jump.key, knownHosts: [jump.knownHosts, server.knownHosts], agent: false as const };
  {
    await using session = await connectSsh(server.target, { ...options, jump: jump.target });
    const { stdout } = await session.run("echo $SSH_CONNECTION; head -c 3000000 /dev/zero | tr '\\0' x");
    assert.equal(stdout.length, stdout.indexOf("\n") + 1 + 3_000_000);
    assert.ok((await jump.sessions()).length >= 1);
    await session.upload(new Uint8Array(500_000), `${server.dir}/file`);
    assert.equal((await session.download(`${server.dir}/file`)).length, 500_000);
  }
  await using twice = await connectSsh(server.target, { ...options, jump: [jump.target, jump.target] });
  assert.equal((await twice.run("echo deep")).stdout, "deep\n");
  const away = { ...server.target, port: freePort(), name: "away" };
  assert.match(await refusal(away, { ...options, jump: jump.target }), /away .* through bastion .*could not/);
  const strange = { ...options, knownHosts: jump.knownHosts, jump: jump.target };
  assert.match(await refusal(server.target, strange), /connect to inner .*host key is not known/);
});

Deno.test({ name: "servers that are not there", ignore }, async (t) => {
  await using server = await startSshd();
  const options = login(server);

  await t.step("nobody listens", async () => {
    const port = freePort();
    const message = await refusal({ host: "127.0.0.1", port, user, name: "web" }, options);
    assert.match(message, new RegExp(`web .* refused: nothing listens at 127.0.0.1:${port}`));
  });

  await t.step("the name does not exist", async () => {
    assert.match(await refusal({ host: "no-such-host.invalid", user }, options), /host name was not found/);
  });

  await t.step("one that accepts and says nothing is left at the limit", async () => {
    const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = silent.accept();
    const started = Date.now();
    const target = { host: "127.0.0.1", port: (silent.addr as Deno.NetAddr).port, user };
    assert.match(await refusal(target, { ...options, connectTimeout: 150 }), /did not answer within 150 ms/);
    // The limit that nobody set is 15 s and more.
    assert.ok(Date.now() - started < 12_000);
    (await accepted).close();
    silent.close();
  });

  await t.step("one that hangs up, and one that speaks no SSH", async () => {
    for (const speech of ["", "HTTP/1.1 400 Bad Request\r\n\r\n"]) {
      const rude = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const serving = rude.accept().then(async (socket) => {
        await socket.write(new TextEncoder().encode(speech));
        socket.close();
      });
      const target = { host: "127.0.0.1", port: (rude.addr as Deno.NetAddr).port, user };
      assert.match(await refusal(target, options), /closed the connection before|it failed/);
      await serving;
      rude.close();
    }
  });

  await t.step("cancelling ends connecting, and ends a session", async () => {
    assert.match(await refusal(server.target, { ...options, signal: AbortSignal.abort() }), /cancelled/);
    const stop = new AbortController();
    const session = await connectSsh(server.target, { ...options, signal: stop.signal });
    const running = session.run("sleep 30");
    stop.abort();
    await assert.rejects(running, SshError);
    await session.closed;
    await session.close();
  });
});
