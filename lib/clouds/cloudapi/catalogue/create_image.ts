/**
 * Creates images from machines.
 *
 * @module
 */
import { type Creation, type Endpoint, MusterError } from "../../../engine/mod.ts";
import { checkSize } from "../body_limit.ts";
import type { Image, ImageState } from "./image_record.ts";
import { refOf, resolveMachine } from "./resolve.ts";

/**
 * The specification of a new image.
 *
 * @example
 * ```ts
 * import { dc, type ImageSpec } from "@muster/muster";
 *
 * const golden: ImageSpec = { machine: "test-39", name: "golden", version: "2.0.0", tags: { owner: "ops" } };
 * console.log(dc("sim").createImage(golden).waitUntil("active"));
 * ```
 */
export interface ImageSpec {
  /** The machine to make it from: prepared, and stopped. By its id, its name or its record. */
  machine: string | { readonly id: string; readonly name?: string | undefined };
  /** Its name, 1 to 512 characters. */
  name: string;
  /** Its version. The account must not have an image with the same name and version. */
  version: string;
  /** What it is for. */
  description?: string;
  /** A URL with more information. */
  homepage?: string;
  /** Its licence, a URL. */
  eula?: string;
  /** Accounts to share it with, by UUID. */
  acl?: readonly string[];
  /** Its tags. */
  tags?: Readonly<Record<string, unknown>>;
}

const KNOWN = ["machine", "name", "version", "description", "homepage", "eula", "acl", "tags"];

/**
 * Checks a specification.
 *
 * @throws {MusterError} for unknown or missing keys.
 */
export function checkImageSpec(spec: ImageSpec): void {
  if (typeof spec !== "object" || spec === null) {
    throw new MusterError(
      `Cannot create an image: the specification is not an object: ${JSON.stringify(spec)}`,
    );
  }
  for (const key of Object.keys(spec)) {
    if (KNOWN.includes(key)) continue;
    throw new MusterError(
      `Cannot create an image: the option ${key} does not exist. The options are ${KNOWN.join(", ")}.`,
    );
  }
  refOf("a machine", spec.machine);
  for (const key of ["name", "version"] as const) {
    if (typeof spec[key] === "string" && spec[key].trim() !== "") continue;
    throw new MusterError(`Cannot create an image: its ${key} is missing: ${JSON.stringify(spec[key])}`);
  }
  checkSize("create an image", spec, "shorten the texts");
}

/** The account's own image of this name and version. */
async function own(endpoint: Endpoint, { name, version }: ImageSpec): Promise<Image | undefined> {
  const query = { name, version, state: "all", public: false };
  const { body } = await endpoint.send({ method: "GET", path: "/images", query });
  return (body as Image[]).find((one) => one.name === name && one.version === version && !one.public);
}

/** How CloudAPI creates images. */
export const imageCreation: Creation<Image, ImageSpec, ImageState> = {
  enters: "creating",
  request: (spec) => ({ method: "POST", path: "/images", body: spec }),
  async prepare(endpoint, spec) {
    const [machine, there] = await Promise.all([resolveMachine(endpoint, spec.machine), own(endpoint, spec)]);
    // Two with the same name and version could not be distinguished if the answer was lost.
    if (there) {
      throw new MusterError(
        `Cannot create the image: the account already has one with this name and version: ${there.id}. ` +
          `Give another version, or delete that one first.`,
      );
    }
    return { ...spec, machine };
  },
  find: (endpoint, _name, spec) => own(endpoint, spec),
};
