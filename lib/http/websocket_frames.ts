/**
 * Writes and reads WebSocket frames (RFC 6455) as a client.
 *
 * @module
 */

/** The types of frames. */
export const TEXT = 1, CLOSE = 8, PING = 9, PONG = 10;

/** A message, put together if it came in several frames. */
export interface Message {
  kind: number;
  data: Uint8Array<ArrayBuffer>;
}

/** The longest message, in bytes. A longer one does not come from the expected server. */
const LONGEST = 4 * 1024 * 1024;

/** One frame, masked as a client must do. */
export function frame(kind: number, data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { length } = data;
  const head = length < 126 ? [length] : length < 65536 ? [126, length >> 8, length & 255] : undefined;
  if (!head) throw new RangeError(`Cannot send the message: it is too long: ${length} bytes`);
  head[0]! |= 0x80;
  const mask = crypto.getRandomValues(new Uint8Array(4));
  const bytes = new Uint8Array(1 + head.length + 4 + length);
  bytes.set([0x80 | kind, ...head, ...mask]);
  const start = bytes.length - length;
  for (let at = 0; at < length; at++) bytes[start + at] = data[at]! ^ mask[at & 3]!;
  return bytes;
}

/** Puts messages together from pieces of any size. */
export class FrameReader {
  #bytes = new Uint8Array(0);
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #kind = 0;

  /**
   * The messages that these bytes complete.
   *
   * @throws {RangeError} for an invalid frame, or a message that is too long.
   */
  *read(arrived: Uint8Array): Generator<Message> {
    const joined = new Uint8Array(this.#bytes.length + arrived.length);
    joined.set(this.#bytes);
    joined.set(arrived, this.#bytes.length);
    this.#bytes = joined;
    for (let found = this.#next(); found; found = this.#next()) {
      const { last, kind, data } = found;
      if (kind >= CLOSE) { // control frames may come between the parts of a message
        yield { kind, data };
        continue;
      }
      if ((kind === 0) !== (this.#parts.length > 0)) throw new RangeError("a continuation without a message");
      if (kind !== 0) this.#kind = kind;
      this.#parts.push(data);
      const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
      if (length > LONGEST) throw new RangeError(`a message of ${length} bytes`);
      if (!last) continue;
      const whole = new Uint8Array(length);
      let at = 0;
      for (const part of this.#parts) {
        whole.set(part, at);
        at += part.length;
      }
      this.#parts = [];
      yield { kind: this.#kind, data: whole };
    }
  }

  #next(): { last: boolean; kind: number; data: Uint8Array<ArrayBuffer> } | undefined {
    const bytes = this.#bytes;
    if (bytes.length < 2) return undefined;
    const [first, second] = bytes as unknown as [number, number];
    if (first & 0x70 || second & 0x80) throw new RangeError("a frame that a server never sends");
    let length = second & 127, start = 2;
    if (length > 125) { // the length follows, in two bytes or in eight
      start = length === 126 ? 4 : 10;
      if (bytes.length < start) return undefined;
      length = 0;
      for (const byte of bytes.subarray(2, start)) length = length * 256 + byte;
    }
    if (length > LONGEST) throw new RangeError(`a frame of ${length} bytes`);
    if (bytes.length < start + length) return undefined;
    this.#bytes = bytes.subarray(start + length);
    return { last: (first & 0x80) !== 0, kind: first & 15, data: bytes.slice(start, start + length) };
  }
}
