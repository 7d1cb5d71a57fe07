/** The part of ASN.1 DER that private keys and ECDSA signatures need. @module */
import { type Bytes, concat, trimZeros } from "../bytes.ts";
import { damaged } from "../key_error.ts";

/** The tags that occur in keys. `context(n)` are the explicit `[n]` ones. */
export const TAG = {
  integer: 2,
  bits: 3,
  octets: 4,
  null: 5,
  oid: 6,
  sequence: 0x30,
  context0: 0xa0,
  context1: 0xa1,
};

/** One element. */
export interface Der {
  tag: number;
  body: Bytes;
}

/** The elements in `bytes`, one after another. */
export function derList(bytes: Bytes): Der[] {
  const found: Der[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at]!;
    let length = bytes[at + 1] ?? -1;
    at += 2;
    if (length >= 0x80) {
      const count = length & 0x7f;
      // No key is longer than 2^24 bytes; an indefinite length (0x80) is not DER.
      if (count === 0 || count > 3) throw damaged("a length in it makes no sense");
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + (bytes[at++] ?? 0);
    }
    if (length < 0 || at + length > bytes.length) throw damaged("it ends in the middle of a value");
    found.push({ tag, body: bytes.subarray(at, at + length) });
    at += length;
  }
  return found;
}

/** The elements of the sequence in `bytes`. Bytes after it are ignored, as OpenSSL does. */
export function derSequence(bytes: Bytes): Der[] {
  if (bytes[0] !== TAG.sequence) throw damaged("its content is not a key");
  const outer = derList(bytes.subarray(0, sequenceEnd(bytes)))[0]!;
  return derList(outer.body);
}

function sequenceEnd(bytes: Bytes): number {
  const first = bytes[1] ?? 0;
  if (first < 0x80) return first + 2;
  let length = 0;
  for (let i = 0; i < (first & 0x7f); i++) length = length * 256 + (bytes[2 + i] ?? 0);
  return length + 2 + (first & 0x7f);
}

/** The body of the element at `index`, which must have that tag. */
export function derAt(list: readonly Der[], index: number, tag: number): Bytes {
  const element = list[index];
  if (element === undefined || element.tag !== tag) {
    throw damaged("a part of it is missing or of another kind");
  }
  return element.body;
}

/** Makes one element from its parts. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const body = concat(...parts);
  const { length } = body;
  if (length < 0x80) return concat(new Uint8Array([tag, length]), body);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return concat(new Uint8Array([tag, 0x80 | digits.length, ...digits]), body);
}

/** A non-negative INTEGER from a big-endian number. */
export function derInteger(number: Bytes): Bytes {
  const short = trimZeros(number);
  // A leading bit of 1 would make it negative.
  return (short[0] ?? 0) >= 0x80 || short.length === 0
    ? der(TAG.integer, new Uint8Array(1), short)
    : der(TAG.integer, short);
}

/** An object identifier's dotted form. */
export function oidText(body: Bytes): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of body) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(value);
      value = 0;
    }
  }
  const first = numbers.shift() ?? 0;
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - top * 40, ...numbers].join(".");
}
