/** All keys that can sign: those in the ssh-agent first, then those in `~/.ssh`. @module */
import { CredentialsError } from "../../../engine/errors.ts";
import { agentSigner, whyUnusable } from "./agent_signer.ts";
import { type Fingerprints, fingerprints } from "../../../platform/keys/fingerprint.ts";
import { type KeyFile, parseKeyFile } from "../../../platform/keys/formats/key_file.ts";
import { KeyError } from "../../../platform/keys/key_error.ts";
import { keySigner, type PrivateKey } from "../../../platform/keys/formats/private_key.ts";
import { readPrivateKey, type UnlockOptions } from "../../../platform/keys/unlock.ts";
import { parsePublicLine } from "./keyid.ts";
import { joinPath, type LocalFiles } from "../../../platform/local_files.ts";
import { mayConnect } from "../../../platform/permissions.ts";
import type { Signer } from "../../../platform/keys/signer.ts";
import {
  AgentError,
  agentFlags,
  type AgentIdentity,
  type AgentOptions,
  openAgent,
} from "../../../platform/ssh_agent.ts";

/** A key that could be used. */
export interface KeyCandidate {
  /** For people: the place and name of the key. */
  label: string;
  /** Undefined for an encrypted file that does not show its public key. */
  prints: Fingerprints | undefined;
  /** Its names: its comment, its file's name. */
  names: readonly string[];
  /** Returns its fingerprints and signer; may ask for a passphrase. */
  take(): Promise<{ prints: Fingerprints; signer: (keyId: string) => Signer }>;
}

/** Something that was tried, and is not a candidate. */
export interface Rejected {
  label: string;
  reason: string;
  /** Set if it is a key, because it may be the one that was asked for. */
  prints?: Fingerprints;
}

/** Where and how to search. */
export interface SearchOptions extends UnlockOptions {
  files: LocalFiles;
  notice: (line: string) => void;
  /** For tests. Default: {@linkcode mayConnect}. */
  mayConnect?: (path: string) => boolean;
  agent?: AgentOptions;
}

/** All candidates, in the order in which they are tried. Nothing is opened before it is needed. */
export async function* candidates(options: SearchOptions): AsyncGenerator<KeyCandidate | Rejected> {
  yield* inAgent(options);
  yield* inHome(options);
}

async function* inAgent(options: SearchOptions): AsyncGenerator<KeyCandidate | Rejected> {
  const { env, notice } = options;
  const path = env.get("SSH_AUTH_SOCK");
  if (path === undefined) {
    const reason = env.denied.has("SSH_AUTH_SOCK")
      ? "its variable may not be read (--allow-env=SSH_AUTH_SOCK)"
      : "SSH_AUTH_SOCK is not set";
    return yield { label: "ssh-agent", reason };
  }
  const label = `ssh-agent at ${path}`;
  if (!(options.mayConnect ?? mayConnect)(path)) {
    return yield { label, reason: `this process may not connect to it (${agentFlags(path)})` };
  }
  const agent = openAgent(path, options.agent);
  let identities: AgentIdentity[];
  try {
    identities = await agent.identities();
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    const { reason } = error;
    notice(`no ssh-agent at ${path}: ${reason}. Files are tried instead`);
    return yield { label, reason };
  }
  if (identities.length === 0) yield { label, reason: "it has no keys" };
  for (const identity of identities) {
    const { md5, sha256, comment } = identity;
    const prints = { md5, sha256 };
    const name = `ssh-agent: "${comment}" ${describe(prints)}`;
    const reason = whyUnusable(identity);
    if (reason !== undefined) yield { label: name, reason, prints };
    else {
      const signer = (keyId: string) => agentSigner(agent, identity, keyId);
      yield { label: name, prints, names: [comment], take: () => Promise.resolve({ prints, signer }) };
    }
  }
}

