/** ECDSA signatures in their three spellings; CloudAPI takes DER only. @module */
import type { Bytes } from "../bytes.ts";
import { der, derInteger, TAG } from "./der.ts";
import { WireReader } from "./ssh_wire.ts";

/** From r and s side by side, as Web Crypto gives them. */
export function derFromRaw(signature: Bytes): Bytes {
  const half = signature.length / 2;
  return der(TAG.sequence, derInteger(signature.subarray(0, half)), derInteger(signature.subarray(half)));
}

/** From two SSH numbers, as an agent gives them. */
export function derFromWire(signature: Bytes): Bytes {
  const reader = new WireReader(signature);
  return der(TAG.sequence, derInteger(reader.string()), derInteger(reader.string()));
}
