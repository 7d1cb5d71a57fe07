import assert from "node:assert/strict";
import { type CommandResult } from "../../../../lib/ssh/mod.ts";
import { MusterError, type RunEvent, SshError } from "../../../../lib/muster.ts";
import { noSshd, type Sshd, startSshd, user } from "../../../ssh/sshd.ts";
import { machines, world } from "../world.ts";

const ignore = noSshd !== undefined;

/** Every machine is this server. */
const into = ({ port, key, knownHosts }: Sshd) => ({
  user,
  port,
  key,
  agent: false as const,
  knownHosts,
  address: () => "127.0.0.1",
});

Deno.test({
  name: "a command runs on every member, its lines come as they are said, its output is in the report",
  ignore,
  async fn() {
    await using sshd = await startSshd();
    const { dc } = await world({ machines: machines(5) });
    const how = into(sshd);
    const events: RunEvent[] = [];
    const report = await dc.machines({ type: "test" }).ssh((m) => `echo I am ${m.name}; echo oops >&2`, how)
      .run({
        on: (event) => events.push(event),
      });
    assert.deepEqual(report.succeeded.length, 5);
    for (const member of report.members) {
      const [output] = member.output as CommandResult[];
      assert.equal(output!.stdout, `I am ${member.name}\n`);
      assert.equal(output!.stderr, "oops\n");
    }
    assert.equal(events.filter((event) => event.type === "line" && event.stream === "stdout").length, 5);

    const parsed = await dc.machine("test-0").ssh("printf 'a one\\nb two\\n'", {
      ...how,
      parse: ({ stdout }) => Object.fromEntries(stdout.trim().split("\n").map((line) => line.split(" "))),
    });
    assert.deepEqual(parsed.members[0]!.output, [{ a: "one", b: "two" }]);
  },
});

Deno.test({
  name: "an exit code other than 0 fails that member alone, with what it said, unless told not to",
  ignore,
  async fn() {
    await using sshd = await startSshd();
    const { dc } = await world({ machines: machines(3) });
    const how = into(sshd);
    const chain = dc.machines({ type: "test" }).ssh(
      (m) => m.name === "test-1" ? "echo no >&2; exit 3" : "true",
      how,
    ).stop();
    const report = await chain.run({ throwOnError: false });
    assert.deepEqual(report.failed.map((member) => member.name), ["test-1"]);
    const error = report.failed[0]!.error as SshError;
    assert.ok(error instanceof SshError);
    assert.equal(error.exitCode, 3);
    assert.match(error.message, /test-1: it exited with 3: no/);
    assert.equal(report.succeeded.length, 2);
    const went = await dc.machine("test-1").ssh("exit 3", { ...how, check: false });
    assert.equal((went.members[0]!.output[0] as CommandResult).exitCode, 3);
  },
});

Deno.test({
  name: "scripts, uploads and downloads work on the selection",
  ignore,
  async fn() {
    await using sshd = await startSshd();
    const { dc } = await world({ machines: machines(2) });
    const how = into(sshd);
    await Deno.writeTextFile(`${sshd.dir}/script.sh`, 'echo "$1 é $(cat ' + sshd.dir + '/up)"\n');
    const report = await dc.machine("test-0")
      .upload(new TextEncoder().encode("there"), `${sshd.dir}/up`, how)
      .ssh({ file: `${sshd.dir}/script.sh`, args: ["it's"] }, how)
      .download(`${sshd.dir}/up`, (m) => `${sshd.dir}/${m.name}.txt`, how);
    assert.equal((report.members[0]!.output[1] as CommandResult).stdout, "it's é there\n");
    assert.equal(await Deno.readTextFile(`${sshd.dir}/test-0.txt`), "there");
    assert.throws(() => dc.machines({ type: "test" }).download("/etc/hosts", "x" as never), MusterError);
    assert.throws(() => dc.machines({ type: "test" }).ssh(""), MusterError);
  },
});

Deno.test({
  name: "the login is the image's own where it says one, else root; an unknown host is refused by name",
  ignore,
  async fn() {
    await using sshd = await startSshd();
    const { dc, sim } = await world({ machines: machines(1) });
    const report = await dc.machines({ type: "test" }).ssh("true", {
      port: sshd.port,
      key: sshd.key,
      agent: false,
      knownHosts: `${sshd.dir}/empty`,
      address: () => "127.0.0.1",
    }).run({ throwOnError: false });
    assert.match(report.failed[0]!.why, /test-0 \(root@127\.0\.0\.1:/);
    assert.match(report.failed[0]!.why, /known_hosts|not known|accept/);
    assert.ok(sim.log.some((entry) => entry.route === "GetImage"), "the image was asked who logs in");
  },
});

Deno.test("a script that uses no SSH loads nothing of it", async () => {
  const script = `import { dc } from ${JSON.stringify(new URL("../../../../mod.ts", import.meta.url).href)};
    await dc("sim").machines({ type: "test" }).where({ name: "test-01" }).stop();`;
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/plain.ts`, script);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    cwd: dir,
    args: ["info", "--json", `${dir}/plain.ts`],
    env: { NO_COLOR: "1" },
  }).output();
  const { modules, npmPackages } = JSON.parse(new TextDecoder().decode(stdout));
  assert.ok(modules.length > 50);
  assert.ok(!JSON.stringify(npmPackages ?? {}).includes("ssh2"), "ssh2 is not in the module graph");
  const ran = await new Deno.Command(Deno.execPath(), {
    cwd: dir,
    args: ["run", "--quiet", "--no-check", "--allow-net=127.0.0.1", `${dir}/plain.ts`],
    env: { NO_COLOR: "1", DENO_DIR: `${dir}/deno`, HOME: dir },
  }).output();
  assert.equal(ran.code, 0, new TextDecoder().decode(ran.stderr));
  const downloaded = [];
  // The folder itself is made by the platform.
  for await (const entry of Deno.readDir(`${dir}/deno/npm`)) downloaded.push(entry.name);
  assert.deepEqual(downloaded, []);
  await Deno.remove(dir, { recursive: true });
});

Deno.test({
  name: "a command whose connection was lost is doubtful, and one that failed or never began is not",
  ignore,
  async fn() {
    await using sshd = await startSshd();
    const { dc } = await world({ machines: machines(1) });
    const how = into(sshd);
    const cut = await dc.machine("test-0").ssh("echo begun; sleep 30", how).run({
      throwOnError: false,
      on: async (event) => {
        if (event.type === "line") { for (const pid of await sshd.sessions()) Deno.kill(pid, "SIGKILL"); }
      },
    });
    assert.equal(cut.failed.length, 1);
    assert.equal(cut.doubtful.length, 1);
    assert.match(String(cut), /ssh\("echo begun; sleep 30"\)/);
    const failed = await dc.machine("test-0").ssh("exit 3", how).run({ throwOnError: false });
    assert.deepEqual(failed.doubtful, []);
    const away = await dc.machine("test-0").ssh("true", { ...how, port: 1 }).run({ throwOnError: false });
    assert.equal(away.failed.length, 1);
    assert.deepEqual(away.doubtful, []);
  },
});
