/**
 * The key derivation of PKCS#12 (RFC 7292, appendix B) with SHA-1. OpenSSL before 1.1 encrypted PKCS#8 files with it,
 * and `openssl pkcs8 -v1 PBE-SHA1-3DES` still does.
 *
 * @module
 */
import { type Bytes, concat } from "../bytes.ts";
import type { nodeCrypto } from "../cipher.ts";

/** Bytes in one block of SHA-1. All input is padded to a multiple of it. */
const BLOCK = 64;

/** What is derived: the number that comes first in the hashed data. */
export const PURPOSE = { key: 1, iv: 2 } as const;

/**
 * Derives bytes from a passphrase.
 *
 * @param iterations A positive number.
 * @param length How many bytes.
 */
export function pkcs12Bytes(
  { createHash }: Awaited<ReturnType<typeof nodeCrypto>>,
  purpose: number,
  passphrase: string,
  salt: Bytes,
  iterations: number,
  length: number,
): Bytes {
  const sha1 = (data: Uint8Array): Bytes => new Uint8Array(createHash("sha1").update(data).digest());
  // UTF-16, big-endian, with two zero bytes at the end.
  const text = new Uint8Array((passphrase.length + 1) * 2);
  const view = new DataView(text.buffer);
  for (let at = 0; at < passphrase.length; at++) view.setUint16(at * 2, passphrase.charCodeAt(at));
  const head = new Uint8Array(BLOCK).fill(purpose);
  const input = concat(repeated(salt), repeated(text));
  let out: Bytes = new Uint8Array();
  for (;;) {
    let digest = concat(head, input);
    for (let round = 0; round < iterations; round++) digest = sha1(digest);
    out = concat(out, digest);
    if (out.length >= length) return out.slice(0, length);
    const add = repeated(digest).subarray(0, BLOCK);
    for (let at = 0; at < input.length; at += BLOCK) addOne(input.subarray(at, at + BLOCK), add);
  }
}

/** Repeats the bytes to fill whole blocks. */
function repeated(bytes: Bytes): Bytes {
  const length = Math.ceil(bytes.length / BLOCK) * BLOCK;
  return Uint8Array.from({ length }, (_, at) => bytes[at % bytes.length]!);
}

/** Adds a number and one, and drops the carry. */
function addOne(to: Bytes, number: Bytes): void {
  for (let at = BLOCK - 1, carry = 1; at >= 0; at--) {
    carry += to[at]! + number[at]!;
    to[at] = carry & 0xff;
    carry >>= 8;
  }
}
