/**
 * MD5 (RFC 1321). Web Crypto has none, `node:crypto` takes 25 ms to load, and CloudAPI names keys by it. It also
 * derives the keys of old encrypted PEM files. Nothing here relies on it being hard to break.
 *
 * @module
 */
import type { Bytes } from "./bytes.ts";

const SHIFTS = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]] as const;
const SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));

/** The 16 bytes of the digest. */
export function md5(data: Uint8Array): Bytes {
  const padded = new Uint8Array(((data.length + 8 >> 6) + 1) * 64);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, data.length * 8, true);
  view.setUint32(padded.length - 4, Math.floor(data.length / 2 ** 29), true);

  let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let block = 0; block < padded.length; block += 64) {
    let [a, b, c, d] = [a0, b0, c0, d0];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const [mix, word] = round === 0
        ? [(b & c) | (~b & d), i]
        : round === 1
        ? [(d & b) | (~d & c), (5 * i + 1) % 16]
        : round === 2
        ? [b ^ c ^ d, (3 * i + 5) % 16]
        : [c ^ (b | ~d), (7 * i) % 16];
      const sum = (a + mix + SINES[i]! + view.getInt32(block + word * 4, true)) | 0;
      const shift = SHIFTS[round]![i % 4]!;
      [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
    }
    [a0, b0, c0, d0] = [(a0 + a) | 0, (b0 + b) | 0, (c0 + c) | 0, (d0 + d) | 0];
  }
  const digest = new Uint8Array(16);
  [a0, b0, c0, d0].forEach((word, i) => new DataView(digest.buffer).setInt32(i * 4, word, true));
  return digest;
}
