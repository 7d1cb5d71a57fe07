/**
 * Converts SSH public keys in OpenSSH format (`ssh-ed25519 AAAA… me@here`) to and from Web Crypto. It also writes
 * OpenSSH private key files, for clients that read key files.
 *
 * @module
 */
import { md5Colons } from "./md5.ts";

/** A parsed public key line. */
export interface SshPublicKey {
  /** `ssh-rsa`, `ssh-ed25519`, `ecdsa-sha2-nistp256`, … */
  type: string;
  /** The bytes of the MD5 fingerprint. */
  blob: Uint8Array<ArrayBuffer>;
  /** The comment after the key; empty if there is none. */
  comment: string;
  /** The MD5 fingerprint in hexadecimal pairs with colons: CloudAPI's name for a key. */
  fingerprint: string;
}

const CURVES: Record<string, string> = { nistp256: "P-256", nistp384: "P-384", nistp521: "P-521" };

/** Parses a public key in OpenSSH format; undefined if it is not one. */
export function parsePublicKey(line: string): SshPublicKey | undefined {
  const [type, encoded, ...rest] = line.trim().split(/\s+/);
  if (type === undefined || encoded === undefined) return undefined;
  let blob: Uint8Array<ArrayBuffer>;
  try {
    blob = Uint8Array.fromBase64(encoded);
    if (text(fields(blob)[0]) !== type) return undefined;
  } catch {
    return undefined;
  }
  return { type, blob, comment: rest.join(" "), fingerprint: md5Colons(blob) };
}

/** The Web Crypto family of a public key. */
export type KeyFamily = "rsa" | "ecdsa" | "ed25519";

/** The family of a key type; undefined for FIDO, DSA and others that cannot sign here. */
export function familyOf(type: string): KeyFamily | undefined {
  if (type === "ssh-rsa") return "rsa";
  if (type === "ssh-ed25519") return "ed25519";
  return type.startsWith("ecdsa-sha2-nistp") ? "ecdsa" : undefined;
}

/** A public key for verification. RSA keys are bound to one hash, the others are not. */
export async function importPublicKey(key: SshPublicKey, hash: string): Promise<CryptoKey> {
  const [, first, second] = fields(key.blob);
  switch (familyOf(key.type)) {
    case "rsa": {
      const jwk = { kty: "RSA", e: url64(unsigned(first!)), n: url64(unsigned(second!)), ext: true };
      return await crypto.subtle.importKey("jwk", jwk, { name: "RSASSA-PKCS1-v1_5", hash }, true, ["verify"]);
    }
    case "ecdsa": {
      const algorithm = { name: "ECDSA", namedCurve: CURVES[text(first)]! };
      return await crypto.subtle.importKey("raw", second!.slice(), algorithm, true, ["verify"]);
    }
    case "ed25519":
      return await crypto.subtle.importKey("raw", first!.slice(), "Ed25519", true, ["verify"]);
    default:
      throw new TypeError(`Cannot use the public key: its type cannot sign here: ${key.type}`);
  }
}

/** A Web Crypto public key (RSA, ECDSA or Ed25519) in OpenSSH format. */
export async function publicKeyLine(key: CryptoKey, comment = "sim"): Promise<string> {
  const blob = publicBlob(await crypto.subtle.exportKey("jwk", key));
  return `${text(fields(blob)[0])} ${blob.toBase64()} ${comment}`;
}

/** An extractable Web Crypto private key (Ed25519 or RSA) as an unencrypted OpenSSH private key file. */
export async function privateKeyFile(key: CryptoKey, comment = "sim"): Promise<string> {
  const jwk = await crypto.subtle.exportKey("jwk", key);
  const blob = publicBlob(jwk);
  let secret: Uint8Array;
  if (jwk.kty === "OKP") {
    const [seed, point] = [from64(jwk.d), from64(jwk.x)];
    secret = join(sized("ssh-ed25519"), sized(point), sized(join(seed, point)));
  } else if (jwk.kty === "RSA") {
    const parts = [jwk.n, jwk.e, jwk.d, jwk.qi, jwk.p, jwk.q].map((part) => sized(signed(from64(part))));
    secret = join(sized("ssh-rsa"), ...parts);
  } else {
    throw new TypeError(`Cannot write the key file: keys of this type are not supported: ${jwk.kty}`);
  }
  const check = crypto.getRandomValues(new Uint8Array(4));
  let body = join(check, check, secret, sized(comment));
  const padding = (8 - body.length % 8) % 8; // the unencrypted format pads to eight with 1, 2, 3, …
  body = join(body, Uint8Array.from({ length: padding }, (_, i) => i + 1));
  const none = sized("none");
  const one = Uint8Array.of(0, 0, 0, 1);
  const magic = new TextEncoder().encode("openssh-key-v1\0");
  const whole = join(magic, none, none, sized(new Uint8Array()), one, sized(blob), sized(body)).toBase64();
  const lines = whole.match(/.{1,70}/g)!.join("\n");
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function publicBlob(jwk: JsonWebKey): Uint8Array<ArrayBuffer> {
  if (jwk.kty === "OKP") return join(sized("ssh-ed25519"), sized(from64(jwk.x)));
  if (jwk.kty === "RSA") {
    return join(sized("ssh-rsa"), sized(signed(from64(jwk.e))), sized(signed(from64(jwk.n))));
  }
  const curve = Object.keys(CURVES).find((name) => CURVES[name] === jwk.crv)!;
  const point = join(Uint8Array.of(4), from64(jwk.x), from64(jwk.y));
  return join(sized(`ecdsa-sha2-${curve}`), sized(curve), sized(point));
}

/** The length-prefixed fields of an SSH blob. */
function fields(blob: Uint8Array): Uint8Array[] {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const found: Uint8Array[] = [];
  for (let at = 0; at < blob.length;) {
    const length = view.getUint32(at);
    if (at + 4 + length > blob.length) throw new RangeError("Cannot read the key: it ends too early.");
    found.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

function sized(content: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const field = new Uint8Array(4 + bytes.length);
  new DataView(field.buffer).setUint32(0, bytes.length);
  field.set(bytes, 4);
  return field;
}

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const from64 = (value: string | undefined) => Uint8Array.fromBase64(value ?? "", { alphabet: "base64url" });
const url64 = (bytes: Uint8Array) => bytes.toBase64({ alphabet: "base64url", omitPadding: true });
/** SSH's big integers begin with a zero if the first bit is set; JWK's never do. */
const signed = (bytes: Uint8Array) => bytes[0]! & 0x80 ? join(Uint8Array.of(0), bytes) : bytes;
const unsigned = (bytes: Uint8Array) => bytes[0] === 0 ? bytes.subarray(1) : bytes;
