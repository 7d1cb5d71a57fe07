/**
 * Opens what encrypted keys are encrypted with. AES is Web Crypto's; triple DES and ChaCha20 are `node:crypto`'s,
 * which is loaded only for a key that needs it.
 *
 * @module
 */
import { type Bytes, concat } from "./bytes.ts";
import { KeyError, WrongPassphrase } from "./key_error.ts";

/** Not a literal in the import, as that alone would load it. */
const NODE_CRYPTO = "node:crypto";

/** `node:crypto`, which costs 25 to 40 ms. */
export async function nodeCrypto(): Promise<typeof import("node:crypto")> {
  return await import(NODE_CRYPTO);
}

/** What a cipher needs, in bytes. */
export interface CipherSizes {
  key: number;
  iv: number;
}

/** The sizes of a cipher by its OpenSSL name; undefined where it cannot be opened here. */
export function cipherSizes(name: string): CipherSizes | undefined {
  const aes = /^aes-?(128|192|256)-(cbc|ctr)$/.exec(name);
  if (aes) return { key: Number(aes[1]) / 8, iv: 16 };
  if (/^aes-?(128|256)-gcm$/.test(name)) return { key: name.includes("128") ? 16 : 32, iv: 12 };
  if (name === "des-ede3-cbc") return { key: 24, iv: 8 };
  return undefined;
}

/** Decrypts data with its PKCS#7 padding, and takes the padding off. */
export async function openPadded(name: string, key: Bytes, iv: Bytes, data: Bytes): Promise<Bytes> {
  if (name === "des-ede3-cbc") return await openTripleDes(key, iv, data, true);
  const imported = await crypto.subtle.importKey("raw", key, "AES-CBC", false, ["decrypt"]);
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CBC", iv }, imported, data));
  } catch {
    // Nearly every wrong passphrase leaves a padding that is none.
    throw new WrongPassphrase();
  }
}

/** Decrypts data of whole blocks without padding. `tag` is what AES-GCM checks. */
export async function openBare(name: string, key: Bytes, iv: Bytes, data: Bytes, tag: Bytes): Promise<Bytes> {
  if (name === "des-ede3-cbc") return await openTripleDes(key, iv, data, false);
  const mode = name.slice(-3).toUpperCase();
  const imported = await crypto.subtle.importKey("raw", key, `AES-${mode}`, false, ["encrypt", "decrypt"]);
  try {
    if (mode === "CTR") {
      return new Uint8Array(
        await crypto.subtle.decrypt({ name: "AES-CTR", counter: iv, length: 128 }, imported, data),
      );
    }
    if (mode === "GCM") {
      return new Uint8Array(
        await crypto.subtle.decrypt({ name: "AES-GCM", iv }, imported, concat(data, tag)),
      );
    }
    // Web Crypto's CBC insists on padding: encrypting nothing after the last block makes one that it likes.
    const last = { name: "AES-CBC", iv: data.slice(-16) };
    const padding = new Uint8Array(await crypto.subtle.encrypt(last, imported, new Uint8Array()));
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: "AES-CBC", iv }, imported, concat(data, padding)),
    );
  } catch {
    throw new WrongPassphrase();
  }
}

async function openTripleDes(key: Bytes, iv: Bytes, data: Bytes, padded: boolean): Promise<Bytes> {
  const { createDecipheriv } = await nodeCrypto();
  try {
    const cipher = createDecipheriv("des-ede3-cbc", key, iv).setAutoPadding(padded);
    return concat(cipher.update(data), cipher.final());
  } catch {
    throw new WrongPassphrase();
  }
}

/** A cipher nobody needs to have here. */
export function unknownCipher(name: string): KeyError {
  return new KeyError(
    `its encryption is not supported: ${name}. \`ssh-keygen -p -f <it>\` encrypts it again in OpenSSH's format`,
  );
}
