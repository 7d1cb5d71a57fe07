/**
 * Packages: list, and get by id or name.
 *
 * @module
 */
import { type Call, readRoutes, type Reply, textParam } from "../protocol/call.ts";
import { newestPackage } from "../records/machine_seed.ts";
import type { Pkg } from "../records/package_catalog.ts";
import { notFound } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function show(pkg: Pkg): Record<string, unknown> {
  const { id, name, memory, disk, swap, vcpus, lwps, version, group, description, brand } = pkg;
  return {
    ...(brand === undefined ? {} : { brand }),
    default: false,
    description,
    disk,
    group,
    id,
    lwps,
    memory,
    name,
    swap,
    vcpus,
    version,
    ...(brand === "bhyve" && pkg.flexible !== undefined ? { flexible_disk: pkg.flexible } : {}),
    ...(brand === "bhyve" && pkg.disks !== undefined ? { disks: pkg.disks } : {}),
  };
}

const FILTERS = ["brand", "name", "memory", "disk", "swap", "lwps", "version", "vcpus", "group"] as const;

function listPackages(call: Call): Reply {
  const { params } = call;
  const found = call.world.packages.filter((pkg) =>
    pkg.active && FILTERS.every((key) =>
      !params[key] || wanted(String(pkg[key] ?? ""), String(params[key]))
    ) &&
    (!params.flexible_disk || String(pkg.flexible === true) === String(params.flexible_disk))
  );
  return { body: found.map(show) };
}

/** In filters of packages `*` matches any text. */
function wanted(value: string, pattern: string): boolean {
  if (!pattern.includes("*")) return value === pattern;
  const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  return new RegExp(`^${escaped}$`).test(value);
}

function getPackage(call: Call): Reply {
  const asked = textParam(call, "package")!;
  const { packages } = call.world;
  const pkg = UUID.test(asked) ? packages.find(({ id }) => id === asked) : newestPackage(packages, asked);
  if (pkg === undefined) {
    throw notFound(UUID.test(asked) ? `Package ${asked} does not exist` : `${asked} not found`);
  }
  return { body: show(pkg) };
}

const group = "packages";

export const packageRoutes: readonly Route[] = [
  ...readRoutes(
    { path: "/:account/packages", param: "package", names: ["ListPackages", "GetPackage"], group },
    listPackages,
    getPackage,
  ),
];
