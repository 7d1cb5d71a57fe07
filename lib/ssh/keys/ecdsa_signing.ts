/**
 * Mends ssh2's signing with ECDSA keys: it writes a key's number with the length SSH gives it, one byte longer or
 * shorter than the curve's in about half of all keys, and Deno's crypto takes only the exact length.
 *
 * @module
 */
import type { NodeBuffer, ParsedKey } from "../ssh2.ts";

const CRYPTO = "node:crypto";

const CURVES: Record<string, { crv: string; bytes: number; hash: string }> = {
  "ecdsa-sha2-nistp256": { crv: "P-256", bytes: 32, hash: "sha256" },
  "ecdsa-sha2-nistp384": { crv: "P-384", bytes: 48, hash: "sha384" },
  "ecdsa-sha2-nistp521": { crv: "P-521", bytes: 66, hash: "sha512" },
};

interface NodeCrypto {
  createPrivateKey(key: { key: JsonWebKey; format: "jwk" }): unknown;
  sign(hash: string, data: Uint8Array, key: unknown): NodeBuffer;
}

/** Gives an ECDSA private key a `sign` that works; leaves others alone. */
export async function mendSigning(key: ParsedKey): Promise<void> {
  const curve = CURVES[key.type];
  const pem = key.getPrivatePEM();
  if (!curve || !pem) return;
  const { createPrivateKey, sign } = await import(CRYPTO) as NodeCrypto;
  const blob = key.getPublicSSH();
  const point = blob.subarray(blob.length - 2 * curve.bytes);
  const jwk = {
    kty: "EC",
    crv: curve.crv,
    x: base64url(point.subarray(0, curve.bytes)),
    y: base64url(point.subarray(curve.bytes)),
    d: base64url(exactly(scalarOf(pem), curve.bytes)),
  };
  const usable = createPrivateKey({ key: jwk, format: "jwk" });
  key.sign = (data, hash) => {
    try {
      return sign(hash ?? curve.hash, data, usable);
    } catch (error) {
      return error as Error;
    }
  };
}

/** The number in a SEC1 PEM: SEQUENCE { INTEGER 1, OCTET STRING number, … } (RFC 5915). */
function scalarOf(pem: string): Uint8Array {
  const body = atob(pem.replace(/-----[^-]+-----/g, "").replace(/\s/g, ""));
  const der = Uint8Array.from(body, (c) => c.charCodeAt(0));
  let at = der[1]! < 0x80 ? 2 : 2 + (der[1]! & 0x7f);
  at += 3; // INTEGER 1
  return der.subarray(at + 2, at + 2 + der[at + 1]!);
}

function exactly(number: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  const tail = number.subarray(Math.max(0, number.length - length));
  out.set(tail, length - tail.length);
  return out;
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
