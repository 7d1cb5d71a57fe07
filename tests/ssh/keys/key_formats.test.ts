/** Keys as OpenSSL writes them log in to a real server, whatever they are encrypted with. */
import assert from "node:assert/strict";
import { connectSsh, loadSshKey } from "../../../lib/ssh/mod.ts";
import { concat } from "../../../lib/platform/keys/bytes.ts";
import { wireNumber, wireString } from "../../../lib/platform/keys/formats/ssh_wire.ts";
import { SshError } from "../../../lib/engine/errors.ts";
import { lacking, newKey } from "../../platform/keys/key_matrix.ts";
import { noSshd, startSshd, tool } from "../sshd.ts";

const ignore = noSshd !== undefined || lacking !== undefined;
const PASSPHRASE = "correct horse ünd Tür";

/** How `openssl pkcs8 -topk8` encrypts, from today's way back to that of 1.0. */
const ENCRYPTIONS: readonly (readonly string[])[] = [
  ["-nocrypt"],
  ["-v2", "aes-256-cbc"],
  ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1"],
  ["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512"],
  ["-v2", "des3"],
  ["-v2", "des3", "-v2prf", "hmacWithSHA1"],
  ["-v1", "PBE-SHA1-3DES"],
  ["-scrypt"],
];

async function pkcs8(plain: string, how: readonly string[], path: string): Promise<string> {
  const secret = how.includes("-nocrypt") ? [] : ["-passout", `pass:${PASSPHRASE}`];
  await tool("openssl", "pkcs8", "-topk8", ...how, ...secret, "-in", plain, "-out", path);
  return path;
}

Deno.test({ name: "a key in PKCS#8 logs in, whatever OpenSSL has encrypted it with", ignore }, async () => {
  await using server = await startSshd();
  const { dir, knownHosts } = server;
  for (const kind of ["rsa-2048", "p-256", "p-384", "p-521", "ed25519"] as const) {
    const plain = await newKey(kind, dir);
    const { fingerprint, type } = await loadSshKey(plain);
    assert.match(fingerprint, /^SHA256:/);
    await authorize(dir, kind, plain);
    for (const how of ENCRYPTIONS) {
      const what = `${kind} ${how.join(" ")}`;
      const key = await loadSshKey(await pkcs8(plain, how, `${dir}/key`), PASSPHRASE);
      assert.deepEqual([key.type, key.fingerprint], [type, fingerprint], what);
      await using session = await connectSsh(server.target, { key, knownHosts, agent: false });
      assert.equal((await session.run("echo ok")).stdout, "ok\n", what);
    }
  }
});

/** Has the server accept a key: `ssh-keygen` reads every kind but Ed25519 in PKCS#8. */
async function authorize(dir: string, kind: string, plain: string): Promise<void> {
  let line = "";
  if (kind === "ed25519") {
    const der = Uint8Array.fromBase64(
      (await tool("openssl", "pkey", "-in", plain, "-pubout")).split("\n")[1]!,
    );
    const head = new TextEncoder().encode("\0\0\0\x0bssh-ed25519\0\0\0\x20");
    line = `ssh-ed25519 ${new Uint8Array([...head, ...der.slice(-32)]).toBase64()}`;
  } else line = await tool("ssh-keygen", "-y", "-f", plain);
  await Deno.writeTextFile(`${dir}/authorized_keys`, `${line}\n`, { append: true });
}

Deno.test({ name: "a wrong passphrase is blamed only where it is wrong", ignore }, async () => {
  const dir = await Deno.makeTempDir({ prefix: "muster-ssh-keys-" });
  try {
    const plain = await newKey("p-256", dir);
    const refused = async (how: readonly string[], passphrase?: string) => {
      const path = await pkcs8(plain, how, `${dir}/key`);
      const error = await loadSshKey(path, passphrase).then(() => undefined, (error) => error);
      assert.ok(error instanceof SshError, String(error));
      assert.doesNotMatch(error.message, /\n|letmein/);
      return error.message;
    };
    for (const how of ENCRYPTIONS.slice(1)) {
      assert.match(await refused(how, "letmein"), /: it could not be decrypted: the passphrase is wrong$/);
      assert.match(await refused(how), /: it is encrypted and no passphrase was given\. Give `passphrase`/);
    }
    // Nobody can open this one here, with whatever passphrase.
    assert.match(
      await refused(["-v2", "aria-128-cbc"], PASSPHRASE),
      /: its encryption is not supported: 1\.2\.410\.200046\.1\.1\.2\./,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

/** An RSA key as PuTTY 0.74 and older write it. */
async function putty(pem: string, passphrase: string): Promise<string> {
  const { createCipheriv, createHash, createHmac, createPrivateKey } = await import("node:crypto");
  const jwk = createPrivateKey(pem).export({ format: "jwk" });
  const number = (text: unknown) =>
    wireNumber(Uint8Array.fromBase64(String(text), { alphabet: "base64url" }));
  const pub = concat(wireString("ssh-rsa"), number(jwk.e), number(jwk.n));
  const bare = concat(number(jwk.d), number(jwk.p), number(jwk.q), number(jwk.qi));
  const sha1 = (...parts: (string | Uint8Array)[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash("sha1")).digest();
  const cipher = passphrase === "" ? "none" : "aes256-cbc";
  const padding = passphrase === "" ? 0 : (16 - bare.length % 16) % 16;
  const secret = concat(bare, new Uint8Array(sha1(bare).subarray(0, padding)));
  const signed = concat(...["ssh-rsa", cipher, "me"].map(wireString), wireString(pub), wireString(secret));
  const mac = createHmac("sha1", sha1("putty-private-key-file-mac-key", passphrase)).update(signed).digest(
    "hex",
  );
  const key = concat(...[0, 1].map((n) => sha1(new Uint8Array([0, 0, 0, n]), passphrase))).subarray(0, 32);
  const cipherOf = () => createCipheriv("aes-256-cbc", key, new Uint8Array(16)).setAutoPadding(false);
  const locked = (cipher = cipherOf()) => concat(cipher.update(secret), cipher.final());
  const shown = passphrase === "" ? secret : locked();
  const lines = (bytes: Uint8Array) => bytes.toBase64().match(/.{1,64}/g)!;
  return [
    "PuTTY-User-Key-File-2: ssh-rsa",
    `Encryption: ${cipher}`,
    "Comment: me",
    ...[`Public-Lines: ${lines(pub).length}`, ...lines(pub)],
    ...[`Private-Lines: ${lines(secret).length}`, ...lines(shown)],
    `Private-MAC: ${mac}`,
    "",
  ].join("\n");
}

Deno.test(
  { name: "an RSA key in PuTTY's second format is read, other keys of PuTTY's are named", ignore },
  async () => {
    const dir = await Deno.makeTempDir({ prefix: "muster-ssh-keys-" });
    try {
      const path = await newKey("rsa-2048", dir);
      const pem = await Deno.readTextFile(path);
      const { fingerprint } = await loadSshKey(path);
      const locked = await putty(pem, "opened");
      assert.equal((await loadSshKey(await putty(pem, ""))).fingerprint, fingerprint);
      assert.equal((await loadSshKey(locked, () => "opened")).fingerprint, fingerprint);
      await assert.rejects(loadSshKey(locked, "letmein"), /could not be decrypted: the passphrase is wrong$/);
      await assert.rejects(loadSshKey(locked), /it is encrypted and no passphrase was given/);
      await assert.rejects(
        loadSshKey("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n"),
        /it is in PuTTY's format\. `puttygen <it> -O private-openssh/,
      );
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
);
