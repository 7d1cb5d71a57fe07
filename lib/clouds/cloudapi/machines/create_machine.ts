/**
 * Creates machines.
 *
 * @module
 */
import { type ApiRequest, type Creation, type Endpoint, MusterError } from "../../../engine/mod.ts";
import { checkSize } from "../body_limit.ts";
import { type BootScript, checkScript, scriptText } from "./boot_script.ts";
import type { ImageRef } from "../catalogue/image.ts";
import { machinePages, machinesNamed } from "../machine_pages.ts";
import type { Machine, MachineState } from "../machine_record.ts";
import { namesOf, SHORT_ID } from "./machine_name.ts";
import { checkMetadata } from "./metadata.ts";
import type { NetworkRef } from "../catalogue/network.ts";
import type { PackageRef } from "../catalogue/package.ts";
import { isUuid, refOf, resolveImage, resolveNetwork } from "../catalogue/resolve.ts";
import { checkTags } from "./tags.ts";

/**
 * The specification of new machines.
 *
 * @example
 * ```ts
 * import { dc, type MachineSpec } from "@muster/muster";
 *
 * const spec: MachineSpec = {
 *   name: "batch-{n}",
 *   count: 3,
 *   image: "base-64-lts",
 *   package: "g4-highcpu-1G",
 *   networks: ["My-Fabric-Network"],
 *   tags: { owner: "ops" },
 *   firewall: true,
 * };
 * console.log(dc("sim").createMachine(spec).waitUntil("running"));
 * ```
 */
export interface MachineSpec {
  /**
   * Their name, or a pattern: `{n}` is the number, and the server replaces `{{shortId}}` by the first eight characters
   * of the id: `web-{n}`, `web-{{shortId}}`. Default: a random name.
   */
  name?: string;
  /** How many to create. Default 1. */
  count?: number;
  /** The image's id, name or `name@version`, or its record. If several have the name, the newest. */
  image: ImageRef;
  /** The package's id or name, or its record. */
  package: PackageRef;
  /** Networks by id or name, their records, or `{ ipv4_uuid, ipv4_ips, primary }`. Default: the account's own. */
  networks?: readonly (NetworkRef | { readonly ipv4_uuid: string; readonly [more: string]: unknown })[];
  /** The tags of the new machines. */
  tags?: Readonly<Record<string, string | number | boolean>>;
  /** The metadata of the new machines; values are texts. */
  metadata?: Readonly<Record<string, string>>;
  /** The script for the first boot: the text, or `{ file }` to read it from. */
  script?: BootScript;
  /** Whether the firewall is on from the start. Default false. */
  firewall?: boolean;
  /** Whether the machines are protected from deletion. Default false. */
  deletionProtection?: boolean;
  /** Where to place them relative to others: `"instance!=db-1"`. */
  affinity?: readonly string[];
  /** The hypervisor for a `zvol` image. Default: what the image or the package requires. */
  brand?: "kvm" | "bhyve";
  /** Disks of a bhyve machine: `{ size }` in MiB, or `{ size: "remaining" }`. Default: the package's. */
  disks?: readonly Record<string, unknown>[];
  /** Volumes to mount: `{ name, mode, mountpoint }`. */
  volumes?: readonly Record<string, unknown>[];
  /** Whether an image that is shared with the account may be used. Default false. */
  allowSharedImages?: boolean;
  /** Whether the zone gets its own ZFS dataset to administer. Default false. */
  delegateDataset?: boolean;
  /** Whether it must run on a server with encrypted disks. Default false. */
  encrypted?: boolean;
}

const KNOWN = new Set([
  "name",
  "count",
  "image",
  "package",
  "networks",
  "tags",
  "metadata",
  "script",
  "firewall",
  "deletionProtection",
  "affinity",
  "brand",
  "disks",
  "volumes",
  "allowSharedImages",
  "delegateDataset",
  "encrypted",
]);

/**
 * Checks a specification, and returns the new machines' names.
 *
 * @throws {MusterError} for unknown or missing keys, and for names that the API does not accept.
 */
export function checkSpec(spec: MachineSpec): string[] {
  if (typeof spec !== "object" || spec === null) {
    throw new MusterError(
      `Cannot create a machine: the specification is not an object: ${JSON.stringify(spec)}`,
    );
  }
  for (const key of Object.keys(spec)) {
    if (!KNOWN.has(key)) {
      throw new MusterError(
        `Cannot create a machine: the option ${key} does not exist. The options are ${
          [...KNOWN].join(", ")
        }.`,
      );
    }
  }
  refOf("an image", spec.image);
  refOf("a package", spec.package);
  for (const network of spec.networks ?? []) if (!isInterface(network)) refOf("a network", network);
  if (spec.tags !== undefined) checkTags(spec.tags, 0);
  if (spec.metadata !== undefined && Object.keys(spec.metadata).length > 0) checkMetadata(spec.metadata);
  if (spec.script !== undefined) checkScript(spec.script);
  const { count = 1 } = spec;
  if (!Number.isInteger(count) || count < 1) {
    throw new MusterError(`Cannot create machines: count is not a whole number above zero: ${count}`);
  }
  return namesOf(spec.name, count);
}

