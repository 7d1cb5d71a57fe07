/**
 * CloudAPI's volumes, described for the chain engine: file systems that machines share. Wire facts: sdc-cloudapi
 * `lib/endpoints/volumes.js`.
 *
 * @module
 */
import { describe } from "../../../api/describe.ts";
import type { ActionsOf, Acts, AsDocumented, ReadsOf } from "../../../api/documented.ts";
import {
  type Action,
  type ApiRequest,
  type Creation,
  type Definition,
  type Endpoint,
  lazily,
  MusterError,
  type Subject,
  type Wanted,
} from "../../../engine/mod.ts";
import { checkSize } from "../body_limit.ts";
import { machinePath } from "../machine_path.ts";
import type { Machine } from "../machine_record.ts";
import { listIn } from "./find_in_list.ts";
import type { NetworkRef } from "./network.ts";
import { refOf, resolveNetwork } from "./resolve.ts";
import type { Volume, VolumeState } from "./volume_record.ts";

export type { Volume, VolumeRef, VolumeSize, VolumeState } from "./volume_record.ts";

/**
 * What a new volume is like.
 *
 * @example
 * ```ts
 * import { dc, type VolumeSpec } from "@muster/muster";
 *
 * const data: VolumeSpec = { name: "data", size: 10_240, networks: ["My-Fabric-Network"] };
 * console.log(dc("sim").createVolume(data).waitUntil("ready"));
 * ```
 */
export interface VolumeSpec {
  /** What it is called: letters, digits, `_`, `.` and `-`, 2 to 256 of them; unique in the account. */
  readonly name: string;
  /** MiB; one of those that {@linkcode Datacenter.volumeSizes} lists. Default 10,240. */
  readonly size?: number;
  /** What kind of volume. Default `tritonnfs`, the only one there is. */
  readonly type?: string;
  /** The fabric networks it is reached on, by id, name or record. Default: the account's default network. */
  readonly networks?: readonly NetworkRef[];
  /** Where to place it relative to others: `"instance!=db-1"`. */
  readonly affinity?: readonly string[];
  /** Its tags, for affinity rules. */
  readonly tags?: Readonly<Record<string, string>>;
}

const FIELDS = ["name", "size", "type", "networks", "affinity", "tags"];

function checkVolumeName(name: unknown): asserts name is string {
  if (typeof name === "string" && /^[a-zA-Z0-9][\w.-]{1,255}$/.test(name)) return;
  throw new MusterError(
    `Cannot name a volume ${
      JSON.stringify(name) ?? String(name)
    }: a name has 2 to 256 letters, digits, dots, dashes or ` +
      "underscores, and begins with a letter or digit.",
  );
}

/**
 * Checks a specification.
 *
 * @throws {MusterError} for unknown fields, and values that the server would refuse.
 */
export function checkVolumeSpec(spec: VolumeSpec): void {
  if (typeof spec !== "object" || spec === null) {
    throw new MusterError(
      `Cannot create a volume: the specification is not an object: ${JSON.stringify(spec)}`,
    );
  }
  for (const field of Object.keys(spec)) {
    if (FIELDS.includes(field)) continue;
    throw new MusterError(
      `Cannot create a volume: the option ${field} does not exist. The options are ${FIELDS.join(", ")}.`,
    );
  }
  checkVolumeName(spec.name);
  const { size, networks = [] } = spec;
  if (size !== undefined && !(Number.isInteger(size) && size > 0)) {
    throw new MusterError(
      `Cannot create a volume: its size is not a whole number of MiB above zero: ${size}`,
    );
  }
  for (const network of networks) refOf("a network", network);
  checkSize("create a volume", spec, "shorten the tags");
}

const path = (id: string) => `/volumes/${encodeURIComponent(id)}`;

async function named(endpoint: Endpoint, name: string): Promise<Volume[]> {
  const { body } = await endpoint.send({ method: "GET", path: "/volumes", query: { name } });
  return listIn<Volume>("volumes", body).filter((one) => one.name === name);
}

const creation: Creation<Volume, VolumeSpec, VolumeState> = {
  enters: "creating",
  request: (spec) => ({ method: "POST", path: "/volumes", body: { type: "tritonnfs", ...spec } }),
  async prepare(endpoint, spec) {
    const [networks, [there]] = await Promise.all([
      spec.networks && Promise.all(spec.networks.map((one) => resolveNetwork(endpoint, one))),
      named(endpoint, spec.name),
    ]);
    if (there) {
      throw new MusterError(
        `Cannot create the volume: the account already has one with this name: ${there.id}. Give another name.`,
      );
    }
    return { ...spec, ...networks ? { networks } : {} };
  },
  find: (endpoint, name) => named(endpoint, name),
  unique: true,
  madeAt: ({ created }) => Date.parse(created),
};

/**
 * What the server narrows the list by. It leaves out those that failed, unless a state or a predicate is given; any other
 * parameter is refused.
 */
