/**
 * What CloudAPI says of a volume.
 *
 * @module
 */

/**
 * Where a volume can be.
 *
 * @example
 * ```ts
 * import { dc, type VolumeState } from "@muster/muster";
 *
 * const settled: VolumeState[] = ["ready", "failed"];
 * console.log(dc("sim").volumes({ state: settled }));
 * ```
 */
export type VolumeState = "creating" | "ready" | "deleting" | "deleted" | "failed" | "rolling_back";

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
  /** Where it is. */
  state: VolumeState;
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

/**
 * A volume, or its id or name.
 *
 * @example
 * ```ts
 * import { dc, type VolumeRef } from "@muster/muster";
 *
 * const which: VolumeRef = "data"; // or an id, or a record
 * console.log(dc("sim").volume(which).delete());
 * ```
 */
export type VolumeRef = string | { readonly id: string; readonly name?: string | undefined };

/**
 * A size that volumes can have.
 *
 * @example
 * ```ts
 * import { dc, type VolumeSize } from "@muster/muster";
 *
 * const sizes: VolumeSize[] = await dc("sim").volumeSizes();
 * console.log(sizes.map(({ size, type }) => `${type} ${size} MiB`));
 * ```
 */
export interface VolumeSize {
  /** MiB. */
  size: number;
  /** `tritonnfs`. */
  type: string;
}
