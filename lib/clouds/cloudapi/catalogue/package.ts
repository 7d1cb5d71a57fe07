/**
 * Packages: the resources that a machine gets.
 *
 * @module
 */
import { type Described, type Endpoint, type Fields, SelectionError } from "../../../engine/mod.ts";
import { listMeant, type Picked } from "./find_in_list.ts";

/**
 * A package.
 *
 * @example
 * ```ts
 * import { dc, type Package } from "@muster/muster";
 *
 * const sizes: Package[] = await dc("sim").packages({ memory: (mib) => mib <= 1024 });
 * console.log(sizes.map(({ name, memory, disk, vcpus }) => `${name}: ${memory}, ${disk} MiB, ${vcpus}`));
 * ```
 */
export interface Package {
  /** UUID. */
  id: string;
  /** Its name; several versions may share it. */
  name: string;
  /** MiB. */
  memory: number;
  /** MiB. */
  disk: number;
  /** MiB. */
  swap: number;
  /** Virtual processors; for a zone, its share of them. */
  vcpus: number;
  /** The most threads. */
  lwps: number;
  /** Its version: `1.0.0`. */
  version: string;
  /** The family it belongs to: `g4-highcpu`. */
  group?: string;
  /** What it is for. */
  description?: string;
  /** Whether the datacenter uses it by default; always false since CloudAPI 8. */
  default?: boolean;
  /** The brand of machines that it is for: `kvm`, `bhyve`. Default: any. */
  brand?: string;
  /** Whether the creator of a machine may divide the disk space among several disks; only for `bhyve`. */
  flexible_disk?: boolean;
}

/**
 * A package, or its id or name.
 *
 * @example
 * ```ts
 * import { dc, type PackageRef } from "@muster/muster";
 *
 * const wanted: PackageRef = "g4-highcpu-4G"; // or an id, or a record
 * console.log(dc("sim").machine("bastion").resize(wanted));
 * ```
 */
export type PackageRef = string | { readonly id: string; readonly name?: string | undefined };

const sizes: Described = {
  kind: "package",
  names: (one: Package) => [one.name],
  fields: {
    id: "text",
    name: "text",
    memory: "number",
    disk: "number",
    swap: "number",
    vcpus: "number",
    lwps: "number",
    version: "text",
    group: "text",
    description: "text",
    default: "flag",
    brand: "text",
    flexible_disk: "flag",
  } satisfies Fields<Package>,
};

/** Packages by name, pattern or attributes. */
export function packages(endpoint: Endpoint, wanted?: Picked<Package>): Promise<Package[]> {
  return listMeant<Package>(endpoint, "packages", wanted, sizes);
}

/**
 * The package that the datacenter uses by default.
 *
 * @throws {SelectionError} when there is none, or more than one; the message names the smallest.
 */
export async function defaultPackage(endpoint: Endpoint): Promise<Package> {
  const all = await packages(endpoint);
  // Old servers send it as text.
  const chosen = all.filter((one) => String(one.default) === "true");
  if (chosen.length === 1) return chosen[0]!;
  const among = chosen.length > 1 ? chosen : all.toSorted((a, b) => a.memory - b.memory || a.disk - b.disk);
  const named = among.slice(0, 3).map((one) => `${one.name} (${one.memory} MiB)`).join(", ");
  throw new SelectionError(
    `Cannot choose a package in ${endpoint.name}: it has ${
      chosen.length > 1 ? `${chosen.length} defaults` : "no default"
    }. Name one of its ${all.length} packages, such as ${named}.`,
  );
}
