/**
 * The record of an image.
 *
 * @module
 */
import type { Fields } from "../../../engine/mod.ts";

/**
 * The state of an image. `deleted` is muster's name for one that no longer exists.
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
  /** Its name; several versions share it. */
  name: string;
  /** Its version, in any form: `23.4.0`, `20240612`. */
  version: string;
  /** Its operating system: `smartos`, `linux`, `windows`, `bsd`, `illumos` or `other`. */
  os: string;
  /** `zone-dataset`, `lx-dataset`, `zvol`, `docker`, `lxd` or `other`. */
  type: string;
  /** Its state; only `active` images can be used. */
  state: ImageState;
  /** ISO 8601, UTC; missing while it is being created. */
  published_at: string;
  /** The owning account's UUID. */
  owner?: string;
  /** Whether every account may use it. */
  public?: boolean;
  /** The description. */
  description?: string;
  /** A URL with more information. */
  homepage?: string;
  /** Its tags; `default_user` is the user for SSH logins. */
  tags?: Record<string, unknown>;
  /** What a machine with it needs: `min_ram` and `max_ram` in MiB, `brand`. */
  requirements?: Record<string, unknown>;
  /** Accounts it is shared with, by UUID. */
  acl?: string[];
  /** The image it was made from, by UUID. */
  origin?: string;
  /** MiB; only for `zvol` images. */
  image_size?: number;
  /** Why it failed. */
  error?: { code: string; message: string };
}

/** The fields of an image. */
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

/** The names of an image: its name, `name@version`, and `name:version` as in the old URNs. */
export function imageNames(image: Partial<Pick<Image, "name" | "version">>): string[] {
  if (typeof image.name !== "string") return [];
  if (typeof image.version !== "string") return [image.name];
  return [image.name, `${image.name}@${image.version}`, `${image.name}:${image.version}`];
}
