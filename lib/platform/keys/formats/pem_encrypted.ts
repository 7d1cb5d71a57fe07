/**
 * The three ways in which OpenSSL encrypts PEM files: the old `DEK-Info` header, PKCS#8 with PBES2, and the older forms
 * of PKCS#8.
 *
 * `createPrivateKey` opens the first, but not the others: in Deno 2.9 it does not support triple DES there, and it
 * reports a wrong passphrase for keys derived with SHA-1, as older OpenSSL versions write them.
 *
 * @module
 */
import type { Bytes } from "../bytes.ts";
import { cipherSizes, nodeCrypto, openPadded, unknownCipher } from "../cipher.ts";
import { type Der, derAt, derList, derSequence, oidText, TAG } from "./der.ts";
import { damaged, KeyError, WrongPassphrase } from "../key_error.ts";
import type { Pem } from "./pem.ts";
import { pkcs12Bytes, PURPOSE } from "./pkcs12_kdf.ts";
import { unknownType } from "./pkcs8.ts";

/**
 * Opens `RSA PRIVATE KEY` and `EC PRIVATE KEY` files with a `DEK-Info: AES-128-CBC,<iv>` header; returns plain PKCS#8.
 */
export async function openDekInfo({ label, bytes }: Pem, info: string, passphrase: string): Promise<Bytes> {
  const [name = "", iv = ""] = info.toLowerCase().split(",").map((part) => part.trim());
  const sizes = cipherSizes(name);
  if (sizes === undefined || !name.endsWith("cbc")) throw unknownCipher(name || "no cipher named");
  if (!/^([0-9a-f]{2})*$/.test(iv) || iv.length !== sizes.iv * 2) {
    throw damaged("its DEK-Info line makes no sense");
  }
  const { createPrivateKey } = await nodeCrypto();
  const head = `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${name.toUpperCase()},${iv.toUpperCase()}\n`;
  const body = bytes.toBase64().replace(/.{64}/g, "$&\n");
  const key = `-----BEGIN ${label}-----\n${head}\n${body}\n-----END ${label}-----\n`;
  try {
    const opened = createPrivateKey({ key, format: "pem", passphrase });
    return new Uint8Array(opened.export({ format: "der", type: "pkcs8" }));
  } catch (error) {
    if (/curve/i.test((error as Error).message)) {
      throw unknownType("ECDSA on a curve other than P-256, P-384 and P-521");
    }
    // Rarely a wrong passphrase leaves a valid padding, but then the bytes are not a key.
    throw new WrongPassphrase();
  }
}

const HASHES: Record<string, string> = {
  "1.2.840.113549.2.7": "sha1",
  "1.2.840.113549.2.8": "sha224",
  "1.2.840.113549.2.9": "sha256",
  "1.2.840.113549.2.10": "sha384",
  "1.2.840.113549.2.11": "sha512",
};
const CIPHERS: Record<string, string> = {
  "2.16.840.1.101.3.4.1.2": "aes-128-cbc",
  "2.16.840.1.101.3.4.1.22": "aes-192-cbc",
  "2.16.840.1.101.3.4.1.42": "aes-256-cbc",
  "1.2.840.113549.3.7": "des-ede3-cbc",
};
const [PBES2, PBKDF2, SCRYPT] = ["1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12", "1.3.6.1.4.1.11591.4.11"];
/** SHA-1 and triple DES, with keys derived as in PKCS#12. */
const PBE_SHA1_3DES = "1.2.840.113549.1.12.1.3";
/** No real key needs more rounds than this; such a file is an attempt to keep us busy. */
const MOST_ROUNDS = 50_000_000;

/** Opens an `ENCRYPTED PRIVATE KEY` file; returns plain PKCS#8. */
export async function openEncryptedPkcs8(bytes: Bytes, passphrase: string): Promise<Bytes> {
  const outer = derSequence(bytes);
  const scheme = derList(derAt(outer, 0, TAG.sequence));
  const oid = oidText(derAt(scheme, 0, TAG.oid));
  if (oid === PBE_SHA1_3DES) return await openPbe(scheme, passphrase, derAt(outer, 1, TAG.octets));
  if (oid !== PBES2) {
    throw new KeyError(
      `its encryption is too old and not supported: ${oid}. \`openssl pkcs8 -topk8 -in <it> -out <new file>\` renews it`,
    );
  }
  const [derivation, encryption] = derList(derAt(scheme, 1, TAG.sequence)).map((part) => derList(part.body));
  if (derivation === undefined || encryption === undefined) throw damaged("its encryption is not described");
  const cipherOid = oidText(derAt(encryption, 0, TAG.oid));
  const name = CIPHERS[cipherOid];
  const sizes = cipherSizes(name ?? "");
  if (name === undefined || sizes === undefined) throw unknownCipher(cipherOid);
  const iv = derAt(encryption, 1, TAG.octets);
  if (iv.length !== sizes.iv) throw damaged("its encryption is not described in the standard form");
  const key = await deriveKey(derivation, passphrase, sizes.key);
  return await openPadded(name, key, iv, derAt(outer, 1, TAG.octets));
}

async function openPbe(scheme: readonly Der[], passphrase: string, data: Bytes): Promise<Bytes> {
  const parameters = derList(derAt(scheme, 1, TAG.sequence));
  const salt = derAt(parameters, 0, TAG.octets);
  const iterations = checkedRounds(number(derAt(parameters, 1, TAG.integer)));
  if (salt.length === 0) throw damaged("its encryption has no salt");
  const crypto = await nodeCrypto();
  const [key, iv] = [[PURPOSE.key, 24], [PURPOSE.iv, 8]].map(([purpose, length]) =>
    pkcs12Bytes(crypto, purpose!, passphrase, salt, iterations, length!)
  );
  return await openPadded("des-ede3-cbc", key!, iv!, data);
}

function checkedRounds(iterations: number): number {
  if (iterations < 1 || iterations > MOST_ROUNDS) throw new KeyError("its encryption needs too much work");
  return iterations;
}

async function deriveKey(derivation: readonly Der[], passphrase: string, length: number): Promise<Bytes> {
  const oid = oidText(derAt(derivation, 0, TAG.oid));
  const parameters = derList(derAt(derivation, 1, TAG.sequence));
  const salt = derAt(parameters, 0, TAG.octets);
  const { pbkdf2Sync, scryptSync } = await nodeCrypto();
  if (oid === SCRYPT) {
    const [N = 0, r = 0, p = 0] = [1, 2, 3].map((index) => number(derAt(parameters, index, TAG.integer)));
    if (N * r * p > MOST_ROUNDS) throw new KeyError("its encryption asks for too much work");
    const maxmem = 256 * N * r + 1_000_000;
    return new Uint8Array(scryptSync(passphrase, salt, length, { N, r, p, maxmem }));
  }
  if (oid !== PBKDF2) throw unknownCipher(oid);
  const iterations = checkedRounds(number(derAt(parameters, 1, TAG.integer)));
  // The hash is named last, and is missing if it is SHA-1.
  const named = parameters.find((part) => part.tag === TAG.sequence);
  const hash = named ? HASHES[oidText(derAt(derList(named.body), 0, TAG.oid))] : "sha1";
  if (hash === undefined) throw unknownCipher("PBKDF2 with an unknown hash");
  return new Uint8Array(pbkdf2Sync(passphrase, salt, iterations, length, hash));
}

const number = (bytes: Bytes): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
