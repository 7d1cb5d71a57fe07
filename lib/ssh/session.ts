/**
 * A connection to one host, and the work on it.
 *
 * @module
 */
import { type Clock, systemClock } from "../engine/time/clock.ts";
import { findAgent } from "./keys/login_agents.ts";
import { type CommandResult, runCommand, type SshRunOptions } from "./command.ts";
import { deadline, showTime } from "./deadline.ts";
import { type KeySource, loadSshKey, type Passphrase, type SshKey } from "./keys/keys.ts";
import { KnownHosts } from "./hosts/known_hosts_files.ts";
import { openConnection, SshConnection, type SshConnectionOptions } from "./connection.ts";
import { scriptCommand, type ScriptOptions } from "./script.ts";
import { type ByteSocket, loadSsh2 } from "./ssh2.ts";
import { failure, messageOf, nameOf, portOf, type SshTarget } from "./target.ts";
import { download, type TransferOptions, upload, type UploadOptions } from "./transfer.ts";

/** How to connect. */
export interface SshOptions {
  /** Private keys, tried in this order before the agent's. */
  key?: KeySource | SshKey | readonly (KeySource | SshKey)[] | undefined;
  /** The agent's socket. Default: `SSH_AUTH_SOCK`, if the script may read it. `false`: no agent. */
  agent?: string | false | undefined;
  /** The passphrase for encrypted keys. */
  passphrase?: Passphrase | undefined;
  /**
   * `"known"` (default) refuses hosts that are not in known_hosts; `"new"` accepts and adds them. A changed or revoked
   * key is always refused.
   */
  accept?: "known" | "new" | undefined;
  /** The known_hosts files, or ones already loaded. Default: `~/.ssh/known_hosts`. New hosts are added to the first. */
  knownHosts?: string | readonly string[] | KnownHosts | undefined;
  /** The jump hosts, the nearest first. Keys, agent and known_hosts are the same for all. */
  jump?: SshTarget | readonly SshTarget[] | undefined;
  /** Time limit for connecting and logging in, for each host on the way, in milliseconds. Default 15,000. */
  connectTimeout?: number | undefined;
  /**
   * Sends a keepalive at this interval (in milliseconds). After `count` without an answer the connection is lost.
   * Default 10,000 and 3.
   */
  keepalive?: { every?: number; count?: number } | undefined;
  /**
   * The clock for the limits. Default: the system's. Connections are real, so a virtual clock would end them too early.
   */
  clock?: Clock | undefined;
  /** Aborting ends the connecting, and the session with everything that runs on it. */
  signal?: AbortSignal | undefined;
}

/** An open session. Close it, or use `await using`: an open one keeps the process alive. */
export class SshSession implements AsyncDisposable {
  /** The host that it is connected to. */
  readonly target: SshTarget;
  readonly #links: readonly SshConnection[];
  readonly #signal: AbortSignal | undefined;
  readonly #abort = () => void this.close();

  /** @internal */
  constructor(links: readonly SshConnection[], signal: AbortSignal | undefined) {
    this.#links = links;
    this.target = this.#link.target;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#abort, { once: true });
    this.#link.onClosed(() => {
      signal?.removeEventListener("abort", this.#abort);
      // The jump hosts are no longer needed.
      for (const link of links) if (link !== this.#link) void link.close();
    });
  }

