/**
 * The machines of a simulated datacenter at the start.
 *
 * @module
 */
import { at32 } from "./random.ts";

/** The specification of a machine; everything has a default. */
export interface MachineSpec {
  /** Default: derived from the world's seed. */
  id?: string;
  /** Default: the first eight digits of the id. */
  name?: string;
  /** Either name of a state, such as `stopped`, `failed`, `deleted`. Default `running`. */
  state?: string;
  /** Id or name; for a name, the newest version. Default `base-64-lts`. */
  image?: string;
  /** Id or name; for a name, the newest version. Default `g4-highcpu-1G`. */
  package?: string;
  tags?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  /** Passwords by user, shown only on request: `{ root: "…" }`. */
  credentials?: Record<string, string>;
  /** Ids or names. Default: the public one and the account's fabric. */
  networks?: readonly string[];
  firewall_enabled?: boolean;
  deletion_protection?: boolean;
  docker?: boolean;
  /** Default: what the image or the package requires, else `joyent`. */
  brand?: string;
  /** Milliseconds since 1970. Default: some time in the month before the world began. */
  created?: number;
}

/**
 * The machines at the start: a number of a usual mix, a list, or a number with a function that makes each from its
 * index when the machine is first read.
 */
export type MachineSeeds = number | readonly MachineSpec[] | {
  count: number;
  each: (index: number) => MachineSpec;
};

/** The number and the specifications of some seeds. */
export function expandSeeds(seeds: MachineSeeds, seed: number): {
  count: number;
  each: (index: number) => MachineSpec;
} {
  if (typeof seeds === "number") return { count: seeds, each: (index) => usual(index, seed) };
  if ("each" in seeds) return seeds;
  return { count: seeds.length, each: (index) => seeds[index]! };
}

const PACKAGES = [
  "g4-highcpu-256M",
  "g4-highcpu-512M",
  "g4-highcpu-1G",
  "g4-highcpu-4G",
  "sample-1G",
] as const;

/** A mix: half test machines, some web and db; one in ten stopped. */
function usual(index: number, seed: number): MachineSpec {
  const type = index % 10 < 5 ? "test" : index % 10 < 8 ? "web" : "db";
  return {
    name: `${type}-${String(index).padStart(4, "0")}`,
    state: at32(seed, 21, index) % 10 === 0 ? "stopped" : "running",
    package: PACKAGES[at32(seed, 22, index) % PACKAGES.length]!,
    image: index % 3 === 0 ? "minimal-64" : "base-64-lts",
    tags: { type },
  };
}

/** The machines of `dc("sim")`: some of everything that people try first. */
export function showcase(): MachineSpec[] {
  const many = (count: number, each: (i: number) => MachineSpec) =>
    Array.from({ length: count }, (_, i) => each(i));
  const two = (i: number) => String(i).padStart(2, "0");
  return [
    ...many(40, (i) => ({
      name: `test-${two(i)}`,
      tags: { type: "test", run: i % 4 },
      state: i < 34 ? "running" : "stopped",
      package: PACKAGES[i % PACKAGES.length]!,
      image: i % 4 === 0 ? "minimal-64" : "base-64-lts",
    })),
    ...many(12, (i) => ({
      name: `web-${two(i)}`,
      tags: { type: "web", tier: "front" },
      package: "g4-highcpu-512M",
      image: "ubuntu-22.04",
      firewall_enabled: true,
      metadata: { "user-script": "#!/bin/sh\necho ready\n" },
    })),
    ...many(6, (i) => ({
      name: `db-${two(i)}`,
      tags: { type: "db", tier: "data" },
      state: i === 5 ? "stopped" : "running",
      package: i < 2 ? "b4-bhyve-flex-8G" : "g4-memory-32G",
      image: i < 2 ? "debian-12-bhyve" : "base-64-lts",
      deletion_protection: i < 2,
      networks: ["My-Fabric-Network"],
    })),
    { name: "bastion", tags: { type: "jump" }, package: "sample-1G", image: "debian-12" },
    {
      name: "legacy-win",
      tags: { type: "legacy" },
      state: "offline",
      package: "sample-2G",
      image: "smartos",
    },
    { name: "never-came-up", tags: { type: "test" }, state: "failed", package: "sample-1G" },
  ];
}
