/**
 * The forms in which people name keys, and the form that the server accepts.
 *
 * CloudAPI accepts `/account/keys/<md5>` and `/account/users/<user>/keys/<md5>`, the MD5 without a prefix. It refuses
 * SHA-256 and prefixed forms. So whatever was given, the MD5 of the key is sent.
 *
 * @module
 */
import { CredentialsError } from "../../../engine/errors.ts";
import type { Bytes } from "../../../platform/keys/bytes.ts";
import { type Fingerprints, md5Fingerprint } from "../../../platform/keys/fingerprint.ts";

/** A key as somebody named it. At most one of `md5`, `sha256`, `name` and `path` is set. */
export interface KeyIdSpelling {
  /** Lower-case hexadecimal pairs with colons. */
  md5?: string;
  /** Base64 without `=`. */
  sha256?: string;
  /** The key's name, on the server or here. */
  name?: string;
  /** The file of the public or the private key. */
  path?: string;
  /** The account and sub-user, if the text has them. */
  account?: string;
  user?: string;
}

const MD5 = /^(?:MD5:)?((?:[0-9a-f]{2}:){15}[0-9a-f]{2}|[0-9a-f]{32})$/i;
const SHA256 = /^(?:SHA256:)?([A-Za-z0-9+/]{43})=?$/i;

/**
 * Accepts: an MD5 fingerprint with or without `MD5:` and colons; a `SHA256:` one with or without `=`; a line of
 * `ssh-keygen -l`; a line of a `.pub` file; `/account/keys/<any of these>` and `/account/users/<user>/keys/<any of
 * these>`; the path of a key's file (with a `/`, or ending in `.pub`). Any other text is the key's name.
 *
 * @throws {CredentialsError} for something that is none of these.
 */
export function parseKeyId(text: string): KeyIdSpelling {
  const given = text.trim().replace(/^(["'])(.*)\1$/, "$2");
  if (given === "") {
    throw new CredentialsError("Cannot use the keyId: it is empty. Give the key's fingerprint.");
  }
  if (/PRIVATE KEY/.test(given)) {
    // Not quoted, because it is the secret.
    throw new CredentialsError(
      "Cannot use the keyId: it is a private key. Give a private key as `keyMaterial`.",
    );
  }
  const direct = fingerprintIn(given);
  if (direct) return direct;

  const [, account, users, user, key] = /^\/([^/]+)(?:\/(users\/)?([^/]+))?\/keys\/(.+)$/.exec(given) ?? [];
  if (account !== undefined && key !== undefined) {
    const inner = fingerprintIn(key);
    // `/home/me/keys/id_rsa` is a file; `/me/sub/keys/<fingerprint>` is Manta's form for a sub-user's key.
    if (inner || user === undefined || users !== undefined) {
      const whose = { ...account !== "my" && { account }, ...user !== undefined && { user } };
      return { ...whose, ...inner ?? { name: key } };
    }
  }
  const line = /^(?:ssh-|ecdsa-)\S+\s+(AAAA\S+)/.exec(given);
  if (line) return { md5: md5Fingerprint(blobOf(line[1]!)) };
  if (/^\d+\s/.test(given)) {
    const found = given.split(/\s+/).map(fingerprintIn).find((one) => one !== undefined);
    if (found) return found;
  }
  if (/^(MD5|SHA256):/i.test(given)) {
    throw new CredentialsError(
      `Cannot use the keyId: it is not a complete fingerprint: ${given.slice(0, 80)}`,
    );
  }
  if (given.includes("/") || given.endsWith(".pub")) return { path: given };
  return { name: given };
}

function fingerprintIn(text: string): Pick<KeyIdSpelling, "md5" | "sha256"> | undefined {
  const md5 = MD5.exec(text)?.[1]?.toLowerCase().replaceAll(":", "").replace(/..(?=.)/g, "$&:");
  if (md5 !== undefined) return { md5 };
  const sha256 = SHA256.exec(text)?.[1];
  return sha256 === undefined ? undefined : { sha256 };
}

function blobOf(base64: string): Bytes {
  try {
    return Uint8Array.fromBase64(base64);
  } catch (cause) {
    throw new CredentialsError("Cannot use the keyId: it is a public key that was cut short.", { cause });
  }
}

/** The public key and comment in the text of a `.pub` file; undefined if it is not one. */
export function parsePublicLine(text: string): { blob: Bytes; comment: string } | undefined {
  const [, base64, comment] = /^\s*(?:ssh-|ecdsa-|sk-)\S+[ \t]+(AAAA[A-Za-z0-9+/=]+)[ \t]*(.*)/.exec(text) ??
    [];
  if (base64 === undefined) return undefined;
  try {
    return { blob: Uint8Array.fromBase64(base64), comment: (comment ?? "").trim() };
  } catch {
    return undefined;
  }
}

/** Whether a fingerprint was given, and it is this key's. */
export function namesKey(wanted: KeyIdSpelling, key: Fingerprints): boolean {
  return wanted.md5 === key.md5 || (wanted.sha256 !== undefined && wanted.sha256 === key.sha256);
}

/** The owner of a key. */
export interface KeyOwner {
  account: string;
  user?: string | undefined;
}

/**
 * The keyId that is sent.
 *
 * @throws {CredentialsError} when the name of the account or sub-user cannot be part of one.
 */
export function serverKeyId(owner: KeyOwner, md5: string): string {
  for (const [what, name] of [["account", owner.account], ["sub-user", owner.user]]) {
    // deno-lint-ignore no-control-regex
    if (name !== undefined && !/^[^/"\\\s\x00-\x1f\x7f-\x9f]+$/.test(name)) {
      throw new CredentialsError(
        `Cannot sign: the name of the ${what} is not valid: ${JSON.stringify(name.slice(0, 80))}`,
      );
    }
  }
  const { account, user } = owner;
  return user === undefined ? `/${account}/keys/${md5}` : `/${account}/users/${user}/keys/${md5}`;
}
