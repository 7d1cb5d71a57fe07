import assert from "node:assert/strict";
import { CredentialsError } from "../../../lib/engine/errors.ts";
import type { Terminal } from "../../../lib/platform/terminal.ts";
import { type PassphraseSource, readPrivateKey } from "../../../lib/platform/keys/unlock.ts";
import { fixedEnvironment } from "../../../lib/platform/permissions.ts";
import { installed, lacking, newPair } from "./key_matrix.ts";

const ignore = lacking !== undefined;

/** A person at a terminal who types these texts, one chunk at a time. */
function typist(...chunks: (string | number[])[]) {
  const state = { said: "", raw: [] as boolean[], reads: 0 };
  const terminal: Terminal = {
    present: () => true,
    raw: (on) => void state.raw.push(on),
    read(buffer) {
      state.reads++;
      const chunk = chunks.shift();
      if (chunk === undefined) return Promise.resolve(null);
      const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : new Uint8Array(chunk);
      buffer.set(bytes);
      return Promise.resolve(bytes.length);
    },
    write: (text) => void (state.said += text),
  };
  return { ...state, state, terminal };
}

/** A new encrypted key: what a process asked once it does not ask again, so each test needs its own. */
async function encrypted(passphrase: string) {
  const folder = await Deno.makeTempDir({ prefix: "muster-unlock-" });
  try {
    const data = await Deno.readFile(await newPair("ed25519", `${folder}/key`, passphrase));
    return (terminal: Terminal, option?: PassphraseSource, variable?: string) =>
      readPrivateKey(data, "/keys/mine", {
        passphrase: option,
        env: fixedEnvironment({ MUSTER_KEY_PASSPHRASE: variable }),
        terminal,
      });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "a passphrase is asked for once, without being shown, and the terminal is as before",
  ignore,
  async fn() {
    const open = await encrypted("schlüssel");
    const { state, terminal } = typist("schlü", "sselX", [127], "\r");
    const keys = await Promise.all([open(terminal), open(terminal), open(terminal)]);
    await open(typist().terminal);
    assert.equal(keys.length, 3);
    assert.equal(state.said, "Passphrase for /keys/mine: \n");
    assert.deepEqual(state.raw, [true, false]);
    assert.equal(state.reads, 4);
  },
});

Deno.test({
  name:
    "mistakes at the terminal can be corrected: backspace over several bytes, the whole line, cursor keys, retries",
  ignore,
  async fn() {
    const open = await encrypted("secret");
    const { state, terminal } = typist("wrong\r", "sü", [127], "ecre", "\x1b[D\x1b[200~", "t\n");
    await open(terminal);
    assert.equal(
      state.said,
      "Passphrase for /keys/mine: \nThe passphrase is wrong\.\nPassphrase for /keys/mine: \n",
    );
    await (await encrypted("secret"))(typist("rubbish", [21], "secret\r").terminal);
  },
});

Deno.test({
  name: "three wrong passphrases are enough, and nobody is asked a fourth time",
  ignore,
  async fn() {
    const open = await encrypted("secret");
    const { state, terminal } = typist("a\r", "b\r", "c\r", "secret\r");
    await assert.rejects(open(terminal), /the passphrase is wrong$/);
    await assert.rejects(open(terminal), /the passphrase is wrong$/);
    assert.equal(state.reads, 3);
    // A handle that brings the right one is not bound by that.
    await open(terminal, "secret");
  },
});

for (
  const [what, typed] of [["Ctrl-C", [97, 3]], ["Ctrl-D", [4]], [
    "the end of the terminal",
    undefined,
  ]] as const
) {
  Deno.test({
    name: `${what} ends the question with a clear error and a terminal as before`,
    ignore,
    async fn() {
      const open = await encrypted("secret");
      const { state, terminal } = typed ? typist([...typed]) : typist();
      const both = await Promise.allSettled([open(terminal), open(terminal)]);
      for (const one of both) {
        assert.ok(one.status === "rejected" && one.reason instanceof CredentialsError);
        assert.match(one.reason.message, /^Cannot (use the private key|ask for the passphrase): /);
      }
      assert.deepEqual(state.raw, [true, false]);
      await assert.rejects(open(typist("secret\r").terminal), CredentialsError, "it asked again");
    },
  });
}

