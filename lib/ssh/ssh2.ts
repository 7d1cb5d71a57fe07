/**
 * The only file that uses the `ssh2` package. It loads the package at the first connection, never before, and has types
 * for the part that is used.
 *
 * @module
 */

/** Bytes as ssh2 requires them: Node's `Buffer`. */
export type NodeBuffer = Uint8Array & { readonly __buffer: never };

type Listener = (...args: never[]) => void;

/** The part of a Node event emitter that is used. */
interface Emitter {
  on(event: string, listener: Listener): this;
  once(event: string, listener: Listener): this;
  off(event: string, listener: Listener): this;
}

/** A TCP socket, or the stream of a forwarded connection. */
export interface ByteSocket extends Emitter {
  destroy(error?: Error): unknown;
  readonly destroyed?: boolean;
  setNoDelay?(on: boolean): unknown;
}

/** A key that ssh2 has read. */
export interface ParsedKey {
  getPrivatePEM(): string | null;
}

/** What ssh2 requires of an agent. */
export interface Ssh2Agent {
  getIdentities(done: (error: Error | undefined, keys?: ParsedKey[]) => void): void;
  sign(
    key: ParsedKey,
    data: NodeBuffer,
    options: { hash?: "sha256" | "sha512" },
    done: (error: Error | undefined, signature?: NodeBuffer) => void,
  ): void;
}

/** One way to log in. */
export type AuthMethod =
  | { type: "agent"; username: string; agent: Ssh2Agent }
  | { type: "none"; username: string };

/** The options of a client's connection. */
export interface ClientConfig {
  sock: ByteSocket;
  username: string;
  readyTimeout: number;
  keepaliveInterval: number;
  keepaliveCountMax: number;
  algorithms: { serverHostKey: string[] };
  hostVerifier: (key: NodeBuffer, verdict: (accepted: boolean) => void) => void;
  authHandler: (left: string[] | null, partial: boolean | null) => AuthMethod | false;
}

/** A running command: reading gives its standard output, writing goes to its standard input. */
export interface Channel extends Emitter {
  readonly stderr: Emitter;
  readonly outgoing: { id: number };
  write(data: NodeBuffer): boolean;
  end(): void;
  close(): void;
  destroy(): unknown;
}

/** Size and mode of a remote file. */
export interface Attributes {
  size: number;
  mode: number;
  isDirectory(): boolean;
}

type Done<T> = (error: (Error & { code?: number | string }) | undefined, value?: T) => void;

/** An SFTP channel. */
export interface Sftp extends Emitter {
  open(path: string, flags: "r" | "w", attributes: { mode?: number }, done: Done<NodeBuffer>): void;
  close(handle: NodeBuffer, done: Done<void>): void;
  read(
    handle: NodeBuffer,
    into: NodeBuffer,
    at: number,
    length: number,
    position: number,
    done: Done<number>,
  ): void;
  write(
    handle: NodeBuffer,
    from: NodeBuffer,
    at: number,
    length: number,
    position: number,
    done: Done<void>,
  ): void;
  fstat(handle: NodeBuffer, done: Done<Attributes>): void;
  fchmod(handle: NodeBuffer, mode: number, done: Done<void>): void;
  end(): void;
}

/** A connection. */
export interface Client extends Emitter {
  connect(config: ClientConfig): this;
  exec(command: string, done: Done<Channel>): this;
  sftp(done: Done<Sftp>): this;
  forwardOut(fromHost: string, fromPort: number, host: string, port: number, done: Done<ByteSocket>): this;
  end(): this;
}

/** The parts of ssh2, and of the Node modules under it, that are used. */
export interface Ssh2 {
  createClient(): Client;
  parseKey(data: string | NodeBuffer, passphrase?: string): ParsedKey | ParsedKey[] | Error;
  createAgent(calls: Ssh2Agent): Ssh2Agent;
  /** Opens a TCP connection. A failure is its `error` event. */
  dial(host: string, port: number): ByteSocket;
  buffer(bytes: Uint8Array): NodeBuffer;
  allocate(length: number): NodeBuffer;
  /** Sends a signal to a running command. */
  signal(client: Client, channel: Channel, name: string): void;
  /** Frees the system resources that an ended connection still holds. */
  forget(client: Client): void;
}

interface Package {
  Client: new () => Client;
  BaseAgent: new () => object;
  utils: { parseKey: Ssh2["parseKey"] };
}

// Not literals in the import() calls, because Deno would download a literal one at the first run of any script.
const SSH2 = "npm:ssh2@1.17.0";
const NET = "node:net";
const BUFFER = "node:buffer";

let loading: Promise<Ssh2> | undefined;

/**
 * Loads ssh2: about 100 ms the first time, plus a download if it is not in the cache.
 *
 * @throws The error of the import, for example if there is no network and nothing in the cache.
 */
export function loadSsh2(): Promise<Ssh2> {
  return loading ??= load().catch((error) => {
    loading = undefined;
    throw error;
  });
}

async function load(): Promise<Ssh2> {
  const [ssh2, net, buffer] = await Promise.all([
    import(SSH2) as Promise<{ default: Package }>,
    import(NET) as Promise<{ connect(to: { host: string; port: number }): ByteSocket }>,
    import(BUFFER) as Promise<{
      Buffer: {
        from(bytes: ArrayBufferLike, at: number, length: number): NodeBuffer;
        allocUnsafe(n: number): NodeBuffer;
      };
    }>,
  ]);
  const { Client, BaseAgent, utils } = ssh2.default;
  const { Buffer } = buffer;
  return {
    createClient: () => new Client(),
    parseKey: utils.parseKey,
    createAgent: (calls) => Object.assign(new BaseAgent(), calls),
    dial: (host, port) => net.connect({ host, port }),
    buffer: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    allocate: (length) => Buffer.allocUnsafe(length),
    signal(client, channel, name) {
      // channel.signal() sends nothing once standard input has ended, so the layer below sends the packet.
      const inner = client as unknown as { _protocol?: { signal?(id: number, name: string): void } };
      try {
        inner._protocol?.signal?.(channel.outgoing.id, name);
      } catch { /* The connection broke meanwhile; that is told elsewhere. */ }
    },
    forget(client) {
      // A packet that was incomplete when the connection broke has a decipher that only its end would free.
      type Inner = { _protocol?: { _decipher?: { _decipherInstance?: { final(): unknown } | null } } };
      try {
        (client as unknown as Inner)._protocol?._decipher?._decipherInstance?.final();
      } catch { /* It was incomplete, or had ended: either way it is given back. */ }
    },
  };
}
