/**
 * A private key that can sign, from any file format. Web Crypto does the work.
 *
 * @module
 */
import type { Signer } from "../signer.ts";
import { type Bytes, concat, padTo } from "../bytes.ts";
import { der, derAt, derInteger, derSequence, TAG } from "./der.ts";
import { derFromRaw } from "./ec_signature.ts";
import { damaged, KeyError } from "../key_error.ts";
import { type CurveName, CURVES, wrapEc, wrapEd25519, wrapRsa } from "./pkcs8_wrap.ts";
import { wireNumber, wireString } from "./ssh_wire.ts";

/** The hash of a signature. CloudAPI accepts only SHA-256 and SHA-512; SSH also uses the others. */
export type HashName = "sha1" | "sha256" | "sha384" | "sha512";

/** A private key in memory. The key itself stays in Web Crypto and cannot be exported. */
export interface PrivateKey {
  /** `rsa`, `ecdsa` or `ed25519`: the first part of the server's name for the algorithm. */
  readonly type: "rsa" | "ecdsa" | "ed25519";
  /** Size in bits: the modulus or the curve. */
  readonly bits: number;
  /** The public key in SSH wire form, from which fingerprints are made. */
  readonly blob: Bytes;
  /** The owner's name for it; empty if the format has none. */
  readonly comment: string;
  /** Signs data: PKCS#1 v1.5 for RSA, DER for ECDSA, 64 raw bytes for Ed25519, which ignores `hash`. */
  sign(data: Bytes, hash: HashName): Promise<Bytes>;
}

/** The hash that the server accepts for the key: SHA-256, or SHA-512 if the curve is longer than SHA-256. */
export function defaultHash(key: { type: string; bits: number }): HashName {
  return key.type === "ed25519" || (key.type === "ecdsa" && key.bits > 256) ? "sha512" : "sha256";
}

/** The signer of a key in memory. */
export function keySigner(key: PrivateKey, keyId: string, hash: HashName = defaultHash(key)): Signer {
  const used = key.type === "ed25519" ? "sha512" : hash;
  return { keyId, algorithm: `${key.type}-${used}`, sign: (data) => key.sign(data, used) };
}

const webHash = (hash: HashName) => `SHA-${hash.slice(3)}`;

/** An RSA key from its PKCS#1 form. */
export async function rsaKey(pkcs1: Bytes, comment: string): Promise<PrivateKey> {
  const parts = derSequence(pkcs1);
  const [n, e] = [derAt(parts, 1, TAG.integer), derAt(parts, 2, TAG.integer)];
  const bits = BigInt("0x0" + n.toHex()).toString(2).length;
  if (bits < 512) throw new KeyError(`it has only ${bits} bits, which is too few for a signature`);
  // Web Crypto binds an RSA key to a hash at import.
  const imported = new Map<HashName, Promise<CryptoKey>>();
  const importFor = (hash: HashName) => {
    // Deno ends the whole process if the padded hash is longer than the key.
    if (hash === "sha512" && bits < 768) throw new KeyError(`it has only ${bits} bits, too few for SHA-512`);
    let key = imported.get(hash);
    if (key === undefined) {
      const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: webHash(hash) };
      imported.set(hash, key = importKey(wrapRsa(pkcs1), algorithm));
    }
    return key;
  };
  const usual = await importFor("sha256");
  return {
    type: "rsa",
    bits,
    blob: concat(wireString("ssh-rsa"), wireNumber(e), wireNumber(n)),
    comment,
    sign: async (data, hash) => {
      // Started before this returns, because there is other work to do meanwhile.
      const key = hash === "sha256" ? usual : await importFor(hash);
      return new Uint8Array(await crypto.subtle.sign("RSASSA-PKCS1-v1_5", key, data));
    },
  };
}

/** The numbers of an RSA key, as OpenSSH stores them. */
export interface RsaNumbers {
  n: Bytes;
  e: Bytes;
  d: Bytes;
  p: Bytes;
  q: Bytes;
  qInverse: Bytes;
}

/** An RSA key's PKCS#1 form. The two exponents that OpenSSH leaves out are computed. */
export function pkcs1Of({ n, e, d, p, q, qInverse }: RsaNumbers): Bytes {
  const big = (bytes: Bytes) => BigInt("0x0" + bytes.toHex());
  const exponent = (prime: Bytes) => {
    if (big(prime) < 2n) throw damaged("its numbers do not fit together");
    const hex = (big(d) % (big(prime) - 1n)).toString(16);
    return Uint8Array.fromHex(hex.length % 2 ? "0" + hex : hex);
  };
  const numbers = [new Uint8Array(1), n, e, d, p, q, exponent(p), exponent(q), qInverse];
  return der(TAG.sequence, ...numbers.map(derInteger));
}

/** An ECDSA key from its secret number and, if the file has it, its public point (`04 x y`). */
export async function ecdsaKey(
  curve: CurveName,
  secret: Bytes,
  point: Bytes | undefined,
  comment: string,
): Promise<PrivateKey> {
  const { size, bits, ssh } = CURVES[curve];
  const d = padTo(secret, size);
  if (d === undefined) throw damaged("its number is too large for its curve");
  const algorithm = { name: "ECDSA", namedCurve: curve };
  const key = await importKey(wrapEc(curve, d, point), algorithm);
  point ??= await publicPoint(wrapEc(curve, d, undefined), algorithm);
  if (point.length !== 2 * size + 1 || point[0] !== 4) throw damaged("its public point is not on its curve");
  return {
    type: "ecdsa",
    bits,
    blob: concat(wireString(`ecdsa-sha2-${ssh}`), wireString(ssh), wireString(point)),
    comment,
    sign: async (data, hash) =>
      derFromRaw(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: webHash(hash) }, key, data))),
  };
}

/** An Ed25519 key from its 32 secret bytes. */
export async function ed25519Key(seed: Bytes, comment: string): Promise<PrivateKey> {
  if (seed.length !== 32) throw damaged("its secret does not have 32 bytes");
  const key = await importKey(wrapEd25519(seed), { name: "Ed25519" });
  const point = await publicPoint(wrapEd25519(seed), { name: "Ed25519" });
  return {
    type: "ed25519",
    bits: 256,
    blob: concat(wireString("ssh-ed25519"), wireString(point)),
    comment,
    sign: async (data) => new Uint8Array(await crypto.subtle.sign("Ed25519", key, data)),
  };
}

type ImportAlgorithm = { name: string; hash?: string; namedCurve?: string };

async function importKey(pkcs8: Bytes, algorithm: ImportAlgorithm, extractable = false): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, extractable, ["sign"]);
  } catch {
    // Web Crypto's message may quote the key.
    throw damaged("its numbers do not fit together");
  }
}

/** The public key, for files that have only the private one. */
async function publicPoint(pkcs8: Bytes, algorithm: ImportAlgorithm): Promise<Bytes> {
  const jwk = await crypto.subtle.exportKey("jwk", await importKey(pkcs8, algorithm, true));
  const from = (text: string) => Uint8Array.fromBase64(text, { alphabet: "base64url" });
  if (jwk.x === undefined) throw damaged("it has no public half");
  return jwk.y === undefined ? from(jwk.x) : concat(new Uint8Array([4]), from(jwk.x), from(jwk.y));
}
