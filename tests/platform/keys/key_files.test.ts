/** What a person sees when a key file is not what it should be. */
import assert from "node:assert/strict";
import { CredentialsError } from "../../../lib/engine/errors.ts";
import { fingerprints, md5Fingerprint } from "../../../lib/platform/keys/fingerprint.ts";
import { md5 } from "../../../lib/platform/keys/md5.ts";
import { readPrivateKey } from "../../../lib/platform/keys/unlock.ts";
import { fixedEnvironment } from "../../../lib/platform/permissions.ts";
import { keyMatrix, lacking, newKey, newPair, PASSPHRASE, run } from "./key_matrix.ts";

const ignore = lacking !== undefined;
const encode = (text: string) => new TextEncoder().encode(text);
const nobody = { present: () => false, raw() {}, read: () => Promise.resolve(null), write() {} };

const read = (data: Uint8Array<ArrayBuffer>, passphrase?: string) =>
  readPrivateKey(data, "/keys/mine", { passphrase, env: fixedEnvironment({}), terminal: nobody });

async function refusal(data: Uint8Array<ArrayBuffer>, passphrase?: string): Promise<string> {
  const error = await read(data, passphrase).then(() => undefined, (error) => error);
  assert.ok(error instanceof CredentialsError, `it was accepted, or failed otherwise: ${error?.stack}`);
  assert.match(error.message, /^Cannot use the private key \/keys\/mine: /);
  assert.doesNotMatch(error.message, /\n/);
  return error.message;
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "muster-keys-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("MD5 is MD5", async () => {
  const { createHash } = await import("node:crypto");
  for (let length = 0; length < 200; length++) {
    const data = Uint8Array.from({ length }, (_, i) => i * 37 + length);
    assert.equal(md5(data).toHex(), createHash("md5").update(data).digest("hex"), `${length} bytes`);
  }
});

Deno.test(
  { name: "both fingerprints are those that ssh-keygen prints", ignore },
  () =>
    inFolder(async (folder) => {
      for (const kind of ["rsa-2048", "p-256", "p-384", "p-521", "ed25519"] as const) {
        const path = await newPair(kind, `${folder}/${kind}`);
        const { blob, comment } = await read(await Deno.readFile(path));
        const { md5, sha256 } = await fingerprints(blob);
        assert.equal(comment, "me@here");
        assert.equal(md5, md5Fingerprint(blob));
        assert.match(await run("ssh-keygen", ["-l", "-E", "md5", "-f", path]), new RegExp(`MD5:${md5} `));
        assert.ok((await run("ssh-keygen", ["-l", "-f", path])).includes(`SHA256:${sha256} `));
      }
    }),
);

Deno.test({
  name: "every encrypted format says when the passphrase is wrong, and when there is none",
  ignore,
}, () =>
  inFolder(async (folder) => {
    for (const { kind, format, encrypted, path } of await keyMatrix(folder)) {
      // One kind is enough: what encrypts does not know what it encrypts.
      if (!encrypted || kind !== "p-256") continue;
      const data = await Deno.readFile(path);
      for (const wrong of ["wrong", "", PASSPHRASE + " "]) {
        assert.match(await refusal(data, wrong), /the passphrase is wrong$/, `${format}, "${wrong}"`);
      }
      assert.match(await refusal(data), /it is encrypted and its passphrase is not known/, format);
      await read(data, PASSPHRASE);
    }
  }));

Deno.test(
  { name: "a key cut short anywhere is one clear sentence, and never a crash", ignore },
  () =>
    inFolder(async (folder) => {
      for (const { kind, format, path } of await keyMatrix(folder)) {
        if (!["rsa-1024", "p-521", "ed25519"].includes(kind)) continue;
        const text = await Deno.readTextFile(path);
        const lines = text.split("\n");
        // Without its end; with the end, but lines missing before it; with bytes exchanged in the middle.
        const broken = [
          text.slice(0, text.length / 2),
          lines.toSpliced(Math.ceil(lines.length / 2) - 1, 1).join("\n"),
          [...lines.slice(0, 1), ...lines.slice(-2)].join("\n"),
        ];
        for (const one of broken) {
          // Encrypted content that was cut looks like a wrong passphrase: nobody can distinguish the two.
          assert.match(
            await refusal(encode(one), PASSPHRASE),
            /damaged or cut short|the passphrase is wrong/,
            format,
          );
        }
      }
    }),
);

