/**
 * CloudAPI's images, described for the chain engine.
 *
 * @module
 */
import { describe } from "../../../api/describe.ts";
import type { ActionsOf, Acts, AsDocumented } from "../../../api/documented.ts";
import {
  type Action,
  type ApiRequest,
  type Definition,
  lazily,
  MusterError,
  type Wanted,
} from "../../../engine/mod.ts";
import { checkSize } from "../body_limit.ts";
import { imageCreation } from "./create_image.ts";
import { type Image, IMAGE_FIELDS, imageNames, type ImageState } from "./image_record.ts";
import { listIn } from "./find_in_list.ts";
import { compareVersions } from "./resolve.ts";

export type { Image, ImageState } from "./image_record.ts";

/**
 * An image, or its id, its name, or `name@version`.
 *
 * @example
 * ```ts
 * import { dc, type ImageRef } from "@muster/muster";
 *
 * const exact: ImageRef = "base-64-lts@21.4.1"; // or an id, a bare name, a record
 * console.log((await dc("sim").image(exact)).version);
 * ```
 */
export type ImageRef = string | { readonly id: string; readonly name?: string | undefined };

/**
 * The fields of an image that its owner can change.
 *
 * @example
 * ```ts
 * import { dc, type ImageChanges } from "@muster/muster";
 *
 * const changes: ImageChanges = { description: "Superseded", tags: { owner: "ops" } };
 * console.log(dc("sim").images({ name: "golden", public: false }).update(changes));
 * ```
 */
export interface ImageChanges {
  /** Its new name. */
  name?: string;
  /** Its new version. */
  version?: string;
  /** What it is for. */
  description?: string;
  /** A URL with more information. */
  homepage?: string;
  /** Its licence, a URL. */
  eula?: string;
  /** The accounts to share it with, by UUID. The list replaces the existing one. */
  acl?: readonly string[];
  /** Its tags. They replace the existing ones. */
  tags?: Readonly<Record<string, unknown>>;
}

const CHANGEABLE = ["name", "version", "description", "homepage", "eula", "acl", "tags"];

function checkChanges(changes: ImageChanges): void {
  const entries = Object.entries(changes ?? {});
  if (entries.length === 0) throw new MusterError("Cannot update images: no change is given.");
  for (const [key, value] of entries) {
    if (!CHANGEABLE.includes(key)) {
      throw new MusterError(
        `Cannot update images: the attribute ${key} cannot be changed. These can: ${CHANGEABLE.join(", ")}.`,
      );
    }
    if (value === undefined) throw new MusterError(`Cannot update images: the value of ${key} is undefined.`);
  }
  checkSize("update images", changes, "shorten the texts");
}

const path = (id: string) => `/images/${encodeURIComponent(id)}`;
const post = (id: string, action: string, body?: unknown): ApiRequest => ({
  method: "POST",
  path: path(id),
  query: { action },
  ...(body === undefined ? {} : { body }),
});

/** The attributes that the server filters by. It lists only active images by default. */
function filters({ attributes, allows }: Wanted): NonNullable<ApiRequest["query"]> {
  const query: Record<string, string | number | boolean> = {};
  for (const key of ["name", "os", "version", "type", "owner", "public"]) {
    const value = attributes[key];
    // The server does not know `name@version`, and a leading ~ has another meaning for it.
    if (value === undefined || /[@:]|^~/.test(String(value))) continue;
    query[key] = value as string;
  }
  const others: ImageState[] = ["unactivated", "disabled", "creating", "failed"];
  if (others.some((state) => allows("state", state))) query.state = "all";
  return query;
}

/** Newer images first. One that is still being created is the newest. */
const byAge = (a: Image, b: Image) =>
  (Date.parse(b.published_at) || Infinity) - (Date.parse(a.published_at) || Infinity) ||
  compareVersions(b.version, a.version);

const SETTLED = ["active", "unactivated", "disabled", "failed"] as const;

