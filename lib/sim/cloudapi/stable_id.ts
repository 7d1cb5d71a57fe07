/**
 * Ids of the things in every simulated datacenter (images, packages, networks). They are the same in all of them, so
 * that scripts and documents can use them.
 *
 * @module
 */
import { mix32, uuidFrom } from "../random.ts";

/** The UUID for a name. */
export function stableId(name: string): string {
  let hash = 0x2545f491;
  for (let i = 0; i < name.length; i++) hash = mix32(hash ^ name.charCodeAt(i));
  return uuidFrom(hash, mix32(hash + 1), mix32(hash + 2), mix32(hash + 3));
}
