/**
 * Private keys for logins. They are read like those that sign requests, and stay in Web Crypto: ssh2 gets only the
 * public key, and asks for each signature.
 *
 * @module
 */
import { pathValue } from "../../engine/process/path_value.ts";
import { keepLogin } from "../../engine/text/secrets.ts";
import { sha256Fingerprint } from "../../platform/keys/fingerprint.ts";
import { parseKeyFile } from "../../platform/keys/formats/key_file.ts";
import type { PrivateKey } from "../../platform/keys/formats/private_key.ts";
import { WireReader } from "../../platform/keys/formats/ssh_wire.ts";
import { KeyError, WrongPassphrase } from "../../platform/keys/key_error.ts";
import { failure, fileReason } from "../target.ts";
import { loadSsh2 } from "../ssh2.ts";

/**
 * A private key: its text (PEM or OpenSSH), the path of its file, or a function that returns the text when it is
 * needed.
 *
 * @example
 * ```ts
 * import { dc, type KeySource } from "@muster/muster";
 *
 * const key: KeySource = "/home/ops/.ssh/id_ed25519";
 * console.log(dc("sim").machines({ type: "web" }).ssh("uptime", { key }));
 * ```
 */
export type KeySource = string | (() => string | Promise<string>);

/**
 * A private key's passphrase, or a function that returns it when it is needed.
 *
 * @example
 * ```ts
 * import { dc, type Passphrase } from "@muster/muster";
 *
 * const passphrase: Passphrase = () => prompt("Passphrase:") ?? "";
 * console.log(dc("sim").machines({ type: "web" }).ssh("uptime", { key: "/home/ops/.ssh/id_ed25519", passphrase }));
 * ```
 */
export type Passphrase = string | (() => string | Promise<string>);

/** A private key for logins. It is read once, because an encrypted one is slow to read by design. */
export interface SshKey {
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  /** @internal */
  readonly key: PrivateKey;
}

/**
 * Reads a private key: OpenSSH's format, PKCS#1, SEC1 and PKCS#8, each plain or encrypted; RSA, ECDSA or Ed25519.
 *
 * @throws {SshError} when it cannot be read, is not a private key, or the passphrase is missing or wrong.
 */
export async function loadSshKey(source: KeySource, passphrase?: Passphrase): Promise<SshKey> {
  const { text, from } = await readSource(source);
  const cannot = (why: string, cause?: unknown) => failure(`use the key ${from}`, why, cause);
  let asked: Promise<string> | undefined;
  const secret = (): Promise<string> => {
    if (passphrase === undefined) {
      throw cannot("it is encrypted and no passphrase was given. Give `passphrase`, or add it to an agent");
    }
    return asked ??= (async () => {
      const given = typeof passphrase === "function" ? await passphrase() : passphrase;
      keepLogin(given);
      return given;
    })();
  };
  try {
    const file = parseKeyFile(
      new TextEncoder().encode(text.startsWith("PuTTY") ? await puttyAsPem(text, secret) : text),
    );
    const key = await file.open(file.encrypted ? await secret() : "");
    const fingerprint = `SHA256:${await sha256Fingerprint(key.blob)}`;
    return { key, type: new WireReader(key.blob).text(), fingerprint };
  } catch (error) {
    if (error instanceof WrongPassphrase) throw cannot(`it could not be decrypted: ${error.message}`, error);
    throw error instanceof KeyError ? cannot(error.message, error) : error;
  }
}

/** Converts an RSA key in PuTTY's second format, which ssh2 reads, to PEM; returns others as they are. */
async function puttyAsPem(text: string, secret: () => Promise<string>): Promise<string> {
  const plain = /^Encryption: none/m.test(text);
  const ssh2 = await loadSsh2();
  const read = ssh2.parseKey(text, plain ? undefined : await secret());
  if (read instanceof Error && /bad passphrase/.test(read.message)) throw new WrongPassphrase();
  return read instanceof Error || Array.isArray(read) ? text : read.getPrivatePEM() ?? text;
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
