/**
 * A temporary home folder with an SSH key pair, in the layout that clients expect.
 *
 * @module
 */
import { parsePublicKey, privateKeyFile, publicKeyLine } from "./ssh_key.ts";

/** A folder with `.ssh/id_…` and `.ssh/id_….pub`. */
export interface TemporaryHome {
  path: string;
  /** The private key's file, in OpenSSH format, unencrypted. */
  keyPath: string;
  /** The public key in OpenSSH format. */
  publicKey: string;
  /** MD5, in pairs with colons. */
  keyId: string;
  /** Deletes the folder. */
  remove(): Promise<void>;
}

/** Makes a key pair, and writes it to a new temporary folder. */
export async function makeTemporaryHome(type: "ed25519" | "rsa" = "ed25519"): Promise<TemporaryHome> {
  const algorithm = type === "ed25519" ? { name: "Ed25519" } : {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  };
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as CryptoKeyPair;
  const path = await Deno.makeTempDir({ prefix: "muster-sim-" });
  const keyPath = `${path}/.ssh/id_${type}`;
  const publicKey = await publicKeyLine(pair.publicKey, "muster-sim");
  await Deno.mkdir(`${path}/.ssh`, { mode: 0o700 });
  await Deno.writeTextFile(keyPath, await privateKeyFile(pair.privateKey, "muster-sim"), { mode: 0o600 });
  await Deno.writeTextFile(`${keyPath}.pub`, publicKey + "\n");
  return {
    path,
    keyPath,
    publicKey,
    keyId: parsePublicKey(publicKey)!.fingerprint,
    remove: () => Deno.remove(path, { recursive: true }),
  };
}
