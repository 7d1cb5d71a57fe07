/**
 * The lines of a journal, written together: several that wait share one flush to disk.
 *
 * @module
 */
import type { Clock } from "./clock.ts";
import { JournalError } from "./errors.ts";

/** What is needed of a file. */
export interface LineFile {
  write(bytes: Uint8Array): Promise<number>;
  syncData(): Promise<void>;
  close(): void;
}

/** Appends lines; each is on disk when its promise resolves. */
export class JournalLines {
  readonly #file: LineFile;
  readonly #path: string;
  readonly #clock: Clock;
  #pending: { text: string; done: () => void; failed: (error: unknown) => void }[] = [];
  #busy = false;
  #broken: JournalError | undefined;
  #closed = false;

  constructor(file: LineFile, path: string, clock: Clock) {
    this.#file = file;
    this.#path = path;
    this.#clock = clock;
  }

  /** Why nothing can be written any more. */
  get broken(): JournalError | undefined {
    return this.#broken;
  }

  /**
   * Appends a line.
   *
   * @throws {JournalError} when it could not be written; after that, no other line is tried either, as it would follow
   * a torn one.
   */
  append(line: unknown): Promise<void> {
    if (this.#broken) return Promise.reject(this.#broken);
    if (this.#closed) {
      return Promise.reject(new JournalError(`Cannot write to ${this.#path} as it is closed`));
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#pending.push({ text: `${JSON.stringify(line)}\n`, done: resolve, failed: reject });
    // Real time passes here; a virtual clock must not run ahead meanwhile.
    if (!this.#busy) void this.#clock.hold(() => this.#drain());
    return promise;
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      try {
        const bytes = new TextEncoder().encode(batch.map(({ text }) => text).join(""));
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

  /** Closes the file. Lines not yet written are not waited for. */
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
    ? "; make room and run `muster resume`"
    : "; run `muster resume` when it can be written again";
  return new JournalError(
    `Cannot write the journal as ${reason}: ${path}. What is not written down is not sent${advice}`,
    { cause },
  );
}
