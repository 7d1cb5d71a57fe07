/**
 * What is known of an image.
 *
 * @module
 */
import type { Fields } from "../../../engine/mod.ts";

/**
 * Where an image can be. `deleted` is muster's word for one that is no longer there.
 *
 * @example
 * ```ts
 * import { dc, type ImageState } from "@muster/muster";
 *
 * const usable: ImageState[] = ["active", "unactivated"];
 * console.log(dc("sim").images({ state: usable }));
 * ```
 */
export type ImageState = "active" | "unactivated" | "disabled" | "creating" | "failed" | "deleted";

/**
 * An image: what a machine is made from.
 *
 * @example
 * ```ts
 * import { dc, type Image } from "@muster/muster";
 *
 * const image: Image = await dc("sim").newestImage("base-64-lts");
 * console.log(image.id, `${image.name}@${image.version}`, image.os, image.published_at);
 * ```
 */
export interface Image {
  /** UUID. */
  id: string;
  /** What it is called; several versions share a name. */
  name: string;
  /** Its version, in no given form: `23.4.0`, `20240612`. */
  version: string;
  /** What it runs: `smartos`, `linux`, `windows`, `bsd`, `illumos` or `other`. */
  os: string;
  /** `zone-dataset`, `lx-dataset`, `zvol`, `docker`, `lxd` or `other`. */
  type: string;
  /** Where it is; only `active` ones can be used. */
  state: ImageState;
  /** ISO 8601, UTC; not there while it is being made. */
  published_at: string;
  /** The owning account's UUID. */
  owner?: string;
  /** Whether every account may use it. */
  public?: boolean;
  /** What it is. */
  description?: string;
  /** Where more is said of it, a URL. */
  homepage?: string;
  /** Its tags; `default_user` names who logs in over SSH. */
  tags?: Record<string, unknown>;
  /** What a machine of it needs: `min_ram` and `max_ram` in MiB, `brand`. */
  requirements?: Record<string, unknown>;
  /** Accounts it is shared with, by UUID. */
  acl?: string[];
  /** The image it was made from, by UUID. */
  origin?: string;
  /** MiB; of `zvol` images only. */
  image_size?: number;
  /** Why it failed. */
  error?: { code: string; message: string };
}

/** What an image has. */
export const IMAGE_FIELDS: Fields<Image> = {
  id: "text",
  name: "text",
  version: "text",
  os: "text",
  type: "text",
  state: "state",
  published_at: "text",
  owner: "text",
  public: "flag",
  description: "text",
  homepage: "text",
  tags: "tags",
  requirements: "object",
  acl: "list",
  origin: "text",
  image_size: "number",
  error: "object",
};

/** What an image goes by: its name, `name@version`, and `name:version` as in the URNs of old. */
export function imageNames(image: Partial<Pick<Image, "name" | "version">>): string[] {
  if (typeof image.name !== "string") return [];
  if (typeof image.version !== "string") return [image.name];
  return [image.name, `${image.name}@${image.version}`, `${image.name}:${image.version}`];
}