  get #link(): SshConnection {
    return this.#links[this.#links.length - 1]!;
  }

  /** Its name in messages: `web-1 (admin@192.0.2.7:22)`. */
  get name(): string {
    return this.#link.name;
  }

  /** False once the connection is gone. */
  get open(): boolean {
    return this.#link.open;
  }

  /** Resolves when the connection is gone, whoever ended it. */
  get closed(): Promise<void> {
    return this.#link.closed;
  }

  /**
   * Runs a command in the user's login shell.
   *
   * @returns The result, even if the exit code is not 0: the caller decides what that means.
   * @throws {SshError} when it did not end by itself: time limit, cancelled, connection lost.
   */
  run(command: string, options: SshRunOptions = {}): Promise<CommandResult> {
    return runCommand(this.#link, command, { ...options, signal: this.#joined(options.signal) });
  }

  /**
   * Runs a script. Its interpreter reads it from standard input, so nothing in it needs quoting, but the script itself
   * cannot use standard input.
   *
   * @throws {SshError} like {@linkcode run}.
   */
  script(text: string, options: ScriptOptions = {}): Promise<CommandResult> {
    const { command, stdin, rest } = scriptCommand(text, options);
    return this.run(command, { ...rest, stdin });
  }

  /**
   * Writes a remote file.
   *
   * @param from The path of a local file, or bytes.
   * @returns The number of bytes.
   * @throws {SshError} with the file and the reason; what was written so far stays there.
   */
  upload(from: string | Uint8Array, to: string, options: UploadOptions = {}): Promise<number> {
    return upload(this.#link, from, to, { ...options, signal: this.#joined(options.signal) });
  }

  /**
   * Reads a remote file into memory, at most 256 MB.
   *
   * @throws {SshError} with the file and the reason.
   */
  download(from: string, to?: undefined, options?: TransferOptions): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Copies a remote file to a local path, which is replaced only when the whole file has arrived.
   *
   * @returns The number of bytes.
   * @throws {SshError} with the file and the reason; the local path is unchanged.
   */
  download(from: string, to: string, options?: TransferOptions): Promise<number>;
  download(
    from: string,
    to?: string,
    options: TransferOptions = {},
  ): Promise<Uint8Array<ArrayBuffer> | number> {
    return download(this.#link, from, to, { ...options, signal: this.#joined(options.signal) });
  }

  /** Closes the connection, and those to the jump hosts. Never rejects; calling it again does no harm. */
  async close(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#abort);
    for (const link of this.#links.toReversed()) await link.close();
    // A connection through a host that no longer answered is gone only now.
    for (const link of this.#links) await link.close();
  }

  /** The same as {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #joined(signal: AbortSignal | undefined): AbortSignal | undefined {
    if (!signal || !this.#signal || signal === this.#signal) return signal ?? this.#signal;
    return AbortSignal.any([signal, this.#signal]);
  }
}

/**
 * Connects to a host and logs in.
 *
 * @throws {SshError} with what happened and what to do; nothing is left open.
 */
export async function connectSsh(target: SshTarget, options: SshOptions = {}): Promise<SshSession> {
  const what = `connect to ${nameOf(target)}`;
  const sources = options.key === undefined ? [] : [options.key].flat() as readonly (KeySource | SshKey)[];
  const ssh2 = await loadSsh2().catch((error) => {
    const why = `npm:ssh2 could not be loaded: ${
      messageOf(error).split("\n")[0]
    }. The first use needs the network`;
    throw failure(what, why, error);
  });
  const keys: SshKey[] = [];
  for (const key of sources) {
    keys.push(typeof key === "object" ? key : await loadSshKey(key, options.passphrase));
  }
  const hosts = options.knownHosts instanceof KnownHosts
    ? options.knownHosts
    : await KnownHosts.load(options.knownHosts);
  const settings: SshConnectionOptions = {
    ssh2,
    keys,
    agent: findAgent(options.agent),
    hosts,
    accept: options.accept ?? "known",
    connectTimeout: options.connectTimeout ?? 15_000,
    keepalive: { every: options.keepalive?.every ?? 10_000, count: options.keepalive?.count ?? 3 },
    clock: options.clock ?? systemClock,
    signal: options.signal,
  };
  if (keys.length === 0 && settings.agent.path === undefined) {
    throw failure(what, `there is nothing to log in with: no key was given, and ${settings.agent.why}`);
  }
  const route = [
    ...(options.jump === undefined ? [] : [options.jump].flat() as readonly SshTarget[]),
    target,
  ];
  const links: SshConnection[] = [];
  try {
    for (const hop of route) {
      const last = links[links.length - 1];
      links.push(await openConnection(hop, settings, last && await forward(last, hop, settings)));
    }
    return new SshSession(links, options.signal);
  } catch (error) {
    for (const link of links.reverse()) await link.close();
    throw error;
  }
}

/** A stream from a jump host to the next. */
async function forward(
  jump: SshConnection,
  to: SshTarget,
  options: SshConnectionOptions,
): Promise<ByteSocket> {
  const what = `connect to ${nameOf(to)} through ${jump.name}`;
  const limit = deadline(options.clock, options.connectTimeout, options.signal);
  let late = false;
  try {
    const stream = new Promise<ByteSocket>((resolve, reject) => {
      jump.onClosed(() => reject(failure(what, jump.lostReason(), jump.lost)));
      jump.client.forwardOut("127.0.0.1", 0, to.host, portOf(to), (error, socket) => {
        if (late) return void socket?.destroy();
        if (socket) return resolve(socket);
        reject(
          failure(what, `the jump host could not reach it, or is not allowed to: ${messageOf(error)}`, error),
        );
      });
    });
    const outcome = await Promise.race([stream, limit.over]);
    if (typeof outcome === "object") return outcome;
    stream.catch(() => {});
    if (outcome === "aborted") throw failure(what, "it was cancelled", options.signal?.reason);
    throw failure(what, `the jump host did not answer within ${showTime(options.connectTimeout)}`);
  } finally {
    late = true;
    limit.clear();
  }
}
