/**
 * Volumes: file systems that several machines share.
 *
 * @module
 */
import type { Endpoint } from "../chain/mod.ts";
import { listIn, pick, type Picked } from "./pick.ts";

/** A volume. */
export interface Volume {
  /** UUID. */
  id: string;
  name: string;
  /** `tritonnfs`. */
  type: string;
  /** MiB. */
  size: number;
  /** `creating`, `ready`, `deleting`, `deleted`, `failed` or `rolling_back`. */
  state: string;
  networks: string[];
  /** Where machines mount it from: `192.0.2.7:/exports/data`. */
  filesystem_path?: string;
  /** The machines that use it, by UUID. */
  refs?: string[];
  tags?: Record<string, unknown>;
  /** ISO 8601, UTC. */
  created: string;
}

/** The volumes of a name, a pattern or some attributes. The server leaves out those that failed. */
export async function volumes(endpoint: Endpoint, wanted?: Picked<Volume>): Promise<Volume[]> {
  const { body } = await endpoint.send({ method: "GET", path: "/volumes" });
  return pick("volumes()", listIn<Volume>("volumes", body), wanted, (one) => [one.name]);
}
