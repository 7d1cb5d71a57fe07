/**
 * Decrypts encrypted keys. AES comes from Web Crypto; triple DES and ChaCha20 from `node:crypto`, which is loaded only
 * for a key that needs it.
 *
 * @module
 */
import { type Bytes, concat } from "./bytes.ts";
import { KeyError, WrongPassphrase } from "./key_error.ts";

/** Not a literal in the import, because that alone would load it. */
const NODE_CRYPTO = "node:crypto";

/** Loads `node:crypto`, which takes 25 to 40 ms. */
export async function nodeCrypto(): Promise<typeof import("node:crypto")> {
  return await import(NODE_CRYPTO);
}

/** The sizes of a cipher, in bytes. */
export interface CipherSizes {
  key: number;
  iv: number;
}

/** The sizes of a cipher by its OpenSSL name; undefined if it is not supported. */
export function cipherSizes(name: string): CipherSizes | undefined {
  const aes = /^aes-?(128|192|256)-(cbc|ctr)$/.exec(name);
  if (aes) return { key: Number(aes[1]) / 8, iv: 16 };
  if (/^aes-?(128|256)-gcm$/.test(name)) return { key: name.includes("128") ? 16 : 32, iv: 12 };
  if (name === "des-ede3-cbc") return { key: 24, iv: 8 };
  return undefined;
}

/** Decrypts data with its PKCS#7 padding, and removes the padding. */
export async function openPadded(name: string, key: Bytes, iv: Bytes, data: Bytes): Promise<Bytes> {
  if (name === "des-ede3-cbc") return await openTripleDes(key, iv, data, true);
  const imported = await crypto.subtle.importKey("raw", key, "AES-CBC", false, ["decrypt"]);
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CBC", iv }, imported, data));
  } catch {
    // Nearly every wrong passphrase leaves an invalid padding.
    throw new WrongPassphrase();
  }
}

/** Decrypts whole blocks without padding. AES-GCM checks `tag`. */
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
    // Web Crypto's CBC requires padding: encrypting nothing after the last block makes a valid one.
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

/** The error for a cipher that is not supported. */
export function unknownCipher(name: string): KeyError {
  return new KeyError(
    `its encryption is not supported: ${name}. \`ssh-keygen -p -f <it>\` encrypts it again in OpenSSH's format`,
  );
}