Deno.test(
  { name: "random damage to a key never ends in anything but a refusal or a key", ignore },
  () =>
    inFolder(async (folder) => {
      let seed = 7;
      const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
      for (const kind of ["rsa-1024", "p-256", "ed25519"] as const) {
        for (const path of [await newPair(kind, `${folder}/${kind}`), await newKey(kind, folder)]) {
          const [first, ...rest] = (await Deno.readTextFile(path)).trim().split("\n");
          const body = Uint8Array.fromBase64(rest.slice(0, -1).join(""));
          for (let round = 0; round < 60; round++) {
            const copy = body.slice();
            for (let n = 0; n < 3; n++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
            const text = [first, copy.toBase64(), rest.at(-1)].join("\n");
            await read(encode(text)).then((key) => key.sign(copy, "sha256")).catch((error) => {
              assert.ok(error instanceof CredentialsError, error.stack);
              assert.ok(!error.message.includes(copy.toBase64().slice(40, 60)), "the key is in the message");
            });
          }
        }
      }
    }),
);

const OTHERS: [string, string | Uint8Array<ArrayBuffer>, RegExp][] = [
  ["an empty file", "", /it is empty$/],
  ["a file of blanks", " \n\n", /it is empty$/],
  ["a shopping list", "milk\nbread\n", /it does not contain a private key in PEM or OpenSSH format$/],
  [
    "a public key",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me@here\n",
    /it is a public key\. Name the private key/,
  ],
  [
    "a public key in PEM",
    "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    /it is a public key/,
  ],
  ["a public key of ssh.com", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n", /it is a public key/],
  [
    "a certificate",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    /it is a certificate, not a key$/,
  ],
  ["a PuTTY key", "PuTTY-User-Key-File-3: ssh-ed25519\n", /PuTTY's format\. `puttygen/],
  ["a PGP key", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n", /it is a PGP key/],
  [
    "a DSA key",
    "-----BEGIN DSA PRIVATE KEY-----\nMAA=\n-----END DSA PRIVATE KEY-----",
    /its type is not supported: DSA\./,
  ],
  ["a file that is not text", new Uint8Array([0x30, 0x82, 0xff, 0xfe, 0]), /it is not text\. .*openssl pkey/],
  ["a huge file", new Uint8Array(70_000).fill(65), /it is far too long for a key: 70000 bytes$/],
  [
    "a key without its end",
    "-----BEGIN PRIVATE KEY-----\nMC4CAQ\n",
    /the line "END PRIVATE KEY" is missing$/,
  ],
  [
    "a key that is no base64",
    "-----BEGIN PRIVATE KEY-----\n???\n-----END PRIVATE KEY-----",
    /lines are not base64$/,
  ],
  ["a key of nothing", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", /its content is not a key$/],
];
for (const [what, content, says] of OTHERS) {
  Deno.test(`${what} in place of a private key is named for what it is`, async () => {
    assert.match(await refusal(typeof content === "string" ? encode(content) : content), says);
  });
}

Deno.test(
  { name: "keys of types the server does not take are named", ignore },
  () =>
    inFolder(async (folder) => {
      const make = async (...args: string[]) => {
        await run("openssl", ["genpkey", ...args, "-out", `${folder}/key`]);
        return await Deno.readFile(`${folder}/key`);
      };
      const curve = (name: string) => ["-algorithm", "EC", "-pkeyopt", `ec_paramgen_curve:${name}`];
      assert.match(
        await refusal(await make("-algorithm", "ed448")),
        /its type is not supported: Ed448\. Use an RSA, ECDSA or Ed25519 key$/,
      );
      assert.match(await refusal(await make("-algorithm", "x25519")), /its type is not supported: X25519\./);
      assert.match(
        await refusal(await make(...curve("secp256k1"))),
        /curve 1\.3\.132\.0\.10, which is not P-256/,
      );
      const written = await make(...curve("P-256"), "-pkeyopt", "ec_param_enc:explicit");
      assert.match(await refusal(written), /a curve written out instead of named/);
      assert.match(await refusal(await make("-algorithm", "RSA-PSS")), /RSA for PSS only/);
    }),
);

Deno.test("a FIDO key cannot be used, and the sentence says why", async () => {
  const part = (text: string) => [0, 0, 0, text.length, ...encode(text)];
  const blob = part("sk-ssh-ed25519@openssh.com");
  const file = [...encode("openssh-key-v1\0"), ...part("none"), ...part("none"), ...part(""), 0, 0, 0, 1];
  const body = new Uint8Array([...file, 0, 0, 0, blob.length, ...blob, ...part("")]).toBase64();
  const text = `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`;
  assert.match(
    await refusal(encode(text)),
    /FIDO security key \(sk-ssh-ed25519@openssh.com\), which is not supported/,
  );
});

Deno.test(
  { name: "an RSA key too small for SHA-512 is refused instead of ending the process", ignore },
  () =>
    inFolder(async (folder) => {
      await run("openssl", [
        "genpkey",
        "-algorithm",
        "RSA",
        "-pkeyopt",
        "rsa_keygen_bits:512",
        "-out",
        `${folder}/key`,
      ]);
      const key = await read(await Deno.readFile(`${folder}/key`));
      assert.equal((await key.sign(encode("x"), "sha256")).length, 64);
      await assert.rejects(key.sign(encode("x"), "sha512"), /only 512 bits/);
    }),
);

Deno.test(
  { name: "a key is read whatever its line ends, and with `\\n` in place of them", ignore },
  () =>
    inFolder(async (folder) => {
      const text = await Deno.readTextFile(await newPair("ed25519", `${folder}/key`));
      const { blob } = await read(encode(text));
      for (
        const other of [
          text.replaceAll("\n", "\r\n"),
          text.trim().replaceAll("\n", "\\n"),
          `note to self\n${text}`,
        ]
      ) {
        assert.deepEqual((await read(encode(other))).blob, blob);
      }
    }),
);
