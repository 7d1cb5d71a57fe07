/**
 * The checksum at the end of each line of a journal: CRC-32 over the line, starting from the sum of the line before.
 *
 * So a changed bit shows, and so does a line that is missing, doubled or moved. It is implemented here because it must
 * be synchronous, and `node:zlib` costs start-up time.
 *
 * @module
 */

/** Made when the first checksum is needed. */
let table: Uint32Array | undefined;

function makeTable(): Uint32Array {
  const made = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    made[byte] = rest;
  }
  return made;
}

/**
 * The CRC-32 of bytes.
 *
 * @param before The checksum of the bytes before; 0 at the beginning.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const known = table ??= makeTable();
  let sum = ~before;
  for (let at = 0; at < bytes.length; at++) sum = known[(sum ^ bytes[at]!) & 0xff]! ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** `,"sum":"0123abcd"}` */
const TAIL = 18;
const SUM = /^,"sum":"([0-9a-f]{8})"\}$/;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A JSON object's text as a line with its checksum, and the checksum for the next line. */
export function summed(text: string, before: number): { line: Uint8Array; sum: number } {
  const body = encoder.encode(text.slice(0, -1));
  const sum = crc32(body, before);
  const line = new Uint8Array(body.length + TAIL + 1);
  line.set(body);
  encoder.encodeInto(`,"sum":"${sum.toString(16).padStart(8, "0")}"}\n`, line.subarray(body.length));
  return { line, sum };
}

/** The checksum in a line; undefined if it has none. */
export function sumOf(line: Uint8Array): number | undefined {
  const said = SUM.exec(decoder.decode(line.subarray(-TAIL)))?.[1];
  return said === undefined ? undefined : parseInt(said, 16);
}

/** Whether a line, without its line feed, is what was written after the line with the checksum `before`. */
export function isIntact(line: Uint8Array, before: number): boolean {
  const said = sumOf(line);
  return said !== undefined && said === crc32(line.subarray(0, line.length - TAIL), before);
}
