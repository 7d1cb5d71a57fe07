/** The two ways OpenSSL encrypts PEM files: the old `DEK-Info` header, and PKCS#8's PBES2. @module */
import { type Bytes, concat } from "../bytes.ts";
import { cipherSizes, nodeCrypto, openPadded, unknownCipher } from "../cipher.ts";
import { type Der, derAt, derList, derSequence, oidText, TAG } from "./der.ts";
import { damaged, KeyFault } from "../fault.ts";
import { md5 } from "../md5.ts";

const bytesOf = (passphrase: string): Bytes => new TextEncoder().encode(passphrase);

/** Opens `RSA PRIVATE KEY` and `EC PRIVATE KEY` files with a `DEK-Info: AES-128-CBC,<iv>` header. */
export async function openDekInfo(info: string, data: Bytes, passphrase: string): Promise<Bytes> {
  const [name = "", hex = ""] = info.toLowerCase().split(",").map((part) => part.trim());
  const sizes = cipherSizes(name);
  if (sizes === undefined || !name.endsWith("cbc")) throw unknownCipher(name || "no cipher named");
  if (!/^([0-9a-f]{2})*$/.test(hex) || hex.length !== sizes.iv * 2) {
    throw damaged("its DEK-Info line makes no sense");
  }
  const iv = Uint8Array.fromHex(hex);
  // The key is a row of MD5s, each over the one before, the passphrase and eight bytes of the IV.
  const seed = concat(bytesOf(passphrase), iv.subarray(0, 8));
  let key: Bytes = new Uint8Array();
  for (let last: Bytes = key; key.length < sizes.key; key = concat(key, last)) last = md5(concat(last, seed));
  return await openPadded(name, key.slice(0, sizes.key), iv, data);
}

const HASHES: Record<string, { web?: string; node: string }> = {
  "1.2.840.113549.2.7": { web: "SHA-1", node: "sha1" },
  "1.2.840.113549.2.8": { node: "sha224" },
  "1.2.840.113549.2.9": { web: "SHA-256", node: "sha256" },
  "1.2.840.113549.2.10": { web: "SHA-384", node: "sha384" },
  "1.2.840.113549.2.11": { web: "SHA-512", node: "sha512" },
};
const CIPHERS: Record<string, string> = {
  "2.16.840.1.101.3.4.1.2": "aes-128-cbc",
  "2.16.840.1.101.3.4.1.22": "aes-192-cbc",
  "2.16.840.1.101.3.4.1.42": "aes-256-cbc",
  "1.2.840.113549.3.7": "des-ede3-cbc",
};
const [PBES2, PBKDF2, SCRYPT] = ["1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12", "1.3.6.1.4.1.11591.4.11"];
/** More work than this is no key of anybody's but an attempt to keep us busy. */
const MOST_ROUNDS = 50_000_000;

/** Opens an `ENCRYPTED PRIVATE KEY` file; what comes out is plain PKCS#8. */
export async function openPbes2(bytes: Bytes, passphrase: string): Promise<Bytes> {
  const outer = derSequence(bytes);
  const scheme = derList(derAt(outer, 0, TAG.sequence));
  const oid = oidText(derAt(scheme, 0, TAG.oid));
  if (oid !== PBES2) {
    throw new KeyFault(
      `its encryption is too old to be understood: ${oid}. \`openssl pkcs8 -topk8 -in <it> -out <new file>\` renews it`,
    );
  }
  const [derivation, encryption] = derList(derAt(scheme, 1, TAG.sequence)).map((part) => derList(part.body));
  if (derivation === undefined || encryption === undefined) throw damaged("its encryption is not described");
  const cipherOid = oidText(derAt(encryption, 0, TAG.oid));
  const name = CIPHERS[cipherOid];
  const sizes = cipherSizes(name ?? "");
  if (name === undefined || sizes === undefined) throw unknownCipher(cipherOid);
  const iv = derAt(encryption, 1, TAG.octets);
  if (iv.length !== sizes.iv) throw damaged("its encryption is not described as it must be");
  const key = await deriveKey(derivation, passphrase, sizes.key);
  return await openPadded(name, key, iv, derAt(outer, 1, TAG.octets));
}

async function deriveKey(derivation: readonly Der[], passphrase: string, length: number): Promise<Bytes> {
  const oid = oidText(derAt(derivation, 0, TAG.oid));
  const parameters = derList(derAt(derivation, 1, TAG.sequence));
  const salt = derAt(parameters, 0, TAG.octets);
  const secret = bytesOf(passphrase);
  if (oid === SCRYPT) {
    const [N, r, p] = [1, 2, 3].map((index) => number(derAt(parameters, index, TAG.integer))) as [
      number,
      number,
      number,
    ];
    if (N * r * p > MOST_ROUNDS) throw new KeyFault("its encryption asks for too much work");
    const { scryptSync } = await nodeCrypto();
    return new Uint8Array(scryptSync(secret, salt, length, { N, r, p, maxmem: 256 * N * r + 1_000_000 }));
  }
  if (oid !== PBKDF2) throw unknownCipher(oid);
  const iterations = number(derAt(parameters, 1, TAG.integer));
  if (iterations < 1 || iterations > MOST_ROUNDS) throw new KeyFault("its encryption asks for too much work");
  // The hash is named last, and not at all where it is SHA-1.
  const named = parameters.find((part) => part.tag === TAG.sequence);
  const hash = named
    ? HASHES[oidText(derAt(derList(named.body), 0, TAG.oid))]
    : { web: "SHA-1", node: "sha1" };
  if (hash === undefined) throw unknownCipher("PBKDF2 with an unknown hash");
  if (hash.web === undefined) {
    const { pbkdf2Sync } = await nodeCrypto();
    return new Uint8Array(pbkdf2Sync(secret, salt, iterations, length, hash.node));
  }
  const base = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", salt, iterations, hash: hash.web };
  return new Uint8Array(await crypto.subtle.deriveBits(how, base, length * 8));
}

const number = (bytes: Bytes): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
