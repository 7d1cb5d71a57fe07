/**
 * What is known of an image.
 *
 * @module
 */

/** Where an image can be. `deleted` is muster's word for one that is no longer there. */
export type ImageState = "active" | "unactivated" | "disabled" | "creating" | "failed" | "deleted";

/** An image: what a machine is made from. */
export interface Image {
  /** UUID. */
  id: string;
  name: string;
  version: string;
  os: string;
  /** `zone-dataset`, `lx-dataset`, `zvol`, `docker`, `lxd` or `other`. */
  type: string;
  state: ImageState;
  /** ISO 8601, UTC; not there while it is being made. */
  published_at: string;
  /** The owning account's UUID. */
  owner?: string;
  public?: boolean;
  description?: string;
  homepage?: string;
  tags?: Record<string, unknown>;
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

/** What an image goes by: its name, `name@version`, and `name:version` as in the URNs of old. */
export function imageNames(image: Pick<Image, "name" | "version">): string[] {
  return [image.name, `${image.name}@${image.version}`, `${image.name}:${image.version}`];
}
