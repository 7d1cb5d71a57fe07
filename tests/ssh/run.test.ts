import assert from "node:assert/strict";
import { connectSsh, shellQuote } from "../../lib/ssh/mod.ts";
import { SshError } from "../../lib/engine/errors.ts";
import { noSshd, type Sshd, startSshd, tool } from "./sshd.ts";

const ignore = noSshd !== undefined;
const login = (server: Sshd) => ({ key: server.key, knownHosts: server.knownHosts, agent: false as const });

Deno.test({ name: "commands, scripts and their ends", ignore }, async (t) => {
  await using server = await startSshd();
  await using session = await connectSsh(server.target, login(server));

  await t.step("output, errors and exit code come back apart", async () => {
    const result = await session.run("echo out; echo err >&2; exit 3");
    assert.equal(result.exitCode, 3);
    assert.equal(result.stdout, "out\n");
    assert.equal(result.stderr, "err\n");
    assert.equal(result.signal, undefined);
    assert.deepEqual(result.cut, { stdout: 0, stderr: 0 });
    assert.ok(result.durationMs >= 0 && result.durationMs < 5000);
  });

  await t.step(
    "a command reads what it is given, text, bytes or a stream, and never waits for more",
    async () => {
      assert.equal((await session.run("cat", { stdin: "häuser\n" })).stdout, "häuser\n");
      assert.equal((await session.run("wc -c", { stdin: new Uint8Array(100_000) })).stdout.trim(), "100000");
      assert.equal((await session.run("cat")).stdout, "");
      const stream = ReadableStream.from((function* () {
        for (let i = 0; i < 100; i++) yield new Uint8Array(50_000);
      })());
      assert.equal((await session.run("wc -c", { stdin: stream })).stdout.trim(), "5000000");
    },
  );

  await t.step(
    "a command that does not read a stream ends all the same, and the stream is cancelled",
    async () => {
      let stopped = false;
      const endless = new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
        cancel: () => void (stopped = true),
      });
      assert.equal((await session.run("true", { stdin: endless })).exitCode, 0);
      assert.ok(stopped);
    },
  );

  await t.step("a signal that ended the command is named", async () => {
    const result = await session.run("kill -KILL $$");
    assert.equal(result.exitCode, null);
    assert.equal(result.signal, "SIGKILL");
  });

  await t.step("5 MB of output arrive whole, on both streams", async () => {
    const command = "head -c 5000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/zero | tr '\\0' y >&2";
    const { stdout, stderr } = await session.run(command);
    assert.equal(stdout.length, 5_000_000);
    assert.equal(stderr.length, 3_000_000);
    assert.match(stdout, /^x+$/);
  });

  await t.step("output beyond the bound is dropped and counted, its lines still handed over", async () => {
    let lines = 0;
    const result = await session.run("seq 1 20000", { maxOutput: 1000, onLine: () => lines++ });
    assert.equal(result.stdout.length, 1000);
    assert.equal(result.cut.stdout, 108_894 - 1000);
    assert.equal(lines, 20_000);
  });

  await t.step("lines are handed over while the command runs", async () => {
    let release = () => {};
    const first = new Promise<void>((resolve) => release = resolve);
    const seen: string[] = [];
    const running = session.run(
      `echo one; until [ -e ${server.dir}/go ]; do sleep 0.02; done; echo two >&2`,
      {
        onLine: (line, stream) => {
          seen.push(`${stream}:${line}`);
          release();
        },
      },
    );
    await first;
    assert.deepEqual(seen, ["stdout:one"]);
    await Deno.writeTextFile(`${server.dir}/go`, "");
    await running;
    assert.deepEqual(seen, ["stdout:one", "stderr:two"]);
  });

  await t.step("a receiver of lines that throws fails the command and not the process", async () => {
    const onLine = () => {
      throw new Error("my bug");
    };
    await assert.rejects(session.run("echo a; sleep 20", { onLine, killAfter: 200 }), (error) => {
      assert.ok(error instanceof SshError);
      assert.match(error.message, /receiver of its output failed: my bug/);
      return true;
    });
  });

  await t.step("environment variables arrive, whatever is in them", async () => {
    const value = 'it\'s $HOME `x` "q"\nline 2';
    const { stdout } = await session.run('printf %s "$WORD"', { env: { WORD: value } });
    assert.equal(stdout, value);
    await assert.rejects(session.run("true", { env: { "a b": "" } }), /is not a variable name/);
  });

  await t.step("scripts need no quoting, take arguments and other interpreters", async () => {
    const odd = "it's; $(rm -rf /nowhere) \\ * é";
    const result = await session.script("printf '%s|' \"$@\"\necho '$HOME' >&2\nexit 7\n", {
      args: [odd, 2],
    });
    assert.equal(result.stdout, `${odd}|2|`);
    assert.equal(result.stderr, "$HOME\n");
    assert.equal(result.exitCode, 7);
    const env = await session.script('echo "$A"; tr "\\0" "\\n" < /proc/$$/cmdline', {
      env: { A: "hidden" },
    });
    assert.match(env.stdout, /^hidden\n/);
    assert.equal(env.stdout.match(/hidden/g)?.length, 1, "the variable does not show in the process list");
    const perl = await session.script('print join(",", @ARGV), $ENV{B}', {
      interpreter: "perl",
      args: [1, "a b"],
      env: { B: "!" },
    });
    assert.equal(perl.stdout, "1,a b!");
    assert.equal((await session.script("exit 1; echo no", { interpreter: "bash -x" })).stderr, "+ exit 1\n");
  });

  await t.step("quoted words arrive unchanged", async () => {
    const words = ["", "a b", "'", "$x", "\\", "-n", "a\nb", "~", "*"];
    const { stdout } = await session.run(`printf '%s\\0' ${shellQuote(...words)}`);
    assert.deepEqual(stdout.split("\0").slice(0, -1), words);
    assert.throws(() => shellQuote("a\0b"), SshError);
  });

  await t.step("a command beyond its time limit is ended by TERM", async () => {
    const started = Date.now();
    await assert.rejects(session.run("sleep 30", { timeout: 150, killAfter: 200 }), (error) => {
      assert.ok(error instanceof SshError);
      assert.match(
        error.message,
        /Cannot run `sleep …` on box \(.*\): it did not end within 150 ms: .*TERM/,
      );
      return true;
    });
    // It would have slept for 30 s; a busy machine is slow to start it.
    assert.ok(Date.now() - started < 20_000);
  });

  await t.step("one that ignores TERM is ended by KILL, also when it reads no input", async () => {
    const command = `trap "" TERM; echo $$ > ${server.dir}/pid; while :; do sleep 0.05; done`;
    await assert.rejects(session.run(command, { timeout: 150, killAfter: 200 }), /ended by KILL/);
    const pid = Number(await Deno.readTextFile(`${server.dir}/pid`));
    await assert.rejects(tool("ps", "-p", String(pid)), /ps -p/, "it is no more");
  });

  await t.step("a cancelled command is stopped, and the session goes on", async () => {
    const stop = new AbortController();
    const running = session.run("echo started; sleep 30", {
      signal: stop.signal,
      onLine: () => stop.abort(),
    });
    await assert.rejects(running, /it was cancelled: it was ended by TERM/);
    await assert.rejects(session.run("true", { signal: stop.signal }), /cancelled before it began/);
    assert.equal((await session.run("echo alive")).stdout, "alive\n");
  });

  await t.step("what follows the first word of a command is not in messages", async () => {
    const running = session.run("sleep 30 # s3cret", { timeout: 1, killAfter: 50 });
    await assert.rejects(running, (error: Error) => !error.message.includes("s3cret"));
  });

  await t.step("a closed session refuses to run", async () => {
    await session.close();
    await session.close();
    assert.equal(session.open, false);
    await assert.rejects(session.run("true"), SshError);
  });
});
