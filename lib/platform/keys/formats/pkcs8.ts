/** Reads keys in PKCS#8, PKCS#1 and SEC1 form. @module */
import type { Bytes } from "../bytes.ts";
import { damaged, KeyError } from "../key_error.ts";
import { type Der, derAt, derList, derSequence, oidText, TAG } from "./der.ts";
import { ecdsaKey, ed25519Key, type PrivateKey, rsaKey } from "./private_key.ts";
import { curveBy, OID } from "./pkcs8_wrap.ts";

const OTHER_ALGORITHMS: Record<string, string> = {
  "1.2.840.10040.4.1": "DSA",
  "1.2.840.113549.1.1.10": "RSA for PSS only",
  "1.2.840.113549.1.3.1": "Diffie-Hellman",
  "1.3.101.110": "X25519",
  "1.3.101.111": "X448",
  "1.3.101.113": "Ed448",
};

/** The error for a type of key that is not supported. */
export function unknownType(name: string): KeyError {
  return new KeyError(`its type is not supported: ${name}. Use an RSA, ECDSA or Ed25519 key`);
}

/** A key in PKCS#8 (`PRIVATE KEY`) form. */
export async function pkcs8Key(bytes: Bytes): Promise<PrivateKey> {
  const parts = derSequence(bytes);
  const algorithm = derList(derAt(parts, 1, TAG.sequence));
  const secret = derAt(parts, 2, TAG.octets);
  const oid = derAt(algorithm, 0, TAG.oid);
  switch (oid.toHex()) {
    case OID.rsa:
      return await rsaKey(secret, "");
    case OID.ec:
      return await sec1Key(secret, algorithm[1]);
    case OID.ed25519:
      return await ed25519Key(derAt(derList(secret), 0, TAG.octets), "");
    default:
      throw unknownType(OTHER_ALGORITHMS[oidText(oid)] ?? `object identifier ${oidText(oid)}`);
  }
}

/** A key in SEC1 (`EC PRIVATE KEY`) form. In PKCS#8 the curve is outside, in `named`. */
export async function sec1Key(bytes: Bytes, named?: Der): Promise<PrivateKey> {
  const parts = derSequence(bytes);
  const inside = parts.find((part) => part.tag === TAG.context0);
  const parameters = named ?? (inside && derList(inside.body)[0]);
  if (parameters === undefined) throw damaged("it does not say its curve");
  if (parameters.tag !== TAG.oid) throw unknownType("ECDSA with a curve written out instead of named");
  const curve = curveBy("oid", parameters.body.toHex());
  if (curve === undefined) {
    throw unknownType(`ECDSA on the curve ${oidText(parameters.body)}, which is not P-256, P-384 or P-521`);
  }
  const outer = parts.find((part) => part.tag === TAG.context1);
  const point = outer && derAt(derList(outer.body), 0, TAG.bits).subarray(1);
  return await ecdsaKey(curve, derAt(parts, 1, TAG.octets), point, "");
}

/** A key in PKCS#1 (`RSA PRIVATE KEY`) form. */
export async function pkcs1Key(bytes: Bytes): Promise<PrivateKey> {
  return await rsaKey(bytes, "");
}
