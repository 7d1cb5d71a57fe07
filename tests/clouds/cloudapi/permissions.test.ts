/** A process with few permissions: Deno never asks, and what is missing is named with its flag. */
import assert from "node:assert/strict";
import { lacking, newPair } from "../../platform/keys/key_matrix.ts";

const ignore = lacking !== undefined;
const module = (name: string) => JSON.stringify(new URL(`../../../lib/${name}`, import.meta.url).href);

const SCRIPT = `
  import { resolveConnection } from ${module("clouds/cloudapi/profile/profile.ts")};
  import { localFiles } from ${module("platform/local_files.ts")};
  import { processEnvironment } from ${module("platform/permissions.ts")};
  import { findSigner } from ${module("clouds/cloudapi/sign/find_signer.ts")};
  import { noticeOnce } from ${module("platform/notice.ts")};
  const [env, files] = [processEnvironment(), localFiles()];
  try {
    const connection = await resolveConnection({}, env, files);
    const signer = await findSigner(connection, { env, files, notice: noticeOnce });
    const signature = await signer.sign(new Uint8Array(3));
    console.log(connection.url, signer.keyId.split("/").slice(0, 3).join("/"), signature.length);
  } catch (error) {
    console.log(error.name + ": " + error.message);
  }
`;

interface Place {
  folder: string;
  run: (flags: string[], env?: Record<string, string>) => Promise<{ out: string; err: string }>;
}

async function inPlace(work: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "mp-" });
  try {
    await Deno.writeTextFile(`${folder}/script.ts`, SCRIPT);
    await work({
      folder,
      async run(flags, env = {}) {
        const output = await new Deno.Command(Deno.execPath(), {
          args: ["run", "--no-config", "--quiet", ...flags, `${folder}/script.ts`],
          cwd: folder,
          clearEnv: true,
          env: {
            HOME: folder,
            PATH: "/usr/bin:/bin",
            DENO_DIR: Deno.env.get("DENO_DIR") ?? denoDir(),
            ...env,
          },
          stdin: "null",
        }).output();
        const text = new TextDecoder();
        return { out: text.decode(output.stdout).trim(), err: text.decode(output.stderr) };
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const denoDir = () => `${Deno.env.get("HOME")}/.cache/deno`;
const ENV = { TRITON_URL: "https://x.example.com", TRITON_ACCOUNT: "demo" };
const VARIABLES = "--allow-env=TRITON_URL,TRITON_ACCOUNT,MUSTER_KEY_PATH";

Deno.test({
  name: "environment and a key's file need leave for three variables and that file, nothing else",
  ignore,
}, () =>
  inPlace(async ({ folder, run }) => {
    const key = await newPair("rsa-2048", `${folder}/key`);
    const { out, err } = await run([VARIABLES, `--allow-read=${key}`], { ...ENV, MUSTER_KEY_PATH: key });
    assert.equal(out, "https://x.example.com /demo/keys 256");
    assert.equal(err, "");
  }));

Deno.test(
  { name: "a profile and a key in ~/.ssh need leave for HOME and the two folders", ignore },
  () =>
    inPlace(async ({ folder, run }) => {
      await Deno.mkdir(`${folder}/.ssh`);
      await Deno.mkdir(`${folder}/.triton/profiles.d`, { recursive: true });
      await newPair("ed25519", `${folder}/.ssh/id_ed25519`);
      await Deno.writeTextFile(`${folder}/.triton/config.json`, '{"profile":"x"}');
      await Deno.writeTextFile(
        `${folder}/.triton/profiles.d/x.json`,
        JSON.stringify({ url: ENV.TRITON_URL, account: "p" }),
      );
      const { out, err } = await run(["--allow-env=HOME", `--allow-read=${folder}/.triton,${folder}/.ssh`]);
      assert.equal(out, "https://x.example.com /p/keys 64");
      assert.equal(err, "");
    }),
);

Deno.test("without any leave, the error names the flags, and nothing is asked", () =>
  inPlace(async ({ run }) => {
    const { out, err } = await run([], ENV);
    assert.match(
      out,
      /^CredentialsError: Cannot connect: no datacenter is set\. Some places may not be read: /,
    );
    assert.match(out, /--allow-env=MUSTER_URL,TRITON_URL,SDC_URL,MUSTER_ACCOUNT/);
    assert.match(out, /--allow-env=HOME/);
    assert.equal(err, "");
  }));

Deno.test("with leave for the environment only, the key's search names what it may not look at", () =>
  inPlace(async ({ folder, run }) => {
    const { out } = await run(["--allow-env"], { ...ENV, SSH_AUTH_SOCK: `${folder}/agent` });
    assert.match(out, /^CredentialsError: Cannot find the private key of the account demo\./);
    assert.ok(
      out.includes(`--allow-net=unix:${folder}/agent --allow-read=${folder}/agent --allow-write=`),
      out,
    );
    assert.ok(out.includes(`--allow-read=${folder}/.ssh`), out);
    const missing = await run(["--allow-env"], { ...ENV, MUSTER_KEY_PATH: "/keys/mine" });
    assert.match(missing.out, /\/keys\/mine: it may not be read\. Run with --allow-read=\/keys\/mine$/);
  }));
