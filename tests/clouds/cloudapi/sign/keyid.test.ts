import assert from "node:assert/strict";
import { CredentialsError } from "../../../../lib/engine/errors.ts";
import { namesKey, parseKeyId, serverKeyId } from "../../../../lib/clouds/cloudapi/sign/keyid.ts";

const MD5 = "f1:b3:54:56:bc:a5:6e:9e:35:6f:6c:db:87:0e:44:45";
const SHA = "vTJyrg2OBW/rjLQU6pPUo35UzJNAkKNFePTZcyk2MIo";

const SPELLINGS: [string, ReturnType<typeof parseKeyId>][] = [
  [MD5, { md5: MD5 }],
  [` ${MD5.toUpperCase()}\n`, { md5: MD5 }],
  [`MD5:${MD5}`, { md5: MD5 }],
  [MD5.replaceAll(":", ""), { md5: MD5 }],
  [`"${MD5}"`, { md5: MD5 }],
  [`SHA256:${SHA}`, { sha256: SHA }],
  [`SHA256:${SHA}=`, { sha256: SHA }],
  [`sha256:${SHA}`, { sha256: SHA }],
  [SHA, { sha256: SHA }],
  [`2048 SHA256:${SHA} me@here (RSA)`, { sha256: SHA }],
  [`2048 MD5:${MD5} me@here (RSA)`, { md5: MD5 }],
  [`2048 ${MD5} me@here (RSA)`, { md5: MD5 }],
  [`/demo/keys/${MD5}`, { md5: MD5, account: "demo" }],
  [`/my/keys/${MD5}`, { md5: MD5 }],
  [`/demo/keys/SHA256:${SHA}`, { sha256: SHA, account: "demo" }],
  [`/demo/users/sub/keys/${MD5}`, { md5: MD5, account: "demo", user: "sub" }],
  [`/demo/sub/keys/${MD5}`, { md5: MD5, account: "demo", user: "sub" }],
  ["/demo/keys/laptop", { name: "laptop", account: "demo" }],
  ["/demo/users/sub/keys/laptop", { name: "laptop", account: "demo", user: "sub" }],
  ["laptop", { name: "laptop" }],
  ["my laptop", { name: "my laptop" }],
  ["~/.ssh/id_rsa.pub", { path: "~/.ssh/id_rsa.pub" }],
  ["/home/me/keys/id_rsa", { path: "/home/me/keys/id_rsa" }],
  ["./deploy", { path: "./deploy" }],
  ["deploy.pub", { path: "deploy.pub" }],
  [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR me@here",
    { md5: "ff:88:9a:a9:60:fd:36:c4:a0:5a:d1:7d:72:18:26:b5" },
  ],
];
for (const [text, understood] of SPELLINGS) {
  Deno.test(`a keyId may be written ${JSON.stringify(text.slice(0, 60))}`, () => {
    assert.deepEqual(parseKeyId(text), understood);
  });
}

Deno.test("half a fingerprint is not taken for a name", () => {
  assert.throws(
    () => parseKeyId("SHA256:abc"),
    /^CredentialsError: Cannot use the keyId: it is not a complete fingerprint/,
  );
  assert.throws(() => parseKeyId("MD5:f1:b3"), /not a complete fingerprint: MD5:f1:b3$/);
  assert.throws(() => parseKeyId("  "), /: it is empty/);
});

Deno.test("a private key given as keyId is never quoted", () => {
  const error = (() => {
    try {
      return parseKeyId("-----BEGIN PRIVATE KEY-----\nTOPSECRET\n-----END PRIVATE KEY-----");
    } catch (error) {
      return error;
    }
  })();
  assert.ok(error instanceof CredentialsError);
  assert.doesNotMatch(error.message, /TOPSECRET/);
});

Deno.test("what goes out is the account's path with the bare MD5", () => {
  assert.equal(serverKeyId({ account: "demo" }, MD5), `/demo/keys/${MD5}`);
  assert.equal(serverKeyId({ account: "demo", user: "sub" }, MD5), `/demo/users/sub/keys/${MD5}`);
  assert.equal(serverKeyId({ account: "me@example.com" }, MD5), `/me@example.com/keys/${MD5}`);
});

Deno.test("an account's name that would change the header is refused", () => {
  for (const account of ['de"mo', "de/mo", "de mo", "demo\r\nX: y", "de\\mo", ""]) {
    assert.throws(
      () => serverKeyId({ account }, MD5),
      /Cannot sign: the name of the account is not valid/,
      account,
    );
  }
  assert.throws(
    () => serverKeyId({ account: "demo", user: "a/b" }, MD5),
    /the name of the sub-user is not valid/,
  );
});

Deno.test("a fingerprint fits its key only, and a name fits none", () => {
  assert.ok(namesKey({ md5: MD5 }, { md5: MD5, sha256: "x" }));
  assert.ok(namesKey({ sha256: SHA }, { md5: "x", sha256: SHA }));
  assert.ok(!namesKey({ md5: MD5 }, { md5: "x", sha256: "y" }));
  assert.ok(!namesKey({ name: "laptop" }, { md5: MD5, sha256: SHA }));
});
