/**
 * One SSH connection: dialled, the server's key checked, logged in, and closed again without a trace.
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

/** How long a server may take to say goodbye. */
const FAREWELL = 500;

/** What a connection is made with, everything read and decided. */
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
  /** How messages name it. */
  readonly name: string;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
  /** What went wrong with it, where something did. */
  lost: unknown;
  open = true;
  /** Commands and transfers under way. */
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
    // Both may fail more than once; an `error` nobody listens to would end the process.
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

  /** Calls back once when the connection is gone. Returns what forgets the wish. */
  onClosed(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Why what ran over the connection cannot go on. */
  lostReason(): string {
    const text = this.lost instanceof Error ? this.lost.message : "";
    if (text.startsWith("Keepalive")) {
      return "the connection was lost: the server no longer answers. It may be down, or the network to it";
    }
    return `the connection was lost${text === "" ? ": the server closed it" : `: ${text}`}`;
  }

  /** Says goodbye, and after a moment closes whatever the server says. Never rejects. */
  async close(): Promise<void> {
    if (!this.open) return;
    try {
      this.client.end();
    } catch { /* It broke while saying goodbye; it is cut below. */ }
    await this.#gone(FAREWELL);
    if (this.open) this.cut();
    // A stopped jump host never confirms; its own connection is cut next.
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
 * @throws {SshError} saying what happened and what to do; nothing is left open.
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
        // One key or agent that failed is noted; the next is tried.
        if (error.level === "agent") link.lost = undefined;
        else resolve("failed");
      });
      link.onClosed(() => resolve("failed"));
    });
    link.client.connect({
      sock: socket,
      username: target.user,
      readyTimeout: 0, // Ours runs on the injected clock.
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
  // Asked last, as its refusal lists what the server would take.
  methods.push(() => ({ type: "none", username }));
  return (left: string[] | null): AuthMethod | false => {
    const next = methods.shift();
    if (next) return next();
    if (left && !left.includes("publickey")) tried.push(`the server accepts only ${left.join(", ")}`);
    return false;
  };
}

/** Asks for the permission first: without it the socket would fail past everybody. */
async function mayConnect(target: SshTarget, what: string): Promise<void> {
  const host = `${target.host.includes(":") ? `[${target.host}]` : target.host}:${portOf(target)}`;
  const { state } = await Deno.permissions.request({ name: "net", host });
  if (state !== "granted") {
    throw failure(what, `this script may not connect there: ${host}. Run it with --allow-net=${host}`);
  }
}