const description = lazily(() =>
  describe({
    kind: "image",
    states: ["active", "unactivated", "disabled", "creating", "failed", "deleted"],
    drift: { creating: ["unactivated", "active", "failed"], unactivated: ["active"] },
    failures: ["failed"],
    fields: IMAGE_FIELDS,
    columns: ["id", "name", "version", "os", "state", "type"],
    // Servers before CloudAPI 7.1 show no state, and list only active images.
    state: (image: Image) => image.state ?? "active",
    id: (image) => image.id,
    name: (image) => image.name,
    names: (image) => imageNames(image),
    prefer: (found: readonly Image[]) => found.toSorted(byAge)[0],
    tags: (image) => image.tags ?? {},
    fault: (image) => image.error && `${image.error.code}: ${image.error.message}`,
    gone: { state: "deleted", statuses: [404], codes: ["ResourceNotFound"] },
    list: {
      pageSize: Infinity,
      query: filters,
      // The server has no pages here: one answer has all images.
      async *pages(endpoint, query, { priority, signal, on }) {
        const request: ApiRequest = { method: "GET", path: "/images", query: query ?? {}, priority };
        yield listIn<Image>("images", (await endpoint.send(request, { signal, on })).body);
      },
    },
    get: (id) => ({ method: "GET", path: path(id) }),
    read: (body) => body as Image,
    create: imageCreation,
    // An image of many gigabytes takes long.
    timeout: 3_600_000,
    actions: {
      update: {
        from: SETTLED,
        check: checkChanges,
        done: (image, changes: ImageChanges) =>
          Object.entries(changes).every(([key, value]) =>
            JSON.stringify(image[key as keyof Image]) === JSON.stringify(value)
          ),
        request: ({ id }, changes: ImageChanges) => post(id, "update", changes),
      } satisfies Action<Image, ImageState>,
      clone: { from: ["active"], always: true, request: ({ id }) => post(id, "clone") },
      export: {
        from: ["active"],
        always: true,
        check(mantaPath: string) {
          if (typeof mantaPath === "string" && mantaPath.startsWith("/")) return;
          throw new MusterError(
            `Cannot export images: the Manta path does not start with /: ${JSON.stringify(mantaPath)}`,
          );
        },
        request: ({ id }, mantaPath: string) => post(id, "export", { manta_path: mantaPath }),
      } satisfies Action<Image, ImageState>,
      delete: {
        from: SETTLED,
        enters: "deleted",
        destructive: true,
        repeatable: true,
        request: ({ id }) => ({ method: "DELETE", path: path(id) }),
      },
    },
  }, { checked: true })
);

/**
 * The actions of images. Each is a method of their selections and chains, and returns a chain. It can be called if the
 * member may be in one of the states that come first in {@linkcode Acts}.
 *
 * @example
 * ```ts
 * import { dc, type ImageActions } from "@muster/muster";
 *
 * const action: keyof ImageActions = "clone";
 * const own = dc("sim").images({ public: false });
 * console.log(own.update({ description: "ours" }), dc("sim").image("minimal-64")[action]());
 * ```
 */
export interface ImageActions {
  /**
   * Changes the image's description, or the accounts that it is shared with.
   *
   * @param changes The new values.
   * @throws {MusterError} when there are none, and for an unknown option.
   */
  update(changes: ImageChanges): Acts<"active" | "unactivated" | "disabled" | "failed">;
  /** Makes an independent copy of an image that was shared with the account. */
  clone(): Acts<"active">;
  /**
   * Writes the image and its manifest to Manta.
   *
   * @param mantaPath The path under which they are written.
   * @throws {MusterError} for a path that does not begin with a slash.
   */
  export(mantaPath: string): Acts<"active">;
  /** Deletes the image. Machines made from it stay. */
  delete(): Acts<"active" | "unactivated" | "disabled" | "failed", "deleted">;
}

/**
 * The image resource.
 *
 * @example
 * ```ts
 * import { dc, type Images, type Selection } from "@muster/muster";
 *
 * const own: Selection<Images> = dc("sim").images({ public: false, state: ["active", "disabled"] });
 * console.log(own);
 * ```
 */
export interface Images extends
  Definition<
    "image",
    Image,
    readonly ["active", "unactivated", "disabled", "creating", "failed", "deleted"],
    {
      readonly creating: readonly ["unactivated", "active", "failed"];
      readonly unactivated: readonly ["active"];
    },
    ActionsOf<Image, ImageState, ImageActions>,
    Record<never, never>,
    Record<never, never>,
    never,
    Record<never, never>
  > {}
/** Images, described. */
export const image: () => Images = description satisfies () => AsDocumented<
  ReturnType<typeof description>,
  Images
>;