/** Whether a value describes an interface instead of naming a network. */
const isInterface = (network: NonNullable<MachineSpec["networks"]>[number]) =>
  typeof network === "object" && network !== null && "ipv4_uuid" in network;

/** The request's body. Tags and metadata are dotted keys, because the server silently ignores nested objects. */
function bodyOf(spec: MachineSpec, name: string): Record<string, unknown> {
  const body: Record<string, unknown> = {
    name,
    image: refOf("an image", spec.image),
    package: refOf("a package", spec.package),
    networks: spec.networks,
    firewall_enabled: spec.firewall,
    deletion_protection: spec.deletionProtection,
    affinity: spec.affinity,
    brand: spec.brand,
    disks: spec.disks,
    volumes: spec.volumes,
    allow_shared_images: spec.allowSharedImages,
    // The documentation says delegated_dataset, but the server reads this.
    delegate_dataset: spec.delegateDataset,
    encrypted: spec.encrypted,
  };
  for (const [key, value] of Object.entries(spec.tags ?? {})) body[`tag.${key}`] = value;
  for (const [key, value] of Object.entries(spec.metadata ?? {})) body[`metadata.${key}`] = value;
  if (typeof spec.script === "string") body["metadata.user-script"] = spec.script;
  return body;
}

/** How CloudAPI creates machines. */
export const creation: Creation<Machine, MachineSpec, MachineState> = {
  enters: "provisioning",
  request(spec, name): ApiRequest {
    return { method: "POST", path: "/machines", body: bodyOf(spec, name) };
  },
  async prepare(endpoint, spec) {
    const [image, networks] = await Promise.all([
      resolveImage(endpoint, spec.image),
      spec.networks && Promise.all(spec.networks.map((one) => networkOf(endpoint, one))),
      refuseNamesakes(endpoint, spec),
    ]);
    const ready: MachineSpec = { ...spec, image, ...(networks ? { networks } : {}) };
    if (spec.script !== undefined) {
      ready.script = await scriptText(spec.script, endpoint.clock);
      checkScript(ready.script);
    }
    checkSize(
      "create machines",
      bodyOf(ready, "x".repeat(189)),
      "shorten the script or the metadata, or let the script fetch the rest",
    );
    return ready;
  },
  find: (endpoint, name) => madeAs(endpoint, name),
  // The server refuses a name that is taken. A name that it completes with the id is never taken.
  unique: (name) => !name.includes(SHORT_ID),
  fits: isAsAsked,
  madeAt: ({ created }) => Date.parse(created),
};

/** Whether a machine matches the specification, as far as its record shows. */
function isAsAsked(machine: Machine, spec: MachineSpec): boolean {
  const { image, package: wanted } = spec;
  // A record has its package's name. If the package was given by id, the name is not known.
  const size = typeof wanted === "object"
    ? (wanted as { name?: string }).name
    : isUuid(wanted)
    ? undefined
    : wanted;
  const tags = machine.tags ?? {};
  return machine.image === refOf("an image", image) && (size === undefined || machine.package === size) &&
    Object.entries(spec.tags ?? {}).every(([key, value]) => tags[key] === value);
}

/** The machines that may have been created with this name. Names are unique among an account's active machines. */
async function madeAs(endpoint: Endpoint, name: string): Promise<Machine[]> {
  if (!name.includes(SHORT_ID)) return await machinesNamed(endpoint, name, true);
  const start = name.slice(0, name.indexOf(SHORT_ID));
  const found: Machine[] = [];
  for await (
    const page of machinePages(endpoint, start === "" ? {} : { name: start }, { priority: "action" })
  ) {
    found.push(...page.filter((one) => one.name === name.replaceAll(SHORT_ID, one.id.slice(0, 8))));
  }
  return found;
}

/** For more names than this the whole list is read. */
const NAMES_ASKED = 10;

/**
 * Refuses names that are taken. The server would do that as well. But if its answer is lost, the existing machine of
 * that name would count as the new one.
 */
async function refuseNamesakes(endpoint: Endpoint, { name, count = 1 }: MachineSpec): Promise<void> {
  if (name === undefined || name.includes(SHORT_ID)) return; // the server completes it
  const names = new Set(namesOf(name, count));
  const taken = new Set<string>();
  if (names.size <= NAMES_ASKED) {
    const there = await Promise.all([...names].map((wanted) => machinesNamed(endpoint, wanted, true)));
    for (const one of there.flat()) taken.add(one.name);
  } else {
    for await (const page of machinePages(endpoint, {}, { priority: "action" })) {
      for (const one of page) if (names.has(one.name)) taken.add(one.name);
    }
  }
  if (taken.size > 0) {
    throw new MusterError(
      `Cannot create machines in ${endpoint.name}: one with this name exists already: ${
        [...taken].join(", ")
      }. ` +
        `Nothing was sent. Give another name.`,
    );
  }
}

async function networkOf(endpoint: Endpoint, network: NonNullable<MachineSpec["networks"]>[number]) {
  return isInterface(network) ? network : await resolveNetwork(endpoint, network as NetworkRef);
}
