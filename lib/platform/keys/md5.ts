/**
 * MD5 (RFC 1321). Web Crypto does not have it, `node:crypto` takes 25 ms to load, and CloudAPI names keys by it. It
 * also derives the keys of old encrypted PEM files. Nothing here depends on its strength.
 *
 * @module
 */
import type { Bytes } from "./bytes.ts";

/** The shifts, four for each round. */
const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
let sines: Int32Array | undefined;

/** The 16 bytes of the digest. */
export function md5(data: Uint8Array): Bytes {
  const padded = new Uint8Array(((data.length + 8 >> 6) + 1) * 64);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, data.length * 8, true);
  view.setUint32(padded.length - 4, Math.floor(data.length / 2 ** 29), true);

  sines ??= Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));
  // Without arrays, because making them in every step would be most of the work.
  let a0 = 0x67452301, b0 = 0xefcdab89 | 0, c0 = 0x98badcfe | 0, d0 = 0x10325476;
  for (let block = 0; block < padded.length; block += 64) {
    let a = a0, b = b0, c = c0, d = d0;
    for (let i = 0; i < 64; i++) {
      let mix: number, word: number;
      if (i < 16) mix = (b & c) | (~b & d), word = i;
      else if (i < 32) mix = (d & b) | (~d & c), word = (5 * i + 1) % 16;
      else if (i < 48) mix = b ^ c ^ d, word = (3 * i + 5) % 16;
      else mix = c ^ (b | ~d), word = (7 * i) % 16;
      const sum = (a + mix + sines[i]! + view.getInt32(block + word * 4, true)) | 0;
      const shift = SHIFTS[(i >> 4) * 4 + i % 4]!;
      a = d, d = c, c = b;
      b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
    }
    a0 = (a0 + a) | 0, b0 = (b0 + b) | 0, c0 = (c0 + c) | 0, d0 = (d0 + d) | 0;
  }
  const digest = new DataView(new ArrayBuffer(16));
  digest.setInt32(0, a0, true);
  digest.setInt32(4, b0, true);
  digest.setInt32(8, c0, true);
  digest.setInt32(12, d0, true);
  return new Uint8Array(digest.buffer);
}
