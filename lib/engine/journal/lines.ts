/**
 * Writes the lines of a journal. Several lines that wait share one flush to disk.
 *
 * @module
 */
import { summed } from "./checksum.ts";
import { joinBytes } from "../process/bytes.ts";
import type { Clock } from "../time/clock.ts";
import { JournalError } from "../errors.ts";

/** The file operations that are needed. */
export interface LineFile {
  /** Writes some of these bytes; resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Resolves when what was written is on disk. */
  syncData(): Promise<void>;
  /** Closes the file. */
  close(): void;
}

/** The end of a journal so far. */
export interface LinesEnd {
  /** Its length in bytes. */
  readonly length: number;
  /** The last line's checksum; undefined for a journal of version 1, which has none. */
  readonly sum: number | undefined;
  /** Whether the last line is complete except for its line feed, which is then written before the next line. */
  readonly open: boolean;
}

/** Appends lines; each is on disk when its promise resolves. */
export class JournalLines {
  readonly #file: LineFile;
  readonly #path: string;
  readonly #clock: Clock;
  #pending: { line: Uint8Array; done: () => void; failed: (error: unknown) => void }[] = [];
  #busy = false;
  #broken: JournalError | undefined;
  #closed = false;
  #sum: number | undefined;
  #open: boolean;

  constructor(
    file: LineFile,
    path: string,
    clock: Clock,
    { sum, open }: Omit<LinesEnd, "length"> = { sum: 0, open: false },
  ) {
    this.#file = file;
    this.#path = path;
    this.#clock = clock;
    this.#sum = sum;
    this.#open = open;
  }

  /** Why nothing can be written any more. */
  get broken(): JournalError | undefined {
    return this.#broken;
  }

  /**
   * Appends a line.
   *
   * @throws {JournalError} when it could not be written. After that no other line is written, because it would follow
   * an incomplete one.
   */
  append(line: unknown): Promise<void> {
    if (this.#broken) return Promise.reject(this.#broken);
    if (this.#closed) {
      return Promise.reject(new JournalError(`Cannot write to ${this.#path}: it is closed.`));
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#pending.push({ line: this.#bytes(JSON.stringify(line)), done: resolve, failed: reject });
    // Writing takes real time; a virtual clock must not run ahead meanwhile.
    if (!this.#busy) void this.#clock.hold(() => this.#drain());
    return promise;
  }

  /** A line as it is written. Call it in the order of the file, because each checksum continues from the last. */
  #bytes(text: string): Uint8Array {
    const begin = this.#open ? "\n" : "";
    this.#open = false;
    if (this.#sum === undefined) return new TextEncoder().encode(`${begin}${text}\n`);
    const { line, sum } = summed(text, this.#sum);
    this.#sum = sum;
    return begin === "" ? line : joinBytes([new TextEncoder().encode(begin), line]);
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      try {
        const bytes = batch.length === 1 ? batch[0]!.line : joinBytes(batch.map(({ line }) => line));
        for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
        await this.#file.syncData();
        for (const { done } of batch) done();
      } catch (error) {
        this.#broken = cannotWrite(this.#path, error);
        for (const { failed } of [...batch, ...this.#pending]) failed(this.#broken);
        this.#pending = [];
      }
    }
    this.#busy = false;
  }

  /** Closes the file. Lines that are not yet written are lost. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file.close();
  }
}

/** An error for a file that cannot be written. */
export function cannotWrite(path: string, cause: unknown): JournalError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = (cause as { code?: string } | undefined)?.code;
  const full = code === "ENOSPC" || /no space|ENOSPC|os error 28/i.test(message);
  const quota = code === "EDQUOT" || /quota|os error 122/i.test(message);
  const reason = full ? "the disk is full" : quota ? "your quota is used up" : message;
  const advice = full || quota
    ? " Free some space and run `muster resume`."
    : " Run `muster resume` when it can be written again.";
  return new JournalError(
    `Cannot write the journal: ${reason}: ${path}. What is not in the journal is not sent.${advice}`,
    { cause },
  );
}
