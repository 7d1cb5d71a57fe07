/** `lib/sim/main.ts` as people run it: a process of its own, talked to over HTTP, ended by Ctrl-C. */
import assert from "node:assert/strict";

const MAIN = new URL("../../../lib/sim/main.ts", import.meta.url).pathname;

async function start(...args: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      "--allow-read=/tmp",
      "--allow-write=/tmp",
      MAIN,
      ...args,
    ],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (text.split("\n").length < 5) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  const exported = Object.fromEntries(
    text.trim().split("\n").map((line) => line.replace("export ", "").split("=", 2)),
  );
  return { child, reader, stderr, text, exported };
}

for (const [option, type] of [[undefined, "ed25519"], ["--rsa", "rsa"]] as const) {
  Deno.test(`the simulator's process prints what a client needs, for an ${type} key, and cleans up on Ctrl-C`, async () => {
    const { child, reader, stderr, exported } = await start("--machines", "3", ...(option ? [option] : []));
    assert.match(exported.TRITON_URL, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(exported.TRITON_ACCOUNT, "sim");
    assert.match(exported.TRITON_KEY_ID, /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    const ping = await fetch(`${exported.TRITON_URL}/--ping`);
    assert.equal((await ping.json()).ping, "pong");
    const key = await Deno.stat(exported.MUSTER_KEY_PATH);
    assert.equal(key.mode! & 0o777, 0o600);
    // OpenSSH's own tool reads the file and finds the same fingerprint.
    const keygen = await new Deno.Command("ssh-keygen", {
      args: ["-l", "-E", "md5", "-f", exported.MUSTER_KEY_PATH],
    }).output();
    assert.match(new TextDecoder().decode(keygen.stdout), new RegExp(`MD5:${exported.TRITON_KEY_ID} `));
    const derived = await new Deno.Command("ssh-keygen", { args: ["-y", "-f", exported.MUSTER_KEY_PATH] })
      .output();
    const line = await Deno.readTextFile(`${exported.MUSTER_KEY_PATH}.pub`);
    assert.equal(new TextDecoder().decode(derived.stdout).split(" ")[1]!.trim(), line.split(" ")[1]);
    child.kill("SIGINT");
    assert.equal((await child.status).code, 0);
    await reader.cancel();
    assert.match(await stderr, /Ctrl-C ends both/);
    await assert.rejects(Deno.stat(exported.MUSTER_KEY_PATH), Deno.errors.NotFound);
  });
}

Deno.test("the simulator's process refuses a wrong option and helps with --help", async () => {
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", MAIN, ...args],
    }).output();
    return [code, new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)] as const;
  };
  const [helped, help] = await run("--help");
  assert.equal(helped, 0);
  for (
    const option of ["--port", "--machines", "--seed", "--speed", "--throttle", "--no-throttle", "--rsa"]
  ) {
    assert.ok(help.includes(option), option);
  }
  for (const wrong of [["--nonsense"], ["--machines", "x"], ["--throttle", "0/0"], ["--speed", "0"]]) {
    const [code, out, err] = await run(...wrong);
    assert.equal(code, 2, wrong.join(" "));
    assert.equal(out, "");
    assert.match(err, /^Cannot start: /);
  }
});
