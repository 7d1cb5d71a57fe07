import assert from "node:assert/strict";
import { noSshd, startSshd } from "./sshd.ts";

const ignore = noSshd !== undefined;
const library = new URL("../../lib/ssh/mod.ts", import.meta.url).href;

/** Runs a script as its own process with these permissions and no others. */
async function script(dir: string, body: string, flags: string[], env: Record<string, string> = {}) {
  const path = `${dir}/script.ts`;
  await Deno.writeTextFile(path, `import { connectSsh } from ${JSON.stringify(library)};\n${body}`);
  const args = ["run", "--quiet", "--no-prompt", "--no-check", "--no-lock", "--no-config", ...flags, path];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env, stdin: "null" })
    .output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test("importing the library loads nothing of ssh2 and asks for nothing", async () => {
  const dir = await Deno.makeTempDir();
  try {
    // An empty cache: a download would leave something in it.
    const { code, stdout, stderr } = await script(dir, "console.log(typeof connectSsh)", [], {
      DENO_DIR: `${dir}/cache`,
    });
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "function\n");
    const packages = await Array.fromAsync(Deno.readDir(`${dir}/cache/npm`)).catch(() => []);
    assert.deepEqual(packages, []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test({ name: "each way to connect works with just its permissions", ignore }, async (t) => {
  await using server = await startSshd();
  const { dir, port, key, knownHosts, target } = server;
  const net = `--allow-net=127.0.0.1:${port}`;
  const hosts = JSON.stringify({ knownHosts });
  const run = `console.log((await session.run("echo works")).stdout);`;
  const session = (options: string) =>
    `await using session = await connectSsh(${JSON.stringify(target)}, ${options});\n`;
  const works = async (body: string, flags: string[], env: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await script(dir, body, flags, env);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^works/);
  };

  await t.step("a key and a named known_hosts: net and two files to read", async () => {
    const options = `{ key: ${JSON.stringify(key)}, ...${hosts} }`;
    await works(session(options) + run, [net, `--allow-read=${key},${knownHosts}`]);
  });

  await t.step("the default known_hosts: HOME too", async () => {
    await Deno.mkdir(`${dir}/.ssh`);
    await Deno.copyFile(knownHosts, `${dir}/.ssh/known_hosts`);
    const flags = [net, `--allow-read=${key},${dir}/.ssh/known_hosts`, "--allow-env=HOME"];
    await works(session(`{ key: ${JSON.stringify(key)} }`) + run, flags, { HOME: dir });
  });

  await t.step('accept: "new": known_hosts to write too', async () => {
    const path = `${dir}/fresh`;
    const options = `{ key: ${JSON.stringify(key)}, knownHosts: ${JSON.stringify(path)}, accept: "new" }`;
    await works(session(options) + run, [net, `--allow-read=${key},${path}`, `--allow-write=${path}`]);
    assert.equal(await Deno.readTextFile(path), await Deno.readTextFile(knownHosts));
  });

  await t.step("an agent: its socket, by all four", async () => {
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
      await new Deno.Command("ssh-add", { args: ["-q", key], env: { SSH_AUTH_SOCK: socket } }).output();
      const flags = [
        `--allow-net=127.0.0.1:${port},unix:${socket}`,
        `--allow-read=${knownHosts},${socket}`,
        `--allow-write=${socket}`,
        "--allow-env=SSH_AUTH_SOCK",
      ];
      await works(session(hosts) + run, flags, { SSH_AUTH_SOCK: socket });
      const told = await script(dir, session(hosts) + run, [net, `--allow-read=${knownHosts}`, flags[3]!], {
        SSH_AUTH_SOCK: socket,
      });
      assert.equal(told.code, 1);
      assert.match(told.stderr, /the agent at .* failed \(it takes --allow-net=unix:/);
    } finally {
      agent.kill();
      await agent.status;
    }
  });

  await t.step("transfers: the local file to read, or its folder to read and write", async () => {
    await Deno.mkdir(`${dir}/files`);
    const files = `
      await session.upload(${JSON.stringify(key)}, "${dir}/up");
      await session.download("${dir}/up", "${dir}/files/down");
      console.log("works");`;
    const flags = [net, `--allow-read=${key},${knownHosts},${dir}/files`, `--allow-write=${dir}/files`];
    await works(session(`{ key: ${JSON.stringify(key)}, ...${hosts} }`) + files, flags);
  });

  await t.step("what is missing is named with the flag that gives it", async () => {
    const body = session(`{ key: ${JSON.stringify(key)}, ...${hosts} }`) + run;
    const cases: [string[], string][] = [
      [[`--allow-read=${key},${knownHosts}`], net],
      [[net, `--allow-read=${knownHosts}`], `--allow-read=${key}`],
      [[net, `--allow-read=${key}`], `--allow-read=${knownHosts}`],
    ];
    for (const [flags, wanted] of cases) {
      const { code, stderr } = await script(dir, body, flags);
      assert.equal(code, 1);
      assert.match(stderr, /SshError: Cannot /);
      assert.ok(stderr.includes(`Run it with ${wanted}`), stderr);
    }
  });

  await t.step("a process ends by itself once its session is closed, or its connection lost", async () => {
    const body = session(`{ key: ${JSON.stringify(key)}, ...${hosts}, keepalive: { every: 50 } }`) +
      `const lost = session.run("kill -KILL $PPID; sleep 9").catch((error) => console.log("works", error.message));
       await lost;`;
    await works(body, [net, `--allow-read=${key},${knownHosts}`]);
  });
});
