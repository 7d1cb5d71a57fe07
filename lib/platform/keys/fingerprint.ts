/** Fingerprints of public keys. @module */
import type { Bytes } from "./bytes.ts";
import { md5 } from "./md5.ts";

/** Both fingerprints of one key. */
export interface Fingerprints {
  /** Sixteen hexadecimal pairs with colons, without a prefix: the form that CloudAPI accepts. */
  md5: string;
  /** Base64 without `=`, without the prefix `SHA256:`. */
  sha256: string;
}

/** The MD5 fingerprint of a public key in SSH wire form. */
export function md5Fingerprint(blob: Uint8Array): string {
  const hex = md5(blob).toHex();
  let pairs = hex.slice(0, 2);
  for (let at = 2; at < hex.length; at += 2) pairs += `:${hex.slice(at, at + 2)}`;
  return pairs;
}

/** The SHA-256 fingerprint of a public key in SSH wire form, as `ssh-keygen -l` prints it after `SHA256:`. */
export async function sha256Fingerprint(blob: Bytes): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", blob)).toBase64({ omitPadding: true });
}

/** Both fingerprints of a public key in SSH wire form. */
export async function fingerprints(blob: Bytes): Promise<Fingerprints> {
  return { md5: md5Fingerprint(blob), sha256: await sha256Fingerprint(blob) };
}
