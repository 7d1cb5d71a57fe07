/**
 * How ssh2 logs in: with keys in memory and keys in an ssh-agent. Both are given to ssh2 as custom agents, because only
 * an agent may take time to sign. (ssh2's own client for ssh-agents throws a permission error that nobody can catch,
 * and an agent that never answers would keep the process alive.)
 *
 * @module
 */
import type { Clock } from "../../engine/time/clock.ts";
import type { Bytes } from "../../platform/keys/bytes.ts";
import { wireFromDer } from "../../platform/keys/formats/ec_signature.ts";
import type { HashName, PrivateKey } from "../../platform/keys/formats/private_key.ts";
import { mayReadVariable, permittedVariable } from "../../platform/permissions.ts";
import { AGENT_FLAGS, AgentError, openAgent } from "../../platform/ssh_agent.ts";
import type { ParsedKey, Ssh2, Ssh2Agent } from "../ssh2.ts";
import { messageOf } from "../target.ts";
import type { SshKey } from "./keys.ts";

/** The agent to use, or why there is none. */
export function findAgent(option: string | false | undefined): { path?: string; why?: string } {
  if (option === false) return { why: "the agent was excluded" };
  if (option !== undefined) return { path: option };
  if (!mayReadVariable("SSH_AUTH_SOCK")) {
    return { why: "the agent was not tried without --allow-env=SSH_AUTH_SOCK" };
  }
  const path = permittedVariable("SSH_AUTH_SOCK");
  return path ? { path } : { why: "no agent is running here (SSH_AUTH_SOCK is not set)" };
}

/** A key to offer: its public key, and a function that signs. */
interface Offered {
  readonly blob: Bytes;
  /** Returns a signature in SSH's form, without the name of its algorithm. */
  sign(data: Bytes, hash: "sha256" | "sha512" | undefined): Promise<Uint8Array>;
}

/** An ssh2 agent that offers some keys. Failures are reported to `failed`, and the next way to log in is tried. */
function agentOf(ssh2: Ssh2, offer: () => Promise<Offered[]>, failed: (error: unknown) => Error): Ssh2Agent {
  const offered = new Map<ParsedKey, Offered>();
  return ssh2.createAgent({
    getIdentities(done) {
      offer().then((keys) => {
        for (const key of keys) {
          const parsed = ssh2.parseKey(ssh2.buffer(key.blob));
          // ssh2 cannot offer key types that it does not know (hardware keys, certificates).
          if (!(parsed instanceof Error) && !Array.isArray(parsed)) offered.set(parsed, key);
        }
        return [...offered.keys()];
      }).then((keys) => done(undefined, keys), (error) => done(failed(error)));
    },
    sign(key, data, { hash }, done) {
      Promise.resolve(offered.get(key)!.sign(new Uint8Array(data), hash))
        .then((signature) => ssh2.buffer(signature))
        .then((signature) => done(undefined, signature), (error) => done(failed(error)));
    },
  });
}

/**
 * A key in memory, in the form that ssh2 accepts.
 *
 * @param tried Receives what was offered and what failed, for the message of a refused login.
 */
export function keyAgent(
  ssh2: Ssh2,
  { key, type, fingerprint }: SshKey,
  tried: (what: string) => void,
): Ssh2Agent {
  const offer = () => {
    tried(`key ${type} ${fingerprint}`);
    return Promise.resolve([
      { blob: key.blob, sign: (data, hash) => sshSignature(key, data, hash) } as Offered,
    ]);
  };
  return agentOf(ssh2, offer, (cause) => {
    // Web Crypto's message about an unusable key is not meant for people.
    const why = "signing with it failed: its numbers do not fit together";
    tried(why);
    return new Error(why, { cause });
  });
}

/**
 * A signature in SSH's form. Without a hash an RSA key signs with SHA-1, because the server has not said that it
 * supports others.
 */
async function sshSignature(key: PrivateKey, data: Bytes, hash: HashName | undefined): Promise<Bytes> {
  if (key.type === "rsa") return await key.sign(data, hash ?? "sha1");
  if (key.type === "ed25519") return await key.sign(data, "sha512");
  const own = key.bits === 256 ? "sha256" : key.bits === 384 ? "sha384" : "sha512";
  return wireFromDer(await key.sign(data, own));
}

/**
 * An ssh-agent, in the form that ssh2 accepts.
 *
 * @param tried Receives what was offered, or why nothing was, for the message of a refused login.
 * @param limits How long the agent may take (in milliseconds), and the clock; `signal` aborts its open requests.
 */
export function socketAgent(
  ssh2: Ssh2,
  path: string,
  tried: (what: string) => void,
  limits: { timeout: number; clock: Clock; signal: AbortSignal },
): Ssh2Agent {
  const { timeout, clock, signal } = limits;
  const agent = openAgent(path, { listTimeout: timeout, signTimeout: timeout, clock, signal });
  const offer = async (): Promise<Offered[]> => {
    const keys = await agent.identities();
    if (keys.length === 0) tried(`the agent at ${path} holds no keys`);
    for (const { type, sha256 } of keys) tried(`agent key ${type} SHA256:${sha256}`);
    return keys.map(({ blob, type }) => ({
      blob,
      sign: async (data, hash) => {
        const flags = type === "ssh-rsa" && hash ? AGENT_FLAGS[hash] : 0;
        return (await agent.sign(blob, data, flags)).signature;
      },
    }));
  };
  return agentOf(ssh2, offer, (error) => {
    const why = error instanceof AgentError ? error.reason : messageOf(error);
    tried(`the agent at ${path} failed (${why})`);
    return new Error(why, { cause: error });
  });
}
