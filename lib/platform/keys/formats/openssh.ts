/** Reads keys in OpenSSH's own format (`OPENSSH PRIVATE KEY`), plain and encrypted. @module */
import { type Bytes, concat } from "../bytes.ts";
import { cipherSizes, openBare, unknownCipher } from "../cipher.ts";
import { damaged, KeyError, WrongPassphrase } from "../key_error.ts";
import { unknownType } from "./pkcs8.ts";
import { curveBy } from "./pkcs8_wrap.ts";
import { ecdsaKey, ed25519Key, pkcs1Of, type PrivateKey, rsaKey } from "./private_key.ts";
import { WireReader } from "./ssh_wire.ts";

const MAGIC = "openssh-key-v1\0";
const BCRYPT = "npm:bcrypt-pbkdf@1.0.2";

/** The unencrypted part of the file, and a way to open it. */
export interface OpensshFile {
  encrypted: boolean;
  /** The public key, which is never encrypted. */
  blob: Bytes;
  open(passphrase: string): Promise<PrivateKey>;
}

/** Reads the unencrypted part of the file. */
export function opensshFile(bytes: Bytes): OpensshFile {
  const reader = new WireReader(bytes);
  if (new TextDecoder().decode(reader.take(MAGIC.length)) !== MAGIC) {
    throw damaged("its content is not a key");
  }
  const cipher = reader.text();
  const derivation = reader.text();
  const options = reader.string();
  const count = reader.uint32();
  if (count !== 1) throw new KeyError(`it contains ${count} keys, and only files with one key are supported`);
  const blob = reader.string();
  refuseType(new WireReader(blob).text());
  const secret = reader.string();
  const tag = reader.rest;
  if (cipher === "none") return { encrypted: false, blob, open: () => readSecret(secret, undefined) };
  // The format uses SSH's names: aes256-ctr, aes256-gcm@openssh.com, 3des-cbc.
  const name = cipher.replace("@openssh.com", "").replace("3des", "des-ede3");
  const sizes = cipherSizes(name);
  if (sizes === undefined) throw unknownCipher(cipher);
  if (derivation !== "bcrypt") throw unknownCipher(derivation);
  return {
    encrypted: true,
    blob,
    open: async (passphrase) => {
      const material = await bcrypt(options, passphrase, sizes.key + sizes.iv);
      const [key, iv] = [material.slice(0, sizes.key), material.slice(sizes.key)];
      return await readSecret(await openBare(name, key, iv, secret, tag), passphrase);
    },
  };
}

/** bcrypt is slow on purpose: a third of a second. The package is loaded only for a key that needs it. */
async function bcrypt(options: Bytes, passphrase: string, length: number): Promise<Bytes> {
  const reader = new WireReader(options);
  const salt = reader.string();
  const rounds = reader.uint32();
  // ssh-keygen's default is 16 or 24; this many would take an hour.
  if (rounds < 1 || rounds > 100_000) {
    throw new KeyError(`its encryption needs too much work: ${rounds} rounds`);
  }
  const { default: { pbkdf } } = await (import(BCRYPT) as Promise<{ default: { pbkdf: Pbkdf } }>).catch(
    (cause) => {
      throw new KeyError(`its encryption needs ${BCRYPT}, which cannot be loaded`, { cause });
    },
  );
  const secret = new TextEncoder().encode(passphrase);
  const material = new Uint8Array(length);
  // It refuses an empty passphrase or salt, and no key has these.
  if (pbkdf(secret, secret.length, salt, salt.length, material, length, rounds) !== 0) {
    throw new WrongPassphrase();
  }
  return material;
}

type Pbkdf = (
  pass: Uint8Array,
  passLength: number,
  salt: Uint8Array,
  saltLength: number,
  out: Uint8Array,
  outLength: number,
  rounds: number,
) => number;

async function readSecret(secret: Bytes, passphrase: string | undefined): Promise<PrivateKey> {
  const reader = new WireReader(secret);
  // The same random number twice: it shows whether the passphrase was right.
  if (reader.uint32() !== reader.uint32()) {
    throw passphrase === undefined ? damaged("its two check numbers differ") : new WrongPassphrase();
  }
  const type = reader.text();
  if (type === "ssh-rsa") {
    const [n, e, d, qInverse, p, q] = Array.from({ length: 6 }, () => reader.string()) as [
      Bytes,
      Bytes,
      Bytes,
      Bytes,
      Bytes,
      Bytes,
    ];
    return await rsaKey(pkcs1Of({ n, e, d, p, q, qInverse }), reader.text());
  }
  if (type === "ssh-ed25519") {
    reader.string();
    const seed = reader.string().subarray(0, 32);
    return await ed25519Key(seed, reader.text());
  }
  const curve = curveBy("ssh", type.replace("ecdsa-sha2-", ""));
  if (curve === undefined) throw unknownType(type);
  reader.string();
  const point = reader.string();
  return await ecdsaKey(curve, reader.string(), concat(point), reader.text());
}

function refuseType(type: string): void {
  if (type.startsWith("sk-")) {
    throw new KeyError(
      `it is on a FIDO security key (${type}), which is not supported. Use an RSA, ECDSA or Ed25519 key`,
    );
  }
  const known = ["ssh-rsa", "ssh-ed25519"].includes(type) || curveBy("ssh", type.replace("ecdsa-sha2-", ""));
  if (!known) throw unknownType(type === "ssh-dss" ? "DSA" : type);
}
