import assert from "node:assert/strict";
import { CredentialsError } from "../../../../lib/engine/errors.ts";
import { findSigner, type KeyWish } from "../../../../lib/clouds/cloudapi/sign/find_signer.ts";
import type { SearchOptions } from "../../../../lib/clouds/cloudapi/sign/key_candidates.ts";
import { type LocalFiles, localFiles } from "../../../../lib/platform/local_files.ts";
import { fixedEnvironment } from "../../../../lib/platform/permissions.ts";
import { installed, type Kind, lacking, newPair, run } from "../../../platform/keys/key_matrix.ts";
import { withAgent } from "../../../platform/real_agent.ts";

const ignore = lacking !== undefined;
const nobody = { present: () => false, raw() {}, read: () => Promise.resolve(null), write() {} };

interface Home {
  folder: string;
  /** Makes a pair in `.ssh`, and returns its fingerprints. */
  add: (
    name: string,
    kind?: Kind,
    passphrase?: string,
  ) => Promise<{ path: string; md5: string; sha256: string }>;
  find: (
    wish?: Partial<KeyWish>,
    more?: Partial<SearchOptions> & { sock?: string },
  ) => ReturnType<typeof findSigner>;
  notices: string[];
}

async function inHome(work: (home: Home) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "mh-" });
  const notices: string[] = [];
  try {
    await Deno.mkdir(`${folder}/.ssh`);
    await work({
      folder,
      notices,
      async add(name, kind = "ed25519", passphrase = "") {
        const path = await newPair(kind, `${folder}/.ssh/${name}`, passphrase, `comment of ${name}`);
        const print = async (hash: string) =>
          (await run("ssh-keygen", ["-l", "-E", hash, "-f", path])).split(" ")[1]!;
        return { path, md5: (await print("md5")).slice(4), sha256: await print("sha256") };
      },
      find: (wish = {}, { sock, ...more } = {}) =>
        findSigner({ account: "demo", ...wish }, {
          env: fixedEnvironment({ HOME: folder, SSH_AUTH_SOCK: sock }),
          files: localFiles(),
          notice: (line) => void notices.push(line),
          terminal: nobody,
          ...more,
        }),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function refused(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => undefined, (error) => error);
  assert.ok(error instanceof CredentialsError, `no refusal: ${error?.stack}`);
  return error.message;
}

Deno.test(
  { name: "a key in ~/.ssh is found by any fingerprint, and its MD5 goes out", ignore },
  () =>
    inHome(async ({ add, find }) => {
      await add("id_rsa", "rsa-1024");
      const { md5, sha256, path } = await add("deploy", "p-256");
      const keyIds = [md5, `MD5:${md5}`, sha256, `${sha256}=`, `/demo/keys/${md5}`, `/demo/keys/${sha256}`];
      keyIds.push(
        (await run("ssh-keygen", ["-lf", path])).trim(),
        `${path}.pub`,
        path,
        await Deno.readTextFile(`${path}.pub`),
      );
      for (const keyId of keyIds) {
        const signer = await find({ keyId });
        assert.equal(signer.keyId, `/demo/keys/${md5}`, keyId);
        assert.equal(signer.algorithm, "ecdsa-sha256");
      }
      assert.equal((await find({ keyId: md5, user: "sub" })).keyId, `/demo/users/sub/keys/${md5}`);
      assert.equal((await find({ keyId: "~/.ssh/deploy.pub" })).keyId, `/demo/keys/${md5}`);
    }),
);

Deno.test(
  { name: "a lone key without its .pub file is found too, when it is called id_…", ignore },
  () =>
    inHome(async ({ add, find }) => {
      const plain = await add("id_ed25519");
      const locked = await add("work_id_key", "ed25519", "secret");
      const other = await add("other");
      for (const { path } of [plain, locked, other]) await Deno.remove(`${path}.pub`);
      assert.equal((await find({ keyId: plain.md5 })).keyId, `/demo/keys/${plain.md5}`);
      assert.equal(
        (await find({ keyId: locked.md5 }, { passphrase: "secret" })).keyId,
        `/demo/keys/${locked.md5}`,
      );
      assert.match(await refused(find({ keyId: other.md5 })), /id_ed25519 MD5:.*: another key/);
    }),
);

Deno.test({
  name: "a key that is not found lists everything that was looked at, and why it was not it",
  ignore,
}, () =>
  inHome(async ({ add, find, folder }) => {
    const other = await add("id_rsa", "rsa-1024");
    const public_ = await add("gone");
    await Deno.remove(public_.path);
    await Deno.writeTextFile(`${folder}/.ssh/id_notes`, "milk");
    const wrong = await add("mixed");
    await Deno.remove(wrong.path);
    await Deno.copyFile(other.path, wrong.path);
    const message = await refused(find({ keyId: wrong.md5 }));
    assert.match(message, /^Cannot find the private key of the account demo with the keyId "/);
    const lines = message.split("\n").slice(1).map((line) => line.trim());
    assert.deepEqual(lines, [
      "ssh-agent: SSH_AUTH_SOCK is not set",
      `${public_.path} MD5:${public_.md5} ${public_.sha256}: its private key is missing`,
      `${folder}/.ssh/id_notes: it does not contain a private key in PEM or OpenSSH format`,
      `${other.path} MD5:${other.md5} ${other.sha256}: another key`,
      `${wrong.path} MD5:${wrong.md5} ${wrong.sha256}: the private key does not match its .pub file`,
    ]);
  }));

Deno.test("without a ~/.ssh, and without a home, the error says so", () =>
  inHome(async ({ find, folder }) => {
    await Deno.remove(`${folder}/.ssh`);
    assert.match(await refused(find()), /\.ssh: the folder does not exist/);
    assert.match(await refused(find({}, { env: fixedEnvironment({}) })), /~\/\.ssh: HOME is not set/);
  }));

Deno.test(
  { name: "keyMaterial beats keyPath, and keyPath beats agent and ~/.ssh", ignore },
  () =>
    inHome(async ({ add, find, folder }) => {
      const [inSsh, byPath, material] = [await add("id_a"), await add("b"), await add("c")];
      await Deno.rename(byPath.path, `${folder}/elsewhere`);
      const text = await Deno.readTextFile(material.path);
      const keyMaterial = () => text;
      assert.equal((await find({ keyPath: "~/elsewhere" })).keyId, `/demo/keys/${byPath.md5}`);
      assert.equal((await find({ keyPath: "~/elsewhere", keyMaterial })).keyId, `/demo/keys/${material.md5}`);
      assert.equal(
        (await find({ keyPath: "~/elsewhere", keyId: "laptop" })).keyId,
        `/demo/keys/${byPath.md5}`,
      );
      // Another key's fingerprint beside it can only be a mistake, and a 401 would not explain it.
      const message = await refused(find({ keyPath: `${folder}/elsewhere`, keyId: inSsh.sha256 }));
      assert.ok(
        message.includes(`This key is MD5:${byPath.md5} ${byPath.sha256}, and keyId is ${inSsh.sha256}`),
        message,
      );
      assert.match(
        await refused(find({ keyMaterial, keyId: inSsh.md5 })),
        /given as `keyMaterial`: keyId names another key/,
      );
      assert.match(await refused(find({ keyPath: "~/nothing" })), /nothing: the file does not exist$/);
      assert.match(await refused(find({ keyPath: folder })), /: it is not a file$/);
      assert.match(
        await refused(find({ keyPath: `${byPath.path}.pub` })),
        /: it is a public key\. Name the private key/,
      );
    }),
);

Deno.test({
  name: "without a fingerprint, the key of that name or the only key is used, and never a guess",
  ignore,
}, () =>
  inHome(async ({ add, find, folder }) => {
    const first = await add("id_a");
    assert.equal((await find()).keyId, `/demo/keys/${first.md5}`);
    assert.equal((await find({ keyId: "laptop" })).keyId, `/demo/keys/${first.md5}`);
    const second = await add("id_b");
    for (const keyId of ["id_b", "comment of id_b", "/demo/keys/id_b"]) {
      assert.equal((await find({ keyId })).keyId, `/demo/keys/${second.md5}`);
    }
    const message = await refused(find({ keyId: "laptop" }));
    assert.match(
      message,
      /^Cannot choose the key for the account demo: the keyId "laptop" is not a fingerprint, and there are 2 keys/,
    );
    for (const { md5 } of [first, second]) assert.ok(message.includes(md5));
    assert.match(await refused(find()), /: no keyId is set, and there are 2 keys/);
    await Deno.remove(folder + "/.ssh", { recursive: true });
    assert.match(
      await refused(find({ keyId: "laptop" })),
      /^Cannot find the private key of the account demo with/,
    );
  }));

Deno.test("a keyId of another account or sub-user is a mistake that is said", () =>
  inHome(async ({ find }) => {
    assert.match(
      await refused(find({ keyId: "/other/keys/x" })),
      /belongs to the account other, and the account is set to demo\.$/,
    );
    assert.match(
      await refused(find({ keyId: "/demo/users/sub/keys/x" })),
      /sub-user sub, and the sub-user is set to none$/,
    );
  }));

Deno.test(
  { name: "a key that others can read is used, with a warning", ignore },
  () =>
    inHome(async ({ add, find, notices }) => {
      const { md5, path } = await add("id_a");
      await find({ keyId: md5 });
      assert.deepEqual(notices, []);
      await Deno.chmod(path, 0o640);
      await find({ keyId: md5 });
      assert.deepEqual(notices, [
        `other users can read the private key ${path}\. \`chmod 600 ${path}\` prevents that`,
      ]);
    }),
);

Deno.test({
  name: "the agent is asked before the files, but not for P-384, which the file signs",
  ignore: ignore || !installed("ssh-agent"),
  fn: () =>
    inHome(async ({ add, find, notices }) => {
      const locked = await add("id_a", "ed25519", "");
      const big = await add("id_big", "p-384");
      await withAgent(async (sock, give, stop) => {
        await give(locked.path);
        await give(big.path);
        await Deno.remove(locked.path);
        const signer = await find({ keyId: locked.md5 }, { sock });
        assert.deepEqual([signer.keyId, signer.algorithm], [`/demo/keys/${locked.md5}`, "ed25519-sha512"]);
        assert.equal((await signer.sign(new Uint8Array(3))).length, 64);

        const other = await find({ keyId: big.md5 }, { sock });
        assert.equal(other.algorithm, "ecdsa-sha512");
        assert.equal((await other.sign(new Uint8Array(3)))[0], 0x30);
        await Deno.remove(big.path);
        const message = await refused(find({ keyId: big.md5 }, { sock }));
        assert.match(
          message,
          /ssh-agent: "comment of id_big" MD5:\S+ SHA256:\S+: an agent signs with a P-384 key only by SHA-384/,
        );
        assert.match(message, /ssh-agent: "comment of id_a" MD5:\S+ SHA256:\S+: another key/);
        assert.deepEqual(notices, []);

        const denied = await refused(find({ keyId: locked.md5 }, { sock, mayConnect: () => false }));
        assert.ok(
          denied.includes(`--allow-net=unix:${sock} --allow-read=${sock} --allow-write=${sock}`),
          denied,
        );
        await stop();
      });
    }),
});

Deno.test(
  { name: "with a stale agent the file is used, and one quiet line says so", ignore },
  () =>
    inHome(async ({ add, find, folder, notices }) => {
      const { md5 } = await add("id_a");
      const sock = `${folder}/none`;
      assert.equal((await find({ keyId: md5 }, { sock })).keyId, `/demo/keys/${md5}`);
      assert.deepEqual(notices, [
        `no ssh-agent at ${sock}: the socket does not exist. Files are tried instead`,
      ]);
    }),
);

Deno.test(
  { name: "what may not be read is passed over, and named with its flag in the end", ignore },
  () =>
    inHome(async ({ find, folder }) => {
      const denied = new Set([`${folder}/.ssh`, `${folder}/key`]);
      const files: LocalFiles = {
        ...localFiles(),
        read: () => Promise.resolve(undefined),
        list: () => Promise.resolve(undefined),
        denied,
      };
      assert.ok(
        (await refused(find({}, { files }))).includes(`it may not be read (--allow-read=${folder}/.ssh)`),
      );
      const message = await refused(find({ keyPath: "~/key" }, { files }));
      assert.ok(message.endsWith(`: it may not be read. Run with --allow-read=${folder}/key`), message);
      const env = { get: () => undefined, denied: new Set(["HOME", "SSH_AUTH_SOCK"]) };
      const blind = await refused(find({}, { env }));
      assert.match(blind, /--allow-env=SSH_AUTH_SOCK/);
      assert.match(blind, /--allow-env=HOME/);
    }),
);

Deno.test({
  name: "an encrypted key that is the right one is asked for its passphrase, others are not",
  ignore,
}, () =>
  inHome(async ({ add, find }) => {
    await add("id_a", "ed25519", "other");
    const { md5 } = await add("id_b", "ed25519", "secret");
    const asked: string[] = [];
    await find({ keyId: md5 }, { passphrase: (key) => (asked.push(key), "secret") });
    assert.equal(asked.length, 1);
    assert.match(asked[0]!, /id_b$/);
    // Its own trouble is the answer, not that no key was found.
    const again = await add("id_c", "ed25519", "secret");
    assert.match(
      await refused(find({ keyId: again.md5 })),
      /id_c: it is encrypted and its passphrase is not known/,
    );
  }));
