/** ECDSA signatures in their three forms: CloudAPI uses DER, SSH two numbers. @module */
import { type Bytes, concat } from "../bytes.ts";
import { der, derAt, derInteger, derSequence, TAG } from "./der.ts";
import { wireNumber, WireReader } from "./ssh_wire.ts";

/** From r and s side by side, as Web Crypto returns them. */
export function derFromRaw(signature: Bytes): Bytes {
  const half = signature.length / 2;
  return der(TAG.sequence, derInteger(signature.subarray(0, half)), derInteger(signature.subarray(half)));
}

/** From two SSH numbers, as an agent returns them. */
export function derFromWire(signature: Bytes): Bytes {
  const reader = new WireReader(signature);
  return der(TAG.sequence, derInteger(reader.string()), derInteger(reader.string()));
}

/** From DER to two SSH numbers. */
export function wireFromDer(signature: Bytes): Bytes {
  const parts = derSequence(signature);
  return concat(...[0, 1].map((index) => wireNumber(derAt(parts, index, TAG.integer))));
}
