/**
 * An SFTP channel with promises. Each ends at a stall limit, the caller's signal, or the connection's end.
 *
 * @module
 */
import { SshError } from "../engine/errors.ts";
import { cancelled, showTime, stalled } from "./deadline.ts";
import type { SshConnection } from "./connection.ts";
import type { NodeBuffer, Sftp } from "./ssh2.ts";
import { failure, messageOf } from "./target.ts";

/** An error on this side. Its message is the reason in the final error. */
export class LocalError extends Error {}

type Done<T> = (error: (Error & { code?: number | string }) | undefined, value?: T) => void;

/** Requests on one SFTP channel. */
export class FileChannel {
  readonly #sftp: Sftp;
  readonly #link: SshConnection;
  /** Grows with every answer. */
  #answers = 0;

  private constructor(sftp: Sftp, link: SshConnection) {
    this.#sftp = sftp;
    this.#link = link;
  }

  /**
   * Opens a channel, does the work with it and closes it, all within the limits.
   *
   * @param what The "Cannot …" of a failure.
   * @throws {SshError} for any failure.
   */
  static async use<T>(
    link: SshConnection,
    what: string,
    stall = 60_000,
    signal: AbortSignal | undefined,
    work: (channel: FileChannel) => Promise<T>,
  ): Promise<T> {
    if (signal?.aborted) throw failure(what, "it was cancelled before it began", signal.reason);
    if (!link.open) throw failure(what, link.lostReason(), link.lost);
    let sftp: Sftp | undefined;
    let channel: FileChannel | undefined;
    let over = false;
    let forget: () => void = () => {};
    const still = stalled(link.clock, stall, () => channel ? channel.#answers : 0);
    const cancel = cancelled(signal);
    const lost = new Promise<"lost">((resolve) => forget = link.onClosed(() => resolve("lost")));
    const all = async () => {
      sftp = await new Promise<Sftp>((resolve, reject) => {
        link.client.sftp((error, opened) => {
          if (!opened) return reject(error);
          opened.on("error", () => {});
          if (over) return opened.end();
          resolve(opened);
        });
      });
      channel = new FileChannel(sftp, link);
      return { value: await work(channel) };
    };
    link.busy++;
    const working = all();
    working.catch(() => {}); // Its failure after the race was decided does not matter.
    try {
      const outcome = await Promise.race([working, still.over, lost, cancel.over]);
      if (typeof outcome === "object") return outcome.value;
      if (outcome === "lost") throw failure(what, link.lostReason(), link.lost);
      if (outcome === "aborted") throw failure(what, "it was cancelled", signal?.reason);
      throw failure(what, `nothing moved for ${showTime(stall)}: the server is stuck or the network is`);
    } catch (error) {
      if (error instanceof LocalError) throw failure(what, error.message, error.cause);
      if (error instanceof SshError) throw error;
      throw failure(what, link.open ? remoteReason(error, sftp === undefined) : link.lostReason(), error);
    } finally {
      over = true;
      link.busy--;
      forget();
      still.clear();
      cancel.clear();
      sftp?.end();
    }
  }

  open(path: string, flags: "r" | "w", mode?: number): Promise<NodeBuffer> {
    return this.#ask((done) => this.#sftp.open(path, flags, mode === undefined ? {} : { mode }, done));
  }

  close(handle: NodeBuffer): Promise<void> {
    return this.#ask((done) => this.#sftp.close(handle, done));
  }

  chmod(handle: NodeBuffer, mode: number): Promise<void> {
    return this.#ask((done) => this.#sftp.fchmod(handle, mode, done));
  }

  /** A file's size. @throws for a folder. */
  async size(handle: NodeBuffer): Promise<number> {
    const found = await this.#ask<{ size: number; isDirectory(): boolean }>((done) =>
      this.#sftp.fstat(handle, done)
    );
    if (found.isDirectory()) throw new LocalError("it is a folder there. Only files are transferred");
    return found.size;
  }

  write(handle: NodeBuffer, chunk: Uint8Array, position: number): Promise<void> {
    const buffer = this.#link.ssh2.buffer(chunk);
    return this.#ask((done) => this.#sftp.write(handle, buffer, 0, chunk.length, position, done));
  }

  /** Reads this many bytes, or fewer at the file's end. */
  async read(handle: NodeBuffer, position: number, length: number): Promise<Uint8Array> {
    const into = this.#link.ssh2.allocate(length);
    let filled = 0;
    while (filled < length) {
      const at = filled;
      const got = await this.#ask<number>((done) =>
        this.#sftp.read(handle, into, at, length - at, position + at, done)
      );
      if (!got) break;
      filled += got;
    }
    return into.subarray(0, filled);
  }

  #ask<T>(send: (done: Done<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      send((error, value) => {
        this.#answers++;
        if (error) reject(error);
        else resolve(value as T);
      });
    });
  }
}

/** The meaning of an SFTP status (draft-ietf-secsh-filexfer-02, section 7). */
function remoteReason(error: unknown, opening: boolean): string {
  const text = messageOf(error);
  if (opening) return `the server offers no file transfer (sftp): ${text}`;
  switch ((error as { code?: unknown }).code) {
    case 2:
      return "the file or folder does not exist on the server. Check the path";
    case 3:
      return "the server denied the permission. Check the path's owner and mode";
    case 4:
      return `the server answered only "${text}", which can mean a full disk, a quota or a folder. ` +
        "Check `df` on the server. The file may be incomplete";
    case 8:
      return `the server cannot do that: ${text}`;
  }
  return `the server failed: ${text}`;
}
