/**
 * Ids of the things every simulated datacenter has (images, packages, networks): the same in all of them,
 * so that scripts and documents can name them.
 *
 * @module
 */
import { mix32, uuidFrom } from "../random.ts";

/** The UUID that goes with a name. */
export function stableId(name: string): string {
  let hash = 0x2545f491;
  for (let i = 0; i < name.length; i++) hash = mix32(hash ^ name.charCodeAt(i));
  return uuidFrom(hash, mix32(hash + 1), mix32(hash + 2), mix32(hash + 3));
}
