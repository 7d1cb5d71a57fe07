/**
 * Connections to many hosts: a limited number at once, shared while in use, closed soon after.
 *
 * @module
 */
import { systemClock } from "../engine/time/clock.ts";
import { cancelled } from "./deadline.ts";
import { type KeySource, loadSshKey, type SshKey } from "./keys/keys.ts";
import { KnownHosts } from "./hosts/known_hosts_files.ts";
import { connectSsh, type SshOptions, type SshSession } from "./session.ts";
import { failure, nameOf, portOf, type SshTarget } from "./target.ts";

/** Options of a pool. */
export interface SshPoolOptions extends SshOptions {
  /** The most open connections. Default 50. */
  concurrency?: number | undefined;
  /** How long an unused connection is kept for the next user, in milliseconds. Default 1,000. */
  idle?: number | undefined;
  /** The most users of one connection at once; sshd's own limit (MaxSessions) is 10. Default 8. */
  share?: number | undefined;
}

interface Entry {
  readonly route: string;
  readonly session: Promise<SshSession>;
  users: number;
  /** False once it is closed or broken: it gets no new users. */
  alive: boolean;
  idle: AbortController | undefined;
}

/** Lends sessions. Make one with {@linkcode createSshPool}. */
export class SshPool implements AsyncDisposable {
  readonly #options: SshPoolOptions;
  readonly #entries = new Set<Entry>();
  readonly #waiting: (() => void)[] = [];
  readonly #stop = new AbortController();
  readonly #closing = new Set<Promise<void>>();
  #opened = 0;
  #shared: Promise<{ key: SshKey[]; knownHosts: KnownHosts }> | undefined;

  /** @internal */
  constructor(options: SshPoolOptions) {
    this.#options = options;
  }

  /** How many connections were made so far, how many are open or being opened, and how many users wait. */
  get stats(): { opened: number; open: number; waiting: number } {
    return { opened: this.#opened, open: this.#entries.size, waiting: this.#waiting.length };
  }

  /**
   * Does work on a session of the pool, which returns to it afterwards. Users with the same login, host, port, name and
   * route share a session.
   *
   * @param options Override the pool's, such as `jump` or `accept`. Keys and known_hosts are always the pool's.
   * @throws {SshError} when it cannot connect; or what `work` threw.
   */
  async use<T>(
    target: SshTarget,
    work: (session: SshSession) => Promise<T>,
    options: Pick<SshOptions, "jump" | "accept" | "signal" | "connectTimeout"> = {},
  ): Promise<T> {
    const entry = await this.#take(target, options);
    try {
      return await work(await this.#ready(entry, target, options.signal));
    } finally {
      this.#giveBack(entry);
    }
  }

  /** Closes all connections, even those in use, and refuses further work. Never rejects. */
  async close(): Promise<void> {
    this.#stop.abort();
    for (const entry of [...this.#entries]) this.#drop(entry);
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all([...this.#closing]);
  }

  /** The same as {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #take(target: SshTarget, options: Partial<SshOptions>): Promise<Entry> {
    const jumps = [options.jump ?? this.#options.jump ?? []].flat() as SshTarget[];
    const route =
      JSON.stringify([...jumps, target].map((hop) => [hop.user, hop.host, portOf(hop), hop.name])) +
      (options.accept ?? this.#options.accept ?? "known");
    const signal = options.signal;
    while (true) {
      const refusal = this.#stop.signal.aborted
        ? "its pool is closed"
        : signal?.aborted
        ? "it was cancelled"
        : "";
      if (refusal) {
        this.#wake(); // Pass on the turn, which may have been meant for this user.
        throw failure(`connect to ${nameOf(target)}`, refusal, signal?.reason);
      }
      for (const entry of this.#entries) {
        if (entry.route !== route || !entry.alive || entry.users >= (this.#options.share ?? 8)) continue;
        entry.idle?.abort();
        entry.idle = undefined;
        entry.users++;
        return entry;
      }
      if (this.#entries.size < (this.#options.concurrency ?? 50)) return this.#open(route, target, options);
      // An unused connection is closed when another one is needed.
      const unused = [...this.#entries].find((entry) => entry.users === 0 && entry.alive);
      if (unused) this.#drop(unused);
      await this.#turn(signal);
    }
  }

  #open(route: string, target: SshTarget, options: Partial<SshOptions>): Entry {
    this.#opened++;
    const session = this.#connect(target, options);
    const entry: Entry = { route, session, users: 1, alive: true, idle: undefined };
    this.#entries.add(entry);
    session.then((opened) => opened.closed, () => {}).then(() => this.#forget(entry));
    return entry;
  }

  /** Resolves to the session when it is open. Rejects if its user gives up first. */
  async #ready(entry: Entry, target: SshTarget, signal: AbortSignal | undefined): Promise<SshSession> {
    const cancel = cancelled(signal);
    const session = await Promise.race([entry.session, cancel.over]).finally(cancel.clear);
    if (typeof session === "object") return session;
    throw failure(`connect to ${nameOf(target)}`, "it was cancelled", signal?.reason);
  }

  async #connect(target: SshTarget, options: Partial<SshOptions>): Promise<SshSession> {
    // Encrypted keys are slow to open, and known_hosts is slow to match, so both are done once for all connections.
    this.#shared ??= (async () => {
      const sources = [this.#options.key ?? []].flat() as (KeySource | SshKey)[];
      const load = (key: KeySource | SshKey) =>
        typeof key === "object" ? key : loadSshKey(key, this.#options.passphrase);
      const key = await Promise.all(sources.map(load));
      const { knownHosts } = this.#options;
      return {
        key,
        knownHosts: knownHosts instanceof KnownHosts ? knownHosts : await KnownHosts.load(knownHosts),
      };
    })();
    const shared = await this.#shared;
    const signals = [this.#stop.signal, this.#options.signal].filter((signal) => signal !== undefined);
    return await connectSsh(target, {
      ...this.#options,
      ...options,
      ...shared,
      signal: AbortSignal.any(signals),
    });
  }

  #giveBack(entry: Entry): void {
    entry.users--;
    if (entry.users > 0 || !entry.alive) return void this.#wake();
    this.#wake(); // A waiting user takes this connection, or drops it.
    const idle = entry.idle = new AbortController();
    const clock = this.#options.clock ?? systemClock;
    clock.sleep(this.#options.idle ?? 1000, idle.signal).then(() => this.#drop(entry), () => {});
  }

  #drop(entry: Entry): void {
    if (!entry.alive) return;
    entry.alive = false;
    entry.idle?.abort();
    const closed = entry.session.then((session) => session.close(), () => {}).then(() => this.#forget(entry));
    this.#closing.add(closed);
    closed.finally(() => this.#closing.delete(closed));
  }

  #forget(entry: Entry): void {
    entry.alive = false;
    entry.idle?.abort();
    if (this.#entries.delete(entry)) this.#wake();
  }

  /** Wakes one waiting user. Each checks for itself, and its action wakes the next. */
  #wake(): void {
    this.#waiting.shift()?.();
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener("abort", cancel);
        resolve();
      };
      const cancel = () => {
        this.#waiting.splice(this.#waiting.indexOf(wake), 1);
        resolve();
      };
      signal?.addEventListener("abort", cancel, { once: true });
      this.#waiting.push(wake);
    });
  }
}

/** Makes a pool. Close it, or use `await using`. */
export function createSshPool(options: SshPoolOptions = {}): SshPool {
  return new SshPool(options);
}
