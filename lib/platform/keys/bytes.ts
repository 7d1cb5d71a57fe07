/** Bytes in the form that Web Crypto accepts. @module */
import { joinBytes } from "../../engine/process/bytes.ts";

/** Bytes with their own buffer, which Web Crypto requires. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Joins all parts. */
export const concat = (...parts: readonly Uint8Array[]): Bytes => joinBytes(parts);

/** Whether both hold the same bytes. Not for secrets: it stops at the first difference. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** A big-endian number without its leading zero bytes. */
export function trimZeros(bytes: Bytes): Bytes {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  return bytes.subarray(start);
}

/** A big-endian number in exactly `length` bytes; undefined if it does not fit. */
export function padTo(bytes: Bytes, length: number): Bytes | undefined {
  const short = trimZeros(bytes);
  if (short.length > length) return undefined;
  return concat(new Uint8Array(length - short.length), short);
}
