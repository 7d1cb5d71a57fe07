/** The SSH wire format: strings and numbers with their length first (RFC 4251, section 5). @module */
import { type Bytes, concat, trimZeros } from "../bytes.ts";
import { damaged } from "../key_error.ts";

/** Reads one value after another. Every method throws if the bytes end too early. */
export class WireReader {
  readonly #bytes: Bytes;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The bytes that were not read yet. */
  get rest(): Bytes {
    return this.#bytes.subarray(this.#at);
  }

  take(length: number): Bytes {
    if (this.#at + length > this.#bytes.length) throw damaged("it ends in the middle of a value");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  uint32(): number {
    this.take(4);
    return this.#view.getUint32(this.#at - 4);
  }

  string(): Bytes {
    return this.take(this.uint32());
  }

  text(): string {
    return new TextDecoder().decode(this.string());
  }
}

/** A string with its length. */
export function wireString(value: Uint8Array | string): Bytes {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concat(length, bytes);
}

/** A non-negative number: big-endian, without unnecessary leading zeros, but with one if it would look negative. */
export function wireNumber(number: Bytes): Bytes {
  const short = trimZeros(number);
  if (short.length === 1 && short[0] === 0) return wireString(new Uint8Array());
  return wireString(short[0]! >= 0x80 ? concat(new Uint8Array(1), short) : short);
}
