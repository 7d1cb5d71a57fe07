import assert from "node:assert/strict";
import { md5, md5Colons, parsePublicKey, privateKeyFile, publicKeyLine } from "../../lib/sim/mod.ts";
import { at32, mix32, Random, unmix32 } from "../../lib/sim/random.ts";
import { negotiate, versionInRange } from "../../lib/sim/cloudapi/version.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("MD5 is right at every length around its block size", () => {
  // The test suite of RFC 1321, and lengths 55 to 65 against the system's own.
  assert.equal(md5(bytes("")).toHex(), "d41d8cd98f00b204e9800998ecf8427e");
  assert.equal(md5(bytes("message digest")).toHex(), "f96b697d7cb7938d525a2f31aaf161d0");
  assert.equal(
    md5(bytes("12345678901234567890123456789012345678901234567890123456789012345678901234567890")).toHex(),
    "57edf4a22be3c955ac49da2e2107b67a",
  );
  const known: Record<number, string> = {
    1: "0cc175b9c0f1b6a831c399e269772661",
    55: "ef1772b6dff9a122358552954ad0df65",
    56: "3b0c8ac703f828b04c6c197006d17218",
    57: "652b906d60af96844ebd21b674f35e93",
    63: "b06521f39153d618550606be297466d5",
    64: "014842d480b571495a4a0363793f7367",
    65: "c743a45e0d2e6a95cb859adae0248435",
    119: "8a7bd0732ed6a28ce75f6dabc90e1613",
    120: "5f61c0ccad4cac44c75ff505e1f1e537",
    128: "e510683b3f5ffe4093d021808bc6ff70",
    1000: "cabe45dcc9ae5b66ba86600cca6b8ba8",
  };
  for (const [length, hex] of Object.entries(known)) {
    assert.equal(md5(bytes("a".repeat(Number(length)))).toHex(), hex);
  }
  assert.equal(md5Colons(bytes("abc")), "90:01:50:98:3c:d2:4f:b0:d6:96:3f:7d:28:e1:7f:72");
});

Deno.test("scrambling a number can be undone, and no two become the same", () => {
  const seen = new Set<number>();
  for (let i = 0; i < 50_000; i++) {
    const mixed = mix32(i);
    assert.equal(unmix32(mixed), i);
    seen.add(mixed);
  }
  for (const edge of [0, 1, 0x7fffffff, 0x80000000, 0xffffffff]) {
    assert.equal(unmix32(mix32(edge)), edge >>> 0);
  }
  assert.equal(seen.size, 50_000);
});

Deno.test("random numbers repeat with their seed and are spread evenly", () => {
  const numbers = (seed: number, stream: number) => {
    const random = new Random(seed, stream);
    return Array.from({ length: 1000 }, () => random.next());
  };
  assert.deepEqual(numbers(1, 0), numbers(1, 0));
  assert.notDeepEqual(numbers(1, 0), numbers(2, 0));
  assert.notDeepEqual(numbers(1, 0), numbers(1, 1));
  for (let seed = 0; seed < 20; seed++) {
    const mean = numbers(seed, 3).reduce((a, b) => a + b) / 1000;
    assert.ok(mean > 0.45 && mean < 0.55, `${mean}`);
  }
  assert.ok(at32(1, 2, 3) !== at32(1, 3, 2));
  const random = new Random(5);
  for (let i = 0; i < 100; i++) {
    assert.match(random.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const n = random.integer(3, 5);
    assert.ok(n >= 3 && n <= 5);
  }
});

Deno.test("version ranges are read as npm reads them", () => {
  const all = ["9.0.0", "8.0.0", "7.3.0", "7.2.0", "7.1.0", "7.0.0"];
  const best = (range: string) => negotiate(range, all);
  assert.equal(best("*"), "9.0.0");
  assert.equal(best("~9||~8"), "9.0.0");
  assert.equal(best("~8 || ~7.2"), "8.0.0");
  assert.equal(best("8"), "8.0.0");
  assert.equal(best("~7.2"), "7.2.0");
  assert.equal(best("^7.1"), "7.3.0");
  assert.equal(best(">=7 <8"), "7.3.0");
  assert.equal(best(">= 8"), "9.0.0");
  assert.equal(best("7.x"), "7.3.0");
  assert.equal(best("<=7.1.0"), "7.1.0");
  assert.equal(best(">7.2.0 <9"), "8.0.0");
  for (const none of ["~6.5", "10", "rubbish", "~9.1"]) assert.equal(best(none), undefined, none);
  assert.equal(versionInRange("7.2.0", "=7.2.0"), true);
});

Deno.test("a key pair is written as OpenSSH writes it", async () => {
  for (
    const [algorithm, type] of [
      [{ name: "Ed25519" }, "ssh-ed25519"],
      [
        {
          name: "RSASSA-PKCS1-v1_5",
          hash: "SHA-256",
          modulusLength: 2048,
          publicExponent: Uint8Array.of(1, 0, 1),
        },
        "ssh-rsa",
      ],
    ] as const
  ) {
    const pair = await crypto.subtle.generateKey(algorithm as RsaHashedKeyGenParams, true, [
      "sign",
      "verify",
    ]);
    const line = await publicKeyLine(pair.publicKey, "me@here");
    const key = parsePublicKey(line)!;
    assert.deepEqual([key.type, key.comment], [type, "me@here"]);
    const file = await privateKeyFile(pair.privateKey);
    assert.match(file, /^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
    const inside = Uint8Array.fromBase64(file.split("\n").slice(1, -2).join(""));
    assert.equal(new TextDecoder().decode(inside.subarray(0, 14)), "openssh-key-v1");
    // Which OpenSSH itself can read is tested with the official clients.
  }
  assert.equal(parsePublicKey("ssh-ed25519 !!!"), undefined);
  assert.equal(
    parsePublicKey("ssh-rsa AAAAC3NzaC1lZDI1NTE5"),
    undefined,
    "the type is said twice, and must agree",
  );
  assert.equal(parsePublicKey(""), undefined);
});
