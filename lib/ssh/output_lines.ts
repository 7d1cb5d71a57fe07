/**
 * Turns the bytes of a command's output into lines, and into a text of limited size.
 *
 * @module
 */

/** Longer lines are passed on in pieces, so that output without line endings cannot fill the memory. */
const LONGEST_LINE = 1 << 20;

/** Collects one output stream. */
export class OutputCollector {
  /** How many bytes arrived beyond the limit and are not kept. */
  dropped = 0;
  #kept: Uint8Array[] = [];
  #room: number;
  #rest = "";
  #encoding: string;
  #decoder: TextDecoder;
  #onLine: ((line: string) => void) | undefined;

  /**
   * @param encoding A label that `TextDecoder` accepts.
   * @param room How many bytes to keep.
   * @param onLine Called for every line, without its `\n` or `\r\n`.
   */
  constructor(encoding: string, room: number, onLine?: (line: string) => void) {
    this.#encoding = encoding;
    this.#room = room;
    this.#decoder = new TextDecoder(encoding);
    this.#onLine = onLine;
  }

  /** Adds the next bytes. The array must not be changed later. */
  push(chunk: Uint8Array): void {
    const kept = chunk.length > this.#room ? chunk.subarray(0, this.#room) : chunk;
    if (kept.length > 0) this.#kept.push(kept);
    this.#room -= kept.length;
    this.dropped += chunk.length - kept.length;
    if (this.#onLine) this.#lines(this.#decoder.decode(chunk, { stream: true }));
  }

  /** Passes on a last line without a line ending. */
  end(): void {
    if (!this.#onLine) return;
    this.#lines(this.#decoder.decode());
    if (this.#rest !== "") this.#onLine(this.#rest);
    this.#rest = "";
  }

  /** The text that was kept. A character that the limit has cut is left out. */
  text(): string {
    const decoder = new TextDecoder(this.#encoding);
    const parts = this.#kept.map((chunk) => decoder.decode(chunk, { stream: true }));
    if (this.dropped === 0) parts.push(decoder.decode());
    return parts.join("");
  }

  #lines(text: string): void {
    const pieces = (this.#rest + text).split("\n");
    this.#rest = pieces.pop()!;
    for (const piece of pieces) this.#onLine!(piece.endsWith("\r") ? piece.slice(0, -1) : piece);
    while (this.#rest.length > LONGEST_LINE) {
      this.#onLine!(this.#rest.slice(0, LONGEST_LINE));
      this.#rest = this.#rest.slice(LONGEST_LINE);
    }
  }
}
