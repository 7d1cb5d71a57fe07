/**
 * An SSH agent, spoken to over its socket by Deno's own means: ssh2's client for it throws a missing permission
 * past everybody, and an agent that never answers would keep the process alive
 * (draft-ietf-sshm-ssh-agent: identities 11/12, signing 13/14).
 *
 * @module
 */
import { mayReadVariable, permittedVariable } from "../../platform/permissions.ts";
import type { ParsedKey, Ssh2, Ssh2Agent } from "../ssh2.ts";
import { sha256Fingerprint } from "./keys.ts";
import { messageOf } from "../target.ts";

/** Larger answers are refused: an agent's are a few kilobytes. */
const LONGEST_ANSWER = 1 << 20;

/** The agent to use, or why none is. */
export function findAgent(option: string | false | undefined): { path?: string; why?: string } {
  if (option === false) return { why: "the agent was excluded" };
  if (option !== undefined) return { path: option };
  if (!mayReadVariable("SSH_AUTH_SOCK")) {
    return { why: "the agent was not tried without --allow-env=SSH_AUTH_SOCK" };
  }
  const path = permittedVariable("SSH_AUTH_SOCK");
  return path ? { path } : { why: "no agent is running here (SSH_AUTH_SOCK is not set)" };
}

/** The permissions an agent's socket takes. */
export function agentFlags(path: string): string {
  return `--allow-net=unix:${path} --allow-read=${path} --allow-write=${path}`;
}

/**
 * An agent in the form ssh2 takes it.
 *
 * @param tried Told, for the message of a refused login, what was offered or why nothing was.
 * @param signal Aborts whatever the agent has not answered.
 */
export function agentFor(
  ssh2: Ssh2,
  path: string,
  tried: (what: string) => void,
  signal: AbortSignal,
): Ssh2Agent {
  const fail = (error: unknown): Error => {
    const why = error instanceof Deno.errors.NotCapable ? `it takes ${agentFlags(path)}` : messageOf(error);
    tried(`the agent at ${path} failed (${why})`);
    return new Error(why, { cause: error });
  };
  return ssh2.createAgent({
    getIdentities(done) {
      identities(ssh2, path, signal).then(async (keys) => {
        if (keys.length === 0) tried(`the agent at ${path} holds no keys`);
        for (const key of keys) {
          tried(`agent key ${key.type} ${await sha256Fingerprint(key.getPublicSSH())}`);
        }
        return keys;
      }).then((keys) => done(undefined, keys), (error) => done(fail(error)));
    },
    sign(key, data, options, done) {
      const flags = options.hash === "sha256" ? 2 : options.hash === "sha512" ? 4 : 0;
      const request = [frame(key.getPublicSSH()), frame(data), uint32(key.type === "ssh-rsa" ? flags : 0)];
      ask(path, 13, request, 14, signal)
        .then((answer) => ssh2.buffer(reader(reader(answer).string()).skip().string()))
        .then((signature) => done(undefined, signature), (error) => done(fail(error)));
    },
  });
}

async function identities(ssh2: Ssh2, path: string, signal: AbortSignal): Promise<ParsedKey[]> {
  const body = reader(await ask(path, 11, [], 12, signal));
  const keys: ParsedKey[] = [];
  for (let left = body.uint32(); left > 0; left--) {
    const key = ssh2.parseKey(ssh2.buffer(body.string()));
    body.skip();
    // Kinds that ssh2 does not know (hardware keys, certificates) cannot be offered by it.
    if (!(key instanceof Error) && !Array.isArray(key)) keys.push(key);
  }
  return keys;
}

/** One request on a connection of its own. */
async function ask(
  path: string,
  type: number,
  parts: Uint8Array[],
  expected: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  signal.throwIfAborted();
  const socket = await Deno.connect({ transport: "unix", path });
  const abort = () => {
    try {
      socket.close();
    } catch { /* closed already */ }
  };
  signal.addEventListener("abort", abort, { once: true });
  try {
    const length = parts.reduce((sum, part) => sum + part.length, 1);
    for (const part of [uint32(length), Uint8Array.of(type), ...parts]) {
      for (let at = 0; at < part.length;) at += await socket.write(part.subarray(at));
    }
    const size = new DataView((await exactly(socket, 4)).buffer).getUint32(0);
    if (size === 0 || size > LONGEST_ANSWER) throw new Error("the agent's answer is malformed");
    const answer = await exactly(socket, size);
    if (answer[0] !== expected) {
      throw new Error(type === 13 ? "the agent refused to sign" : "the agent refused");
    }
    return answer.subarray(1);
  } finally {
    signal.removeEventListener("abort", abort);
    abort();
  }
}

async function exactly(socket: Deno.Conn, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const got = await socket.read(out.subarray(at));
    if (got === null) throw new Error("the agent closed the connection");
    at += got;
  }
  return out;
}

function uint32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

function frame(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + body.length);
  out.set(uint32(body.length));
  out.set(body, 4);
  return out;
}

function reader(body: Uint8Array) {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let at = 0;
  const self = {
    uint32: () => view.getUint32((at += 4) - 4),
    string(): Uint8Array {
      const length = self.uint32();
      if (at + length > body.length) throw new Error("the agent's answer is malformed");
      return body.subarray(at, at += length);
    },
    skip() {
      self.string();
      return self;
    },
  };
  return self;
}
