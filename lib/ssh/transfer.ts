/**
 * Transfers files over SFTP, with many requests in flight, using Deno's file functions.
 *
 * @module
 */
import type { SshConnection } from "./connection.ts";
import { FileChannel, LocalError } from "./file_channel.ts";
import { failure, fileReason } from "./target.ts";

/** Options of a transfer. */
export interface TransferOptions {
  /**
   * The transfer fails if nothing has moved for this time (in milliseconds). The whole may take any time. Default
   * 60,000.
   */
  stall?: number | undefined;
  /** Aborting ends the transfer. */
  signal?: AbortSignal | undefined;
}

/** Options of an upload. */
export interface UploadOptions extends TransferOptions {
  /** The file's mode, such as `0o755`. Default: its current mode, or the server's for a new file. */
  mode?: number | undefined;
}

/** Every SFTP server accepts requests of this size (draft-ietf-secsh-filexfer-02, section 3). */
const CHUNK = 32 * 1024;
/** How many requests are in flight at once. */
const WINDOW = 64;
/** The largest file that is read into memory, in bytes. */
const LARGEST_IN_MEMORY = 256 * 1024 * 1024;

/** See `SshSession.upload`. */
export async function upload(
  link: SshConnection,
  from: string | Uint8Array,
  to: string,
  options: UploadOptions,
): Promise<number> {
  const what = `upload ${typeof from === "string" ? `${from} ` : ""}to ${to} on ${link.name}`;
  using file = typeof from === "string" ? await openLocal(what, from) : undefined;
  return await FileChannel.use(link, what, options.stall, options.signal, async (channel) => {
    const handle = await channel.open(to, "w", options.mode);
    const pending = new Set<Promise<void>>();
    let sent = 0;
    for await (const chunk of file ? chunksOf(file, from as string) : piecesOf(from as Uint8Array)) {
      const done: Promise<void> = channel.write(handle, chunk, sent).finally(() => pending.delete(done));
      done.catch(() => {}); // The race or the `all` below handles a rejection.
      pending.add(done);
      sent += chunk.length;
      if (pending.size >= WINDOW) await Promise.race(pending);
    }
    await Promise.all(pending);
    if (options.mode !== undefined) await channel.chmod(handle, options.mode);
    await channel.close(handle);
    return sent;
  });
}

/** See `SshSession.download`. */
export async function download(
  link: SshConnection,
  from: string,
  to: string | undefined,
  options: TransferOptions,
): Promise<Uint8Array<ArrayBuffer> | number> {
  const what = `download ${from} from ${link.name}${to === undefined ? "" : ` to ${to}`}`;
  if (to !== undefined) {
    await using local = await LocalCopy.make(what, to);
    const size = await fetchFile(link, what, from, options, (chunk) => local.write(chunk));
    await local.keep();
    return size;
  }
  const parts: Uint8Array[] = [];
  const size = await fetchFile(link, what, from, options, (chunk) => {
    parts.push(chunk);
    return Promise.resolve();
  }, LARGEST_IN_MEMORY);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function fetchFile(
  link: SshConnection,
  what: string,
  from: string,
  options: TransferOptions,
  take: (chunk: Uint8Array) => Promise<void>,
  most = Infinity,
): Promise<number> {
  const bounded = (size: number) => {
    if (size > most) {
      throw new LocalError("it is larger than 256 MB, the most that is read into memory. Give a local path");
    }
  };
  return await FileChannel.use(link, what, options.stall, options.signal, async (channel) => {
    const handle = await channel.open(from, "r");
    const size = await channel.size(handle);
    bounded(size);
    let got = 0;
    // The kernel reports a size of 0 for files that it generates while they are read. Those are read to their end.
    const known = size > 0;
    const queue: { length: number; read: Promise<Uint8Array> }[] = [];
    for (let asked = 0; !known || got < size;) {
      while (queue.length < (known ? WINDOW : 1) && (!known || asked < size)) {
        const length = known ? Math.min(CHUNK, size - asked) : CHUNK;
        const read = channel.read(handle, asked, length);
        read.catch(() => {}); // Its rejection is handled when its turn comes.
        queue.push({ length, read });
        asked += length;
      }
      const { length, read } = queue.shift()!;
      const chunk = await read;
      got += chunk.length;
      bounded(got);
      if (known && chunk.length < length) {
        throw new LocalError(`it ended after ${got} of ${size} bytes: it was changed during the transfer`);
      }
      if (chunk.length > 0) await take(chunk);
      if (chunk.length < length) break;
    }
    await channel.close(handle);
    if (known && got < size) {
      throw new LocalError(`it ended after ${got} of ${size} bytes: it was changed during the transfer`);
    }
    return got;
  });
}

async function openLocal(what: string, path: string): Promise<Deno.FsFile> {
  try {
    const file = await Deno.open(path);
    if (!(await file.stat()).isDirectory) return file;
    file.close();
  } catch (error) {
    throw failure(what, fileReason(path, error, "read"), error);
  }
  throw failure(what, `it is a folder: ${path}. Only files are transferred`);
}

async function* chunksOf(file: Deno.FsFile, path: string): AsyncGenerator<Uint8Array> {
  while (true) {
    const chunk = new Uint8Array(CHUNK);
    let filled = 0;
    while (filled < CHUNK) {
      const got = await file.read(chunk.subarray(filled)).catch((error) => {
        throw new LocalError(fileReason(path, error, "read"), { cause: error });
      });
      if (got === null) break;
      filled += got;
    }
    if (filled > 0) yield chunk.subarray(0, filled);
    if (filled < CHUNK) return;
  }
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

/** A local file that gets its name only when it is complete. */
class LocalCopy implements AsyncDisposable {
  readonly #what: string;
  readonly #path: string;
  readonly #temp: string;
  readonly #file: Deno.FsFile;
  #kept = false;

  private constructor(what: string, path: string, temp: string, file: Deno.FsFile) {
    this.#what = what;
    this.#path = path;
    this.#temp = temp;
    this.#file = file;
  }

  static async make(what: string, path: string): Promise<LocalCopy> {
    const temp = `${path}.${crypto.randomUUID().slice(0, 8)}.part`;
    try {
      return new LocalCopy(what, path, temp, await Deno.open(temp, { write: true, createNew: true }));
    } catch (error) {
      throw failure(
        what,
        fileReason(error instanceof Deno.errors.NotCapable ? folderOf(path) : path, error, "write"),
        error,
      );
    }
  }

  async write(chunk: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < chunk.length;) at += await this.#file.write(chunk.subarray(at));
    } catch (error) {
      throw new LocalError(fileReason(this.#path, error, "write"), { cause: error });
    }
  }

  async keep(): Promise<void> {
    try {
      await this.#file.sync();
      await Deno.rename(this.#temp, this.#path);
      this.#kept = true;
    } catch (error) {
      throw failure(this.#what, fileReason(this.#path, error, "write"), error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file.close();
    if (!this.#kept) await Deno.remove(this.#temp).catch(() => {});
  }
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash) || "/";
}
