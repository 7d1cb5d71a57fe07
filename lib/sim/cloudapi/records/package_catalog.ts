/**
 * The packages in every simulated datacenter.
 *
 * @module
 */
import { stableId } from "../stable_id.ts";

/** A package in the backend. Sizes in MiB. */
export interface Pkg {
  id: string;
  name: string;
  version: string;
  memory: number;
  disk: number;
  swap: number;
  vcpus: number;
  lwps: number;
  group: string;
  description: string;
  active: boolean;
  brand?: string;
  flexible?: boolean;
  disks?: { size?: number | "remaining" }[];
}

function pkg(name: string, vcpus: number, gib: number, disk: number, more: Partial<Pkg> = {}): Pkg {
  const version = more.version ?? "1.0.0";
  const group = name.slice(0, name.lastIndexOf("-"));
  return {
    id: stableId(`package ${name} ${version}`),
    name,
    version,
    memory: gib * 1024,
    disk: disk * 1024,
    swap: gib * 4096,
    vcpus,
    lwps: 4000,
    group,
    description: `${vcpus} vCPU, ${gib} GiB RAM, ${disk} GiB disk`,
    active: true,
    ...more,
  };
}

/** All packages, in the order of the list. */
export function packageCatalog(): Pkg[] {
  return [
    pkg("sample-1G", 1, 1, 10),
    pkg("sample-2G", 1, 2, 25),
    pkg("g4-highcpu-256M", 1, 0.25, 5),
    pkg("g4-highcpu-512M", 1, 0.5, 10),
    pkg("g4-highcpu-1G", 1, 1, 25),
    pkg("g4-highcpu-8G", 4, 8, 200, { version: "1.0.0" }),
    pkg("g4-highcpu-8G", 4, 8, 210, { version: "1.0.1" }),
    pkg("g4-highcpu-4G", 2, 4, 100),
    pkg("g4-highcpu-16G", 8, 16, 400),
    pkg("g4-general-4G", 2, 4, 200),
    pkg("g4-memory-32G", 4, 32, 800),
    pkg("k4-highcpu-kvm-1.75G", 1, 1.75, 50, { brand: "kvm" }),
    pkg("b4-bhyve-flex-4G", 2, 4, 100, {
      brand: "bhyve",
      flexible: true,
      disks: [{}, { size: "remaining" }],
    }),
    pkg("b4-bhyve-flex-8G", 4, 8, 200, {
      brand: "bhyve",
      flexible: true,
      disks: [{}, { size: "remaining" }],
    }),
    pkg("g3-retired-1G", 1, 1, 25, { active: false }),
  ];
}
