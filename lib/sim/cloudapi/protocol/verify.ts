/**
 * Verifies signatures with Web Crypto, and caches the results, because pollers send the same signature for a whole
 * second.
 *
 * @module
 */
import { familyOf, importPublicKey, type SshPublicKey } from "../../ssh_key.ts";

const HASHES: Record<string, string> = { sha1: "SHA-1", sha256: "SHA-256", sha512: "SHA-512" };

/** Verifies and caches. One for each simulated server. */
export class Verifier {
  readonly #answers = new Map<string, Promise<boolean>>();
  readonly #keys = new Map<string, Promise<CryptoKey>>();
  /** How often a signature was actually computed. */
  verified = 0;

  /**
   * Whether `signature` (base64) is a signature of `text` by `key`. False for another key's algorithm, and for an
   * unreadable signature.
   */
  check(key: SshPublicKey, algorithm: string, text: string, signature: string): Promise<boolean> {
    const name = `${key.fingerprint} ${algorithm} ${signature} ${text}`;
    const known = this.#answers.get(name);
    if (known !== undefined) return known;
    if (this.#answers.size >= 5000) this.#answers.clear();
    const answer = this.#compute(key, algorithm, text, signature).catch(() => false);
    this.#answers.set(name, answer);
    return answer;
  }

  async #compute(key: SshPublicKey, algorithm: string, text: string, signature: string): Promise<boolean> {
    const [family, digest] = algorithm.split("-") as [string, string];
    const hash = HASHES[digest];
    if (familyOf(key.type) !== family || hash === undefined) return false;
    this.verified++;
    const name = `${key.fingerprint} ${family === "rsa" ? hash : ""}`;
    let imported = this.#keys.get(name);
    if (imported === undefined) this.#keys.set(name, imported = importPublicKey(key, hash));
    const publicKey = await imported;
    const bytes = Uint8Array.fromBase64(signature);
    const data = new TextEncoder().encode(text);
    if (family === "rsa") return await crypto.subtle.verify("RSASSA-PKCS1-v1_5", publicKey, bytes, data);
    if (family === "ed25519") return await crypto.subtle.verify("Ed25519", publicKey, bytes, data);
    const size = Math.ceil(Number(/\d+$/.exec(key.type)![0]) / 8);
    const raw = rawOfDer(bytes, size);
    return raw !== undefined && await crypto.subtle.verify({ name: "ECDSA", hash }, publicKey, raw, data);
  }
}

/** The two numbers of an ECDSA signature in DER, side by side; undefined if it is not DER. */
export function rawOfDer(der: Uint8Array, size: number): Uint8Array<ArrayBuffer> | undefined {
  let at = 0;
  const length = (): number => {
    const first = der[at++] ?? 0;
    return first < 0x80 ? first : first === 0x81 ? der[at++] ?? 0 : -1;
  };
  if (der[at++] !== 0x30) return undefined;
  const whole = length();
  if (whole < 0 || at + whole !== der.length) return undefined;
  const raw = new Uint8Array(size * 2);
  for (const half of [0, 1]) {
    if (der[at++] !== 0x02) return undefined;
    const bytes = length();
    if (bytes <= 0 || at + bytes > der.length) return undefined;
    let part = der.subarray(at, at + bytes);
    at += bytes;
    while (part.length > size && part[0] === 0) part = part.subarray(1);
    if (part.length > size) return undefined;
    raw.set(part, (half + 1) * size - part.length);
  }
  return at === der.length ? raw : undefined;
}
