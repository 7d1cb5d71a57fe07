/**
 * Private keys for logging in: found, read, and turned into what ssh2 understands.
 *
 * @module
 */
import { pathValue } from "../../engine/process/path_value.ts";
import { mendSigning } from "./ecdsa_signing.ts";
import { toOpenSsh } from "./openssh_key.ts";
import { failure, fileReason, messageOf } from "../target.ts";
import { loadSsh2, type ParsedKey } from "../ssh2.ts";

/** A key's text (PEM or OpenSSH), the path of its file, or a function that gives the text when it is needed. */
export type KeySource = string | (() => string | Promise<string>);

/** A passphrase, or a function that asks for it when it is needed. */
export type Passphrase = string | (() => string | Promise<string>);

/** A private key, ready to log in with. Reading an encrypted one is slow by design, so it is read once. */
export interface SshKey {
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  /** @internal */
  readonly parsed: ParsedKey;
}

/**
 * Reads a private key: OpenSSH's format, PKCS#1, SEC1 and PKCS#8, each plain or encrypted; RSA, ECDSA or Ed25519.
 *
 * @throws {SshError} if it cannot be read, is not a private key, or the passphrase is missing or wrong.
 */
export async function loadSshKey(source: KeySource, passphrase?: Passphrase): Promise<SshKey> {
  const { text, from } = await readSource(source);
  const cannot = (why: string, cause?: unknown) => failure(`use the key ${from}`, why, cause);
  if (!text.includes("PRIVATE KEY-----") && !text.startsWith("PuTTY-User-Key-File")) {
    const hint = /^(ssh-|ecdsa-|-----BEGIN (PUBLIC|CERT))/.test(text.trim())
      ? "it is a public key. Give the private key"
      : "it is not a private key: it has no `PRIVATE KEY` line";
    throw cannot(hint);
  }
  if (text.includes("BEGIN DSA PRIVATE KEY")) {
    throw cannot("DSA keys are no longer accepted by SSH servers. Make one with `ssh-keygen -t ed25519`");
  }
  const encrypted = isEncrypted(text);
  if (encrypted && passphrase === undefined) {
    throw cannot("it is encrypted and no passphrase was given. Give `passphrase`, or add it to an agent");
  }
  const secret = !encrypted ? undefined : typeof passphrase === "function" ? await passphrase() : passphrase;
  const ssh2 = await loadSsh2();
  let material = text;
  if (!text.includes("BEGIN OPENSSH") && !text.startsWith("PuTTY")) {
    // ssh2 reads neither PKCS#8 nor, on Deno, encrypted PEM; Node's crypto module does.
    try {
      material = await toOpenSsh(text, secret);
    } catch (error) {
      throw cannot(encrypted ? wrong(error) : unreadable(error), error);
    }
  }
  const result = ssh2.parseKey(material, secret);
  const parsed = Array.isArray(result) ? result[0] : result;
  if (parsed === undefined || parsed instanceof Error) {
    throw cannot(encrypted ? wrong(parsed) : unreadable(parsed), parsed);
  }
  await mendSigning(parsed);
  return { parsed, type: parsed.type, fingerprint: await sha256Fingerprint(parsed.getPublicSSH()) };
}

/** `SHA256:…` of a public key in SSH's wire format. */
export async function sha256Fingerprint(blob: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(blob));
  return `SHA256:${btoa(String.fromCharCode(...new Uint8Array(digest))).replace(/=+$/, "")}`;
}

async function readSource(source: KeySource): Promise<{ text: string; from: string }> {
  if (typeof source === "function") {
    try {
      return { text: await source(), from: "a function gave" };
    } catch (error) {
      throw failure("get a key", "its function failed. Its own error is in `cause`", error);
    }
  }
  if (source.includes("\n") || source.startsWith("-----")) return { text: source, from: "given as text" };
  pathValue(source, "key");
  try {
    return { text: await Deno.readTextFile(source), from: source };
  } catch (error) {
    throw failure("read a key", fileReason(source, error, "read"), error);
  }
}

function isEncrypted(text: string): boolean {
  if (/BEGIN ENCRYPTED PRIVATE|Proc-Type: 4,ENCRYPTED/.test(text)) return true;
  if (text.startsWith("PuTTY")) return !/^Encryption: none/m.test(text);
  const body = /BEGIN OPENSSH PRIVATE KEY-----([^-]+)/.exec(text)?.[1]?.replace(/\s/g, "");
  if (!body) return false;
  try {
    // "openssh-key-v1\0", then the cipher's name: its length in 4 bytes, and "none" if there is none.
    return atob(body.slice(0, 40)).slice(19, 23) !== "none";
  } catch {
    return false;
  }
}

const wrong = (error: unknown) =>
  `it could not be decrypted: most often a wrong passphrase (${plain(error)}). ` +
  "`ssh-keygen -p -f <file>` shows whether ssh-keygen accepts it";
const unreadable = (error: unknown) =>
  `its format was not understood: ${
    plain(error)
  }. \`ssh-keygen -p -f <file>\` rewrites it in OpenSSH's format`;
/** The first line only: an error's text must not carry key material along. */
const plain = (error: unknown) => messageOf(error).split("\n")[0]!.slice(0, 120);
