/**
 * Uses an ssh-agent, whose keys never leave it, for requests to CloudAPI and for logins over SSH. Needs
 * `--allow-net=unix:<socket>` and read and write permission for the socket. (draft-ietf-sshm-ssh-agent)
 *
 * @module
 */
import { type Clock, systemClock } from "../engine/time/clock.ts";
import { CredentialsError } from "../engine/errors.ts";
import { type Bytes, concat } from "./keys/bytes.ts";
import { type Fingerprints, fingerprints } from "./keys/fingerprint.ts";
import { WireReader, wireString } from "./keys/formats/ssh_wire.ts";

/** A key in an agent. */
export interface AgentIdentity extends Fingerprints {
  /** The public key in SSH wire form. It tells the agent which key to use. */
  blob: Bytes;
  comment: string;
  /** `ssh-rsa`, `ecdsa-sha2-nistp256`, … */
  type: string;
}

/** A connection to an agent. It is opened when needed and closed as soon as nothing is in flight. */
export interface SshAgent {
  /** The keys in the agent. */
  identities(): Promise<AgentIdentity[]>;
  /** A signature as the agent returns it: the name of the algorithm, and the bytes. */
  sign(blob: Bytes, data: Bytes, flags: number): Promise<{ algorithm: string; signature: Bytes }>;
}

/** How long an agent may take, in milliseconds. */
export interface AgentOptions {
  /** To list its keys. Default 3000. */
  listTimeout?: number;
  /** To sign, which a person may have to confirm. Default 60000. */
  signTimeout?: number;
  /** Real time, because the agent is real: not a simulator's clock. */
  clock?: Clock;
  /** Aborting cancels every request without an answer, with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The agent could not be used: it is not there, does not answer, or refused. */
export class AgentError extends CredentialsError {
  /** Only the reason, without the agent's path. */
  readonly reason: string;

  constructor(path: string, reason: string, cause: unknown) {
    super(`Cannot use the ssh-agent at ${path}: ${reason}`, { cause });
    this.reason = reason;
  }
}

/** The permission flags for an agent's socket. */
export function agentFlags(path: string): string {
  return `--allow-net=unix:${path} --allow-read=${path} --allow-write=${path}`;
}

/** Flags for the hash of an RSA signature. Without one the agent uses SHA-1. */
export const AGENT_FLAGS = { sha256: 2, sha512: 4 } as const;

const ASK = { identities: 11, sign: 13 };
const ANSWER = { identities: 12, sign: 14 };
/** The longest answer, in bytes. A longer one does not come from an agent. */
const LONGEST = 1024 * 1024;

/**
 * An agent by its socket's path. It does not connect yet.
 *
 * Requests go one after another over one connection. It is closed after the last answer, so that an idle agent does not
 * keep the process alive.
 */
export function openAgent(path: string, options: AgentOptions = {}): SshAgent {
  const { listTimeout = 3000, signTimeout = 60_000, clock = systemClock, signal } = options;
  let connection: Deno.Conn | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const close = () => {
    try {
      connection?.close();
    } catch {
      // The other side closed it.
    }
    connection = undefined;
  };

  const exchange = async (request: Bytes, over: AbortSignal): Promise<WireReader> => {
    if (connection === undefined) {
      const made = await Deno.connect({ transport: "unix", path });
      if (over.aborted) made.close();
      over.throwIfAborted();
      connection = made;
    }
    const conn = connection;
    const message = wireString(request);
    for (let at = 0; at < message.length;) at += await conn.write(message.subarray(at));
    const length = new WireReader(await readExactly(conn, 4)).uint32();
    if (length === 0 || length > LONGEST) throw new Error("its answer is not the answer of an agent");
    return new WireReader(await readExactly(conn, length));
  };

  const limited = async (request: Bytes, limit: number): Promise<WireReader> => {
    signal?.throwIfAborted();
    const over = new AbortController();
    const ended = Promise.withResolvers<never>();
    const end = () => ended.reject(signal?.reason);
    signal?.addEventListener("abort", end);
    const work = exchange(request, over.signal);
    const silence = clock.sleep(limit, over.signal).then(() => {
      throw new Error(`it gave no answer within ${limit / 1000} s`);
    });
    try {
      return await Promise.race([work, silence, ended.promise]);
    } catch (error) {
      // A connection that failed once may still deliver the answer to this request: the next one needs a new
      // connection.
      close();
      throw error;
    } finally {
      signal?.removeEventListener("abort", end);
      over.abort();
      silence.catch(() => {});
      work.catch(() => {});
      ended.promise.catch(() => {});
    }
  };

  const ask = (request: Bytes, expected: number, limit: number): Promise<WireReader> => {
    waiting++;
    const turn = last.then(() => limited(request, limit));
    last = turn.catch(() => {});
    return turn.finally(() => {
      if (--waiting === 0) close();
    }).then((answer) => {
      if (answer.byte() !== expected) throw new Error("it refused");
      return answer;
    }).catch((cause) => {
      throw new AgentError(path, plainReason(cause, path), cause);
    });
  };

  return {
    async identities() {
      const answer = await ask(new Uint8Array([ASK.identities]), ANSWER.identities, listTimeout);
      const found: AgentIdentity[] = [];
      for (let count = answer.uint32(); count > 0; count--) {
        const blob = answer.string();
        const comment = answer.text();
        found.push({ blob, comment, type: new WireReader(blob).text(), ...await fingerprints(blob) });
      }
      return found;
    },
    async sign(blob, data, flags) {
      const request = concat(
        new Uint8Array([ASK.sign]),
        wireString(blob),
        wireString(data),
        new Uint8Array([0, 0, 0, flags]),
      );
      const answer = await ask(request, ANSWER.sign, signTimeout);
      const signature = new WireReader(answer.string());
      return { algorithm: signature.text(), signature: signature.string() };
    },
  };
}

function plainReason(cause: unknown, path: string): string {
  if (cause instanceof Deno.errors.NotCapable) return `it takes ${agentFlags(path)}`;
  if (cause instanceof Deno.errors.NotFound) return "the socket does not exist";
  if (cause instanceof Deno.errors.ConnectionRefused) return "no agent listens there any more";
  return cause instanceof Error ? cause.message : String(cause);
}

async function readExactly(connection: Deno.Conn, length: number): Promise<Bytes> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await connection.read(bytes.subarray(at));
    if (count === null) throw new Error("it closed the connection");
    at += count;
  }
  return bytes;
}
