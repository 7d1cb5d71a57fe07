/**
 * Repeatable randomness: numbers that depend only on a seed and a place, so that equal seeds make equal worlds in
 * whatever order they are read.
 *
 * @module
 */

/** Spreads the bits of a 32-bit number: every bit of the answer depends on every bit of the input. Reversible. */
export function mix32(x: number): number {
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return (x ^ (x >>> 15)) >>> 0;
}

/** The inverse of {@linkcode mix32}. */
export function unmix32(x: number): number {
  x ^= (x >>> 15) ^ (x >>> 30);
  x = Math.imul(x, inverse32(0x297a2d39));
  x ^= (x >>> 12) ^ (x >>> 24);
  x = Math.imul(x, inverse32(0x2c1b3c6d));
  return (x ^ (x >>> 15) ^ (x >>> 30)) >>> 0;
}

/** The number whose product with odd `n` is 1, modulo 2^32. Newton's iteration doubles the correct bits. */
function inverse32(n: number): number {
  let guess = n;
  for (let i = 0; i < 5; i++) guess = Math.imul(guess, 2 - Math.imul(n, guess));
  return guess;
}

/** The 32-bit number at place `n` of stream `stream` of world `seed`. */
export function at32(seed: number, stream: number, n: number): number {
  return mix32(
    mix32(mix32(seed + 0x9e3779b9) + Math.imul(stream, 0x85ebca6b) | 0) + Math.imul(n, 0xc2b2ae35) | 0,
  );
}

/** A stream of repeatable numbers. */
export class Random {
  readonly #seed: number;
  readonly #stream: number;
  #n = 0;

  constructor(seed: number, stream = 0) {
    this.#seed = seed | 0;
    this.#stream = stream | 0;
  }

  /** The next 32-bit unsigned integer. */
  bits(): number {
    return at32(this.#seed, this.#stream, this.#n++);
  }

  /** The next number from 0 up to, not including, 1. */
  next(): number {
    return this.bits() / 4294967296;
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** A number from `low` up to `high`. */
  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** `digits` lower-case hexadecimal digits. */
  hex(digits: number): string {
    let text = "";
    while (text.length < digits) text += this.bits().toString(16).padStart(8, "0");
    return text.slice(0, digits);
  }

  /** A version 4 UUID. */
  uuid(): string {
    return uuidFrom(this.bits(), this.bits(), this.bits(), this.bits());
  }
}

/** A version 4 UUID of four 32-bit numbers; its first eight digits are the first of them. */
export function uuidFrom(a: number, b: number, c: number, d: number): string {
  const hex = (x: number) => (x >>> 0).toString(16).padStart(8, "0");
  const [bs, cs] = [hex(b), hex((c & 0x3fffffff) | 0x80000000)];
  return `${hex(a)}-${bs.slice(0, 4)}-4${bs.slice(5)}-${cs.slice(0, 4)}-${cs.slice(4)}${hex(d)}`;
}
