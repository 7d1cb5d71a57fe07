/** A private key's file, read as far as that goes without its passphrase. @module */
import type { Bytes } from "../bytes.ts";
import { derSequence } from "./der.ts";
import { damaged, KeyError, WrongPassphrase } from "../key_error.ts";
import { opensshFile } from "./openssh.ts";
import { keyText, type Pem, privatePem } from "./pem.ts";
import { pkcs1Key, pkcs8Key, sec1Key, unknownType } from "./pkcs8.ts";
import type { PrivateKey } from "./private_key.ts";

/** What the outside shows, and the way in. */
export interface KeyFile {
  encrypted: boolean;
  /** The public half, where it can be seen without opening the key: only in OpenSSH's format. */
  blob: Bytes | undefined;
  /**
   * The key inside. A plain one ignores the passphrase.
   *
   * @throws {WrongPassphrase}
   * @throws {KeyError} when it is no key that can be used.
   */
  open(passphrase: string): Promise<PrivateKey>;
}

/**
 * Reads the outside of a key.
 *
 * @throws {KeyError} when it is not a private key, or of a kind nobody can use.
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

/** One wrong passphrase in 256 leaves a padding that looks right, and then bytes that are no key. */
function opened(plain: Bytes, read: (bytes: Bytes) => Promise<PrivateKey>): Promise<PrivateKey> {
  try {
    derSequence(plain);
  } catch {
    throw new WrongPassphrase();
  }
  return orFault(() => read(plain));
}

/** Whatever else the readers stumble over is a fault of the key; what they say of it could quote the key. */
async function orFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof KeyError ? error : damaged("its content makes no sense");
  }
}
