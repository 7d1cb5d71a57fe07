/** Wraps older forms in PKCS#8, the only form that Web Crypto imports. @module */
import { type Bytes, concat } from "../bytes.ts";
import { der, derInteger, TAG } from "./der.ts";

/** The object identifiers of the algorithms and curves. */
export const OID = {
  rsa: "2a864886f70d010101",
  ec: "2a8648ce3d0201",
  ed25519: "2b6570",
} as const;

/** The curves that the server accepts. `size` is the length of one coordinate in bytes. */
export const CURVES = {
  "P-256": { ssh: "nistp256", bits: 256, size: 32, oid: "2a8648ce3d030107" },
  "P-384": { ssh: "nistp384", bits: 384, size: 48, oid: "2b81040022" },
  "P-521": { ssh: "nistp521", bits: 521, size: 66, oid: "2b81040023" },
} as const;

/** A curve by its Web Crypto name. */
export type CurveName = keyof typeof CURVES;

/** The curve with this property; undefined if there is none. */
export function curveBy(property: "ssh" | "oid", value: string): CurveName | undefined {
  return (Object.keys(CURVES) as CurveName[]).find((name) => CURVES[name][property] === value);
}

const oid = (hex: string) => der(TAG.oid, Uint8Array.fromHex(hex));

function wrap(algorithm: Bytes, key: Bytes): Bytes {
  return der(TAG.sequence, derInteger(new Uint8Array(1)), der(TAG.sequence, algorithm), der(TAG.octets, key));
}

/** From a PKCS#1 `RSAPrivateKey`. */
export function wrapRsa(pkcs1: Bytes): Bytes {
  return wrap(concat(oid(OID.rsa), der(TAG.null)), pkcs1);
}

/** From an EC secret of the curve's size and, if known, the public point. */
export function wrapEc(curve: CurveName, secret: Bytes, point: Bytes | undefined): Bytes {
  const parts = [derInteger(new Uint8Array([1])), der(TAG.octets, secret)];
  if (point !== undefined) parts.push(der(TAG.context1, der(TAG.bits, new Uint8Array(1), point)));
  return wrap(concat(oid(OID.ec), oid(CURVES[curve].oid)), der(TAG.sequence, ...parts));
}

/** From the 32 secret bytes of an Ed25519 key. */
export function wrapEd25519(seed: Bytes): Bytes {
  return wrap(oid(OID.ed25519), der(TAG.octets, seed));
}