function filters({ attributes, allows }: Wanted): NonNullable<ApiRequest["query"]> {
  if (allows("state", "failed") !== true) return {};
  if (attributes.state === "failed") return { state: "failed" };
  return { predicate: JSON.stringify({ ne: ["state", "deleted"] }) };
}

const description = lazily(() =>
  describe({
    kind: "volume",
    states: ["creating", "ready", "deleting", "deleted", "failed", "rolling_back"],
    drift: {
      creating: ["ready", "failed"],
      deleting: ["deleted", "failed"],
      rolling_back: ["failed", "deleted"],
    },
    failures: ["failed"],
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
    },
    columns: ["id", "name", "state", "size", "filesystem_path"],
    state: (volume: Volume) => volume.state,
    id: (volume) => volume.id,
    name: (volume) => volume.name,
    tags: (volume) => volume.tags ?? {},
    gone: { state: "deleted", statuses: [404], codes: ["VolumeNotFound", "ResourceNotFound"] },
    list: {
      pageSize: Infinity,
      query: filters,
      async *pages(endpoint, query, { priority, signal, on }) {
        const request: ApiRequest = { method: "GET", path: "/volumes", query: query ?? {}, priority };
        yield listIn<Volume>("volumes", (await endpoint.send(request, { signal, on })).body);
      },
    },
    get: (id) => ({ method: "GET", path: path(id) }),
    read: (body) => body as Volume,
    create: creation,
    reads: {
      /** The machines that use the volume. */
      async machines({ endpoint, record }: Subject<Volume>): Promise<Machine[]> {
        const { refs = [] } = await record();
        const read = async (id: string) => {
          const { status, body } = await endpoint.send({
            method: "GET",
            path: machinePath(id),
            accept: [404, 410],
          });
          return status === 200 ? body as Machine : undefined;
        };
        return (await Promise.all(refs.map(read))).filter((machine) => machine !== undefined);
      },
    },
    actions: {
      /** Gives the volume another name. */
      rename: {
        from: ["ready"],
        changes: ["name", "filesystem_path"],
        check: (name: string) => checkVolumeName(name),
        done: (volume, name: string) => volume.name === name,
        request: ({ id }, name: string) => ({ method: "POST", path: path(id), body: { name } }),
      } satisfies Action<Volume, VolumeState>,
      /** Destroys the volume and all that is on it. */
      delete: {
        from: ["ready", "failed"],
        enters: "deleting",
        destructive: true,
        repeatable: true,
        changes: ["filesystem_path"],
        obstacle: ({ record }) =>
          record.refs?.length
            ? `${record.refs.length === 1 ? "a machine uses" : "machines use"} it`
            : undefined,
        request: ({ id }) => ({ method: "DELETE", path: path(id) }),
      },
    },
  }, { checked: true })
);

/**
 * The actions of volumes: each is a method of their selections and chains.
 *
 * @example
 * ```ts
 * import { dc, type VolumeActions } from "@muster/muster";
 *
 * const scratch = dc("sim").volumes({ name: "scratch", state: "ready" });
 * console.log(scratch.rename("old"), scratch.delete().waitUntil("deleted"));
 * const action: keyof VolumeActions = "rename";
 * console.log(action);
 * ```
 */
export interface VolumeActions {
  /**
   * Gives the volume another name.
   *
   * @param name 2 to 256 letters, digits, dots, dashes or underscores.
   * @throws {MusterError} for a name that no volume can have.
   */
  rename(name: string): Acts<"ready">;
  /** Destroys the volume and all that is on it. */
  delete(): Acts<"ready" | "failed", "deleting">;
}

/**
 * What can be read of one volume besides its record.
 *
 * @example
 * ```ts
 * import { dc, type VolumeReads } from "@muster/muster";
 *
 * await dc("sim").createVolume({ name: "shared" }).waitUntil("ready");
 * const read: keyof VolumeReads = "machines";
 * console.log((await dc("sim").volume("shared")[read]()).length, (await dc("sim").volume("shared").machines()).length);
 * ```
 */
export interface VolumeReads {
  /** The machines that use the volume. */
  machines(): Promise<Machine[]>;
}

/**
 * The volume resource.
 *
 * @example
 * ```ts
 * import { dc, type Selection, type Volumes } from "@muster/muster";
 *
 * const scratch: Selection<Volumes> = dc("sim").volumes({ name: /^scratch-/, state: "ready" });
 * console.log(scratch.delete().waitUntil("deleted"));
 * ```
 */
export interface Volumes extends
  Definition<
    "volume",
    Volume,
    readonly ["creating", "ready", "deleting", "deleted", "failed", "rolling_back"],
    {
      readonly creating: readonly ["ready", "failed"];
      readonly deleting: readonly ["deleted", "failed"];
      readonly rolling_back: readonly ["failed", "deleted"];
    },
    ActionsOf<Volume, VolumeState, VolumeActions>,
    Record<never, never>,
    Record<never, never>,
    never,
    ReadsOf<Volume, VolumeReads>
  > {}
/** Volumes, described. */
export const volume: () => Volumes = description satisfies () => AsDocumented<
  ReturnType<typeof description>,
  Volumes
>;