async function* inHome(options: SearchOptions): AsyncGenerator<KeyCandidate | Rejected> {
  const { env, files } = options;
  const home = homeFolder(env);
  if (home === undefined) return yield { label: "~/.ssh", reason: noHome(env) };
  const folder = joinPath(home, ".ssh");
  const names = await files.list(folder);
  if (names === undefined) {
    const reason = files.denied.has(folder)
      ? `it may not be read (--allow-read=${folder})`
      : "the folder does not exist";
    return yield { label: folder, reason };
  }
  const all = new Set(names);
  const stems = names.map((name) => name.replace(/\.pub$/, ""));
  const keys = new Set(stems.filter((stem) => all.has(`${stem}.pub`) || /(^|[^a-zA-Z])id_/.test(stem)));
  if (keys.size === 0) yield { label: folder, reason: "it has no keys" };
  const hidden: KeyCandidate[] = [];
  for (const stem of keys) {
    const found = await fileCandidate(joinPath(folder, stem), options);
    if ("take" in found && found.prints === undefined) hidden.push(found);
    else yield found;
  }
  // These have to be opened to know their keys, which may need a passphrase. So they come last.
  yield* hidden;
}

/** The key in a file, with its `.pub` file if there is one. */
export async function fileCandidate(path: string, options: SearchOptions): Promise<KeyCandidate | Rejected> {
  const { files } = options;
  try {
    const text = await files.read(`${path}.pub`);
    const pub = text && parsePublicLine(new TextDecoder().decode(text));
    const data = await files.read(path);
    const prints = pub && await fingerprints(pub.blob);
    const shown = prints ? `${path} ${describe(prints)}` : path;
    if (data === undefined) {
      const reason = files.denied.has(path)
        ? `it may not be read (--allow-read=${path})`
        : "its private key is missing";
      return { label: shown, reason, ...prints && { prints } };
    }
    const envelope = parseKeyFile(data);
    const known = prints ?? await seen(envelope);
    const names = [path.slice(path.lastIndexOf("/") + 1), ...pub?.comment ? [pub.comment] : []];
    return {
      label: known ? `${path} ${describe(known)}` : `${path} (encrypted)`,
      prints: known,
      names,
      take: async () => await takeKey(await readKeyFile(path, options)),
    };
  } catch (error) {
    if (!(error instanceof KeyError) && !(error instanceof CredentialsError)) throw error;
    return { label: path, reason: error.message };
  }
}

/** What is known of a key without its passphrase. */
async function seen(envelope: KeyFile): Promise<Fingerprints | undefined> {
  if (envelope.blob) return await fingerprints(envelope.blob);
  return envelope.encrypted ? undefined : await fingerprints((await envelope.open("")).blob);
}

/** The result of a candidate for a key in memory. */
export async function takeKey(key: PrivateKey): ReturnType<KeyCandidate["take"]> {
  return { prints: await fingerprints(key.blob), signer: (keyId) => keySigner(key, keyId) };
}

/**
 * Reads the key in a file, with a warning if others can read it too.
 *
 * @throws {CredentialsError} when there is none, or it cannot be used.
 */
export async function readKeyFile(path: string, options: SearchOptions): Promise<PrivateKey> {
  const { files, notice } = options;
  const data = await files.read(path);
  if (data === undefined) {
    throw new CredentialsError(
      files.denied.has(path)
        ? `Cannot use the private key ${path}: it may not be read. Run with --allow-read=${path}`
        : `Cannot use the private key ${path}: the file does not exist`,
    );
  }
  if (await files.exposed(path)) {
    notice(`other users can read the private key ${path}. \`chmod 600 ${path}\` prevents that`);
  }
  return await readPrivateKey(data as Uint8Array<ArrayBuffer>, path, options);
}

/** The user's home folder, or undefined. */
export function homeFolder(env: { get(name: string): string | undefined }): string | undefined {
  return env.get("HOME") ?? env.get("USERPROFILE");
}

function noHome(env: SearchOptions["env"]): string {
  return env.denied.has("HOME") ? "HOME may not be read (--allow-env=HOME)" : "HOME is not set";
}

function describe({ md5, sha256 }: Fingerprints): string {
  return `MD5:${md5} SHA256:${sha256}`;
}
