/**
 * ssh-agent: keys that never leave it. Needs `--allow-net=unix:<socket>` and read and write permission for the
 * socket.
 *
 * @module
 */
import { type Clock, systemClock } from "../../../engine/time/clock.ts";
import { CredentialsError } from "../../../engine/errors.ts";
import { type Bytes, concat } from "../../../platform/keys/bytes.ts";
import { derFromWire } from "../../../platform/keys/formats/ec_signature.ts";
import { type Fingerprints, fingerprints } from "../../../platform/keys/fingerprint.ts";
import { curveBy, CURVES } from "../../../platform/keys/formats/pkcs8_wrap.ts";
import { WireReader, wireString } from "../../../platform/keys/formats/ssh_wire.ts";
import type { Signer } from "../../../platform/keys/signer.ts";

/** A key an agent holds. */
export interface AgentIdentity extends Fingerprints {
  /** The public key in SSH wire form: how the agent is told which one to use. */
  blob: Bytes;
  comment: string;
  /** `ssh-rsa`, `ecdsa-sha2-nistp256`, … */
  type: string;
}

/** A connection to an agent, made when needed and closed as soon as nothing is under way. */
export interface Agent {
  /** The keys it holds. */
  identities(): Promise<AgentIdentity[]>;
  /** A signature as the agent gives it: the name of the algorithm, and the bytes. */
  sign(blob: Bytes, data: Bytes, flags: number): Promise<{ algorithm: string; signature: Bytes }>;
}

/** How long an agent may take, in milliseconds. */
export interface AgentOptions {
  /** To name its keys. Default 3000. */
  listTimeout?: number;
  /** To sign, which a person may have to allow. Default 60000. */
  signTimeout?: number;
  /** Real time, as the agent is real: not the clock of a simulator. */
  clock?: Clock;
}

const ASK = { identities: 11, sign: 13 };
const ANSWER = { identities: 12, sign: 14 };
const RSA_SHA2_256 = 2;
/** No answer is longer; a longer one means that it is no agent that answers. */
const LONGEST = 1024 * 1024;

/**
 * An agent by its socket's path. Connects to nothing yet.
 *
 * Requests go one after the other over one connection, which is closed when the last has its answer: an idle
 * agent keeps no process alive.
 */
export function openAgent(path: string, options: AgentOptions = {}): Agent {
  const { listTimeout = 3000, signTimeout = 60_000, clock = systemClock } = options;
  let connection: Deno.Conn | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const close = () => {
    try {
      connection?.close();
    } catch {
      // Closed from the other side.
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
    const over = new AbortController();
    const work = exchange(request, over.signal);
    const silence = clock.sleep(limit, over.signal).then(() => {
      throw new Error(`it gave no answer within ${limit / 1000} s`);
    });
    try {
      return await Promise.race([work, silence]);
    } catch (error) {
      // A connection that failed once may still hold the answer to this request: the next needs a new one.
      close();
      throw error;
    } finally {
      over.abort();
      silence.catch(() => {});
      work.catch(() => {});
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
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CredentialsError(`Cannot use the ssh-agent at ${path}: ${plainReason(cause, why)}`, {
        cause,
      });
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

function plainReason(cause: unknown, message: string): string {
  if (cause instanceof Deno.errors.NotFound) return "the socket does not exist";
  if (cause instanceof Deno.errors.ConnectionRefused) return "no agent listens there any more";
  return message;
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

/** Why the server would refuse whatever the agent signs with this key; undefined for a usable one. */
export function whyUnusable({ type }: Pick<AgentIdentity, "type">): string | undefined {
  if (type === "ecdsa-sha2-nistp384") {
    return "an agent signs with a P-384 key only by SHA-384, which CloudAPI refuses. Use the key's file instead";
  }
  if (type.startsWith("sk-")) return "CloudAPI cannot check the signatures of FIDO security keys";
  if (type === "ssh-rsa" || type === "ssh-ed25519" || curveBy("ssh", type.replace("ecdsa-sha2-", ""))) {
    return undefined;
  }
  return `CloudAPI does not accept keys of the type ${type}`;
}

/** The signer of a key in an agent. RSA signs with SHA-256, P-521 and Ed25519 with SHA-512. */
export function agentSigner(agent: Agent, identity: AgentIdentity, keyId: string): Signer {
  const { blob, type } = identity;
  if (type === "ssh-rsa") {
    return {
      keyId,
      algorithm: "rsa-sha256",
      sign: async (data) => {
        const { algorithm, signature } = await agent.sign(blob, data, RSA_SHA2_256);
        if (algorithm === "rsa-sha2-256") return signature;
        throw new CredentialsError(
          `Cannot sign with the key "${identity.comment}": the ssh-agent only supports SHA-1 (${algorithm}). ` +
            "Update the agent, or name the key's file with `keyPath`.",
        );
      },
    };
  }
  const plain = async (data: Bytes) => (await agent.sign(blob, data, 0)).signature;
  if (type === "ssh-ed25519") return { keyId, algorithm: "ed25519-sha512", sign: plain };
  const { bits } = CURVES[curveBy("ssh", type.replace("ecdsa-sha2-", ""))!];
  const algorithm = bits > 256 ? "ecdsa-sha512" : "ecdsa-sha256";
  return { keyId, algorithm, sign: async (data) => derFromWire(await plain(data)) };
}