Deno.test({
  name: "the option beats the variable, and the variable beats the terminal",
  ignore,
  async fn() {
    await (await encrypted("secret"))(typist().terminal, "secret", "wrong");
    await (await encrypted("secret"))(typist().terminal, undefined, "secret");
    const asked: string[] = [];
    await (await encrypted("secret"))(
      typist().terminal,
      (key) => (asked.push(key), Promise.resolve("secret")),
    );
    assert.deepEqual(asked, ["/keys/mine"]);
    // A function that has no answer leaves it to the others.
    await (await encrypted("secret"))(typist("secret\r").terminal, () => undefined);
    const { state, terminal } = typist("secret\r");
    await assert.rejects(
      (await encrypted("secret"))(terminal, undefined, "wrong"),
      /passphrase is wrong/,
    );
    assert.equal(state.reads, 0);
  },
});

Deno.test({
  name: "a passphrase function that fails is said to have failed",
  ignore,
  async fn() {
    const open = await encrypted("secret");
    const failing = () => Promise.reject(new Error("vault sealed"));
    const error = await open(typist().terminal, failing).catch((error) => error);
    assert.ok(error instanceof CredentialsError);
    assert.match(error.message, /: the passphrase function failed\.$/);
    assert.equal((error.cause as Error).message, "vault sealed");
  },
});

const CLI = `
  const { readPrivateKey } = await import(${
  JSON.stringify(new URL("../../../lib/platform/keys/unlock.ts", import.meta.url).href)
});
  const { processEnvironment } = await import(${
  JSON.stringify(new URL("../../../lib/platform/permissions.ts", import.meta.url).href)
});
  const path = Deno.args[0];
  try {
    const key = await readPrivateKey(await Deno.readFile(path), path, { env: processEnvironment() });
    console.log("OPENED " + key.type);
  } catch (error) {
    console.log(error.name + ": " + error.message);
    Deno.exit(1);
  }
`;

async function script(folder: string): Promise<{ file: string; key: string }> {
  const file = `${folder}/open.ts`;
  await Deno.writeTextFile(file, CLI);
  return { file, key: await newPair("ed25519", `${folder}/key`, "secret") };
}

Deno.test({
  name: "without a terminal, a process with an encrypted key ends at once with a clear error",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "muster-unlock-" });
    try {
      const { file, key } = await script(folder);
      const args = ["run", `--allow-read=${folder}`, "--no-config", file, key];
      const { stdout, code } = await new Deno.Command(Deno.execPath(), { args, stdin: "null" }).output();
      assert.equal(code, 1);
      assert.match(
        new TextDecoder().decode(stdout),
        /^CredentialsError: Cannot use the private key .*key: it is encrypted and its passphrase is not known: .*MUSTER_KEY_PASSPHRASE may not be read \(--allow-env=MUSTER_KEY_PASSPHRASE\)/,
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

for (
  const [typed, says] of [["secret\r", /OPENED ed25519/], [
    "sec\x03",
    /CredentialsError: .*cancelled/,
  ]] as const
) {
  Deno.test({
    name: `on a real terminal, ${JSON.stringify(typed)} is not echoed and ${says.source.slice(0, 16)} comes`,
    ignore: ignore || !installed("script"),
    async fn() {
      const folder = await Deno.makeTempDir({ prefix: "muster-unlock-" });
      try {
        const { file, key } = await script(folder);
        // `stty` shows afterwards whether the terminal echoes again.
        const command = `${Deno.execPath()} run --allow-read=${folder} --no-config ${file} ${key}; stty -a`;
        const child = new Deno.Command("script", {
          args: ["-qec", command, "/dev/null"],
          stdin: "piped",
          stdout: "piped",
        }).spawn();
        const writer = child.stdin.getWriter();
        let seen = "";
        for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
          if (!seen.includes("Passphrase for") && (seen + chunk).includes("Passphrase for")) {
            await writer.write(new TextEncoder().encode(typed));
          }
          seen += chunk;
        }
        await writer.close().catch(() => {});
        await child.status;
        assert.match(seen, says);
        assert.match(seen, / echo /);
        assert.match(seen, / icanon /);
        assert.doesNotMatch(seen, /sec(ret)?\r?\n|secret/);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
