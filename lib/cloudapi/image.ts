/**
 * Images: what a machine is made from.
 *
 * @module
 */
import { type Endpoint, MusterError, SelectionError } from "../chain/mod.ts";
import { compareVersions } from "./package.ts";

/** An image. */
export interface Image {
  /** UUID. */
  id: string;
  name: string;
  version: string;
  os: string;
  type: string;
  state: string;
  /** ISO 8601, UTC. */
  published_at: string;
  owner?: string;
  public?: boolean;
  description?: string;
  tags?: Record<string, string>;
  requirements?: Record<string, unknown>;
}

/** An image, or its id, its name, or `name@version`. */
export type ImageRef = string | { id: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * What a reference names: the id of a record, or the text itself.
 *
 * @throws {MusterError} when it is neither.
 */
export function imageOf(wanted: ImageRef): string {
  const text = typeof wanted === "object" && wanted !== null ? wanted.id : wanted;
  if (typeof text !== "string" || text === "") {
    throw new MusterError(
      `Cannot use this as an image as it has no id and no name: ${JSON.stringify(wanted)}`,
    );
  }
  return text;
}

/**
 * The id of the image meant. The server takes ids only; of several with one name the newest is meant.
 *
 * @throws {SelectionError} when there is none; names those that come near.
 */
export async function resolveImage(endpoint: Endpoint, wanted: string): Promise<string> {
  if (UUID.test(wanted)) return wanted;
  const at = wanted.lastIndexOf("@");
  const [name, version] = at > 0 ? [wanted.slice(0, at), wanted.slice(at + 1)] : [wanted, undefined];
  const answer = await endpoint.send({ method: "GET", path: "/images", group: "images" });
  const images = answer.body as Image[];
  const found = images.filter((image) =>
    image.name === name && (version === undefined || image.version === version) && image.state === "active"
  ).sort((a, b) =>
    Date.parse(b.published_at) - Date.parse(a.published_at) || compareVersions(b.version, a.version)
  );
  if (found[0]) return found[0].id;
  const near = [...new Set(images.map((image) => image.name).filter((one) => one.includes(name.slice(0, 4))))]
    .slice(0, 5);
  throw new SelectionError(
    `Cannot find the image in ${endpoint.name} as there is no active one of this name: ${
      JSON.stringify(wanted)
    }` +
      (near.length ? `; there are ${near.join(", ")}` : ""),
  );
}
