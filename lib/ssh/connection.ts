/**
 * One SSH connection: connects, checks the server's key, logs in, and closes completely.
 *
 * @module
 */
import type { Clock } from "../engine/time/clock.ts";
import { keyAgent, socketAgent } from "./keys/login_agents.ts";
import { SshError } from "../engine/errors.ts";
import { deadline, showTime } from "./deadline.ts";
import { HostCheck } from "./hosts/host_check.ts";
import type { KnownHosts } from "./hosts/known_hosts_files.ts";
import type { SshKey } from "./keys/keys.ts";
import { connectReason } from "./connect_errors.ts";
import type { AuthMethod, ByteSocket, Client, Ssh2 } from "./ssh2.ts";
import { failure, messageOf, nameOf, portOf, type SshTarget } from "./target.ts";

/** How long a server may take to close, in milliseconds. */
const FAREWELL = 500;

/** The options of a connection, all read and decided. */
export interface SshConnectionOptions {
  ssh2: Ssh2;
  keys: readonly SshKey[];
  /** The agent's socket, or why there is none. */
  agent: { path?: string; why?: string };
  hosts: KnownHosts;
  accept: "known" | "new";
  connectTimeout: number;
  keepalive: { every: number; count: number };
  clock: Clock;
  signal: AbortSignal | undefined;
}

/** An open connection. */
export class SshConnection {
  readonly target: SshTarget;
  readonly client: Client;
  readonly clock: Clock;
  readonly ssh2: Ssh2;
  /** Its name in messages. */
  readonly name: string;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
  /** The error of the connection, if there is one. */
  lost: unknown;
  open = true;
  /** How many commands and transfers are in progress. */
  busy = 0;
  readonly #socket: ByteSocket;
  readonly #watchers = new Set<() => void>();

  constructor(target: SshTarget, options: SshConnectionOptions, socket: ByteSocket) {
    this.target = target;
    this.name = nameOf(target);
    this.clock = options.clock;
    this.ssh2 = options.ssh2;
    this.#socket = socket;
    this.client = options.ssh2.createClient();
    // Both may fail more than once, and an `error` event without a listener would end the process.
    socket.on("error", () => {});
    this.client.on("error", (error: Error) => this.lost ??= error);
    this.closed = new Promise((resolve) => {
      this.client.on("close", () => {
        this.open = false;
        this.ssh2.forget(this.client);
        resolve();
        for (const watcher of [...this.#watchers]) watcher();
      });
    });
  }

  /** Calls `watcher` once when the connection is gone. Returns a function that removes it. */
  onClosed(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Why work on the connection cannot continue. */
  lostReason(): string {
    const text = this.lost instanceof Error ? this.lost.message : "";
    if (text.startsWith("Keepalive")) {
      return "the connection was lost: the server no longer answers. It may be down, or the network to it";
    }
    return `the connection was lost${text === "" ? ": the server closed it" : `: ${text}`}`;
  }

  /** Closes politely, and after a moment in any case. Never rejects. */
  async close(): Promise<void> {
    if (!this.open) return;
    try {
      this.client.end();
    } catch { /* It broke while saying goodbye; it is cut below. */ }
    await this.#gone(FAREWELL);
    if (this.open) this.cut();
    // A jump host that hangs never confirms this; its own connection is cut next.
    await this.#gone(FAREWELL);
  }

  /** Drops the connection at once. */
  cut(): void {
    this.#socket.destroy();
  }

  async #gone(ms: number): Promise<void> {
    const limit = deadline(this.clock, ms);
    await Promise.race([this.closed, limit.over]);
    limit.clear();
  }
}

/**
 * Connects and logs in.
 *
 * @param through The stream to use instead of a new TCP connection.
 * @throws {SshError} with what happened and what to do; nothing is left open.
 */
export async function openConnection(
  target: SshTarget,
  options: SshConnectionOptions,
  through?: ByteSocket,
): Promise<SshConnection> {
  const what = `connect to ${nameOf(target)}`;
  if (options.signal?.aborted) throw failure(what, "it was cancelled before it began", options.signal.reason);
  if (!through) await mayConnect(target, what);
  const check = await HostCheck.make(target, options.hosts, options.accept);
  const socket = through ?? options.ssh2.dial(target.host, portOf(target));
  socket.setNoDelay?.(true);
  const link = new SshConnection(target, options, socket);
  const ended = new AbortController();
  const tried: string[] = [];
  const limit = deadline(options.clock, options.connectTimeout, options.signal);
  try {
    const ready = new Promise<"ready">((resolve) => link.client.on("ready", () => resolve("ready")));
    const failed = new Promise<"failed">((resolve) => {
      link.client.on("error", (error: Error & { level?: string }) => {
        // If one key or agent fails, that is noted and the next is tried.
        if (error.level === "agent") link.lost = undefined;
        else resolve("failed");
      });
      link.onClosed(() => resolve("failed"));
    });
    link.client.connect({
      sock: socket,
      username: target.user,
      readyTimeout: 0, // Our own time limit runs on the injected clock.
      keepaliveInterval: options.keepalive.every,
      keepaliveCountMax: options.keepalive.count,
      algorithms: { serverHostKey: check.algorithms },
      hostVerifier: check.verify,
      authHandler: logins(target, options, tried, ended.signal),
    });
    const outcome = await Promise.race([ready, failed, limit.over]);
    const refusal = await check.refusal();
    if (refusal) throw refusal;
    if (outcome === "aborted") throw failure(what, "it was cancelled", options.signal?.reason);
    if (outcome === "timeout") {
      const within = showTime(options.connectTimeout);
      const where = check.seen ? "did not finish the login" : "did not answer";
      throw failure(
        what,
        `the server ${where} within ${within}. Check that it is up and that no firewall is in the way`,
      );
    }
    if (outcome === "failed") {
      throw failure(what, connectReason(link.lost, target, tried, options.agent.why), link.lost);
    }
    await check.remember();
    return link;
  } catch (error) {
    link.cut();
    await link.close();
    if (error instanceof SshError) throw error;
    throw failure(what, `it failed: ${messageOf(error)}`, error);
  } finally {
    limit.clear();
    ended.abort();
  }
}

/** Every key, then the agent: ssh2 calls this for the next one to try. */
function logins(target: SshTarget, options: SshConnectionOptions, tried: string[], signal: AbortSignal) {
  const username = target.user;
  const { ssh2, clock, connectTimeout: timeout, agent: { path } } = options;
  const say = (what: string) => tried.push(what);
  const agents = options.keys.map((key) => keyAgent(ssh2, key, say));
  if (path !== undefined) agents.push(socketAgent(ssh2, path, say, { timeout, clock, signal }));
  const methods: (() => AuthMethod)[] = agents.map((agent) => () => ({ type: "agent", username, agent }));
  // Tried last, because its refusal lists what the server would accept.
  methods.push(() => ({ type: "none", username }));
  return (left: string[] | null): AuthMethod | false => {
    const next = methods.shift();
    if (next) return next();
    if (left && !left.includes("publickey")) tried.push(`the server accepts only ${left.join(", ")}`);
    return false;
  };
}

/** Checks the permission first, because otherwise the socket's error could not be caught. */
async function mayConnect(target: SshTarget, what: string): Promise<void> {
  const host = `${target.host.includes(":") ? `[${target.host}]` : target.host}:${portOf(target)}`;
  const { state } = await Deno.permissions.request({ name: "net", host });
  if (state !== "granted") {
    throw failure(what, `this script may not connect there: ${host}. Run it with --allow-net=${host}`);
  }
}
