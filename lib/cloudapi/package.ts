/**
 * Packages: how much of everything a machine gets.
 *
 * @module
 */
import { type Endpoint, SelectionError } from "../chain/mod.ts";
import { listIn, pick, type Picked } from "./pick.ts";

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
  /** Threads at most. */
  lwps: number;
  version: string;
  group?: string;
  description?: string;
  /** Whether it is the datacenter's choice where none is named; always false since CloudAPI 8. */
  default?: boolean;
  brand?: string;
  flexible_disk?: boolean;
}

/** A package, or its id or name. */
export type PackageRef = string | { readonly id: string; readonly name?: string | undefined };

/** The packages of a name, a pattern or some attributes. */
export async function packages(endpoint: Endpoint, wanted?: Picked<Package>): Promise<Package[]> {
  const { body } = await endpoint.send({ method: "GET", path: "/packages" });
  return pick("packages()", listIn<Package>("packages", body), wanted, (one) => [one.name]);
}

/**
 * The package the datacenter chooses where none is named.
 *
 * @throws {SelectionError} where it has none or several; names the smallest.
 */
export async function defaultPackage(endpoint: Endpoint): Promise<Package> {
  const all = await packages(endpoint);
  // Old servers say it in words.
  const chosen = all.filter((one) => String(one.default) === "true");
  if (chosen.length === 1) return chosen[0]!;
  const among = chosen.length > 1 ? chosen : all.toSorted((a, b) => a.memory - b.memory || a.disk - b.disk);
  const named = among.slice(0, 3).map((one) => `${one.name} (${one.memory} MiB)`).join(", ");
  throw new SelectionError(
    `Cannot choose a package in ${endpoint.name} as it has ${
      chosen.length > 1 ? `${chosen.length} defaults` : "no default"
    }: name one of its ${all.length} packages, such as ${named}`,
  );
}
