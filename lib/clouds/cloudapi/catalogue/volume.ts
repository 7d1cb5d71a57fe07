/**
 * Volumes: file systems that machines share.
 *
 * @module
 */
import type { Described, Endpoint, Fields } from "../../../engine/mod.ts";
import { listMeant, type Picked } from "./find_in_list.ts";

/**
 * A volume.
 *
 * @example
 * ```ts
 * import { dc, type Volume } from "@muster/muster";
 *
 * const volumes: Volume[] = await dc("sim").volumes({ state: "ready" });
 * console.log(volumes.map(({ name, size, filesystem_path }) => `${name} ${size} MiB ${filesystem_path}`));
 * ```
 */
export interface Volume {
  /** UUID. */
  id: string;
  /** Its name. */
  name: string;
  /** `tritonnfs`. */
  type: string;
  /** MiB. */
  size: number;
  /** `creating`, `ready`, `deleting`, `deleted`, `failed` or `rolling_back`. */
  state: string;
  /** The networks on which it can be reached, by UUID. */
  networks: string[];
  /** The path to mount it from: `192.0.2.7:/exports/data`. */
  filesystem_path?: string;
  /** The machines that use it, by UUID. */
  refs?: string[];
  /** Its tags. */
  tags?: Record<string, unknown>;
  /** ISO 8601, UTC. */
  created: string;
}

const volume: Described = {
  kind: "volume",
  states: ["creating", "ready", "deleting", "deleted", "failed", "rolling_back"],
  names: (one: Volume) => [one.name],
  tags: (one: Volume) => one.tags ?? {},
  fields: {
    id: "text",
    name: "text",
    type: "text",
    size: "number",
    state: "state",
    networks: "list",
    filesystem_path: "text",
    refs: "list",
    tags: "tags",
    created: "text",
  } satisfies Fields<Volume>,
};

/** Volumes by name, pattern or attributes. The server leaves out failed ones. */
export function volumes(endpoint: Endpoint, wanted?: Picked<Volume>): Promise<Volume[]> {
  return listMeant<Volume>(endpoint, "volumes", wanted, volume);
}
