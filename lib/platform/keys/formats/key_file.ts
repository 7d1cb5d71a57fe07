/** Reads a private key's file, as far as possible without its passphrase. @module */
import type { Bytes } from "../bytes.ts";
import { derSequence } from "./der.ts";
import { damaged, KeyError, WrongPassphrase } from "../key_error.ts";
import { opensshFile } from "./openssh.ts";
import { keyText, type Pem, privatePem } from "./pem.ts";
import { pkcs1Key, pkcs8Key, sec1Key, unknownType } from "./pkcs8.ts";
import type { PrivateKey } from "./private_key.ts";

/** The public part of the file, and a way to open it. */
export interface KeyFile {
  encrypted: boolean;
  /** The public key, if it can be read without opening the file: only in OpenSSH's format. */
  blob: Bytes | undefined;
  /**
   * The private key. An unencrypted one ignores the passphrase.
   *
   * @throws {WrongPassphrase}
   * @throws {KeyError} when the key cannot be used.
   */
  open(passphrase: string): Promise<PrivateKey>;
}

/**
 * Reads the unencrypted part of a key file.
 *
 * @throws {KeyError} when it is not a private key, or of a type that is not supported.
 */
export function parseKeyFile(data: Uint8Array): KeyFile {
  const pem = privatePem(keyText(data));
  switch (pem.label) {
    case "OPENSSH PRIVATE KEY": {
      const file = opensshFile(pem.bytes);
      return { ...file, open: (passphrase) => orFault(() => file.open(passphrase)) };
    }
    case "ENCRYPTED PRIVATE KEY":
      return {
        encrypted: true,
        blob: undefined,
        open: async (passphrase) => {
          const { openEncryptedPkcs8 } = await import("./pem_encrypted.ts");
          return await opened(await orFault(() => openEncryptedPkcs8(pem.bytes, passphrase)), pkcs8Key);
        },
      };
    case "PRIVATE KEY":
      return { encrypted: false, blob: undefined, open: () => orFault(() => pkcs8Key(pem.bytes)) };
    case "RSA PRIVATE KEY":
      return traditional(pem, pkcs1Key);
    case "EC PRIVATE KEY":
      return traditional(pem, sec1Key);
    default:
      throw unknownType(pem.label.replace(/ ?PRIVATE KEY$/, ""));
  }
}

function traditional(pem: Pem, read: (bytes: Bytes) => Promise<PrivateKey>): KeyFile {
  const info = pem.headers.get("dek-info");
  if (info === undefined) {
    return { encrypted: false, blob: undefined, open: () => orFault(() => read(pem.bytes)) };
  }
  return {
    encrypted: true,
    blob: undefined,
    open: async (passphrase) => {
      const { openDekInfo } = await import("./pem_encrypted.ts");
      return await opened(await orFault(() => openDekInfo(pem, info, passphrase)), pkcs8Key);
    },
  };
}

/** One wrong passphrase in 256 leaves a valid padding, but then the bytes are not a key. */
function opened(plain: Bytes, read: (bytes: Bytes) => Promise<PrivateKey>): Promise<PrivateKey> {
  try {
    derSequence(plain);
  } catch {
    throw new WrongPassphrase();
  }
  return orFault(() => read(plain));
}

/** Any other error of the readers means that the key is damaged. Its message could quote the key, so it is not used. */
async function orFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof KeyError ? error : damaged("its content makes no sense");
  }
}
