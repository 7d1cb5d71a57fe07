/**
 * Packages: how much of everything a machine gets.
 *
 * @module
 */
import { type Endpoint, MusterError, SelectionError } from "../chain/mod.ts";

/** A package. */
export interface Package {
  /** UUID. */
  id: string;
  name: string;
  /** MiB. */
  memory: number;
  /** MiB. */
  disk: number;
  /** MiB. */
  swap: number;
  vcpus: number;
  lwps: number;
  version: string;
  group?: string;
  description?: string;
  default?: boolean;
  brand?: string;
  flexible_disk?: boolean;
}

/** A package, or its id or name. */
export type PackageRef = string | { id: string; name?: string };

/**
 * What a reference names: the id of a record, or the text itself.
 *
 * @throws {MusterError} when it is neither.
 */
export function packageOf(wanted: PackageRef): string {
  const text = typeof wanted === "object" && wanted !== null ? wanted.id : wanted;
  if (typeof text !== "string" || text === "") {
    throw new MusterError(
      `Cannot use this as a package as it has no id and no name: ${JSON.stringify(wanted)}`,
    );
  }
  return text;
}

/**
 * The package of an id or a name. Of several with one name the newest version is meant, as the server means it.
 *
 * @throws {SelectionError} when there is none; names those that come near.
 */
export async function resolvePackage(endpoint: Endpoint, wanted: string): Promise<Package> {
  const answer = await endpoint.send({ method: "GET", path: "/packages", group: "packages" });
  const packages = answer.body as Package[];
  const found = packages.filter((one) => one.id === wanted || one.name === wanted)
    .sort((a, b) => compareVersions(b.version ?? "", a.version ?? ""));
  if (found[0]) return found[0];
  const near = packages.map((one) => one.name).filter((name) => name.includes(wanted.slice(0, 4))).slice(
    0,
    5,
  );
  throw new SelectionError(
    `Cannot find the package in ${endpoint.name} as there is none of this id or name: ${
      JSON.stringify(wanted)
    }` +
      (near.length ? `; there are ${near.join(", ")}` : ""),
  );
}

/** Orders dotted versions by their numbers, so that 1.10 is newer than 1.9. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
