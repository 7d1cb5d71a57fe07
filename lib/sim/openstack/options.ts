/**
 * The options of a simulated OpenStack.
 *
 * @module
 */
import type { Clock } from "../../engine/time/clock.ts";
import type { FaultRule } from "../faults.ts";
import type { InstanceSeed } from "./instance_seed.ts";

/** The transitions that take time. */
export type Transition =
  | "build"
  | "restart"
  | "resize"
  | "delete"
  | "backup"
  | "promote"
  | "eject"
  | "detach"
  | "upgrade"
  | "access"
  /** How long `operating_status` stays empty after `status` is back at `ACTIVE`. */
  | "lag"
  /** Any step of a cluster's task. */
  | "cluster";

/** The limits of a project. -1 means unlimited. */
export interface Quota {
  /** Default 55, or what was seeded plus 25. */
  instances: number;
  /** In GB, for all volumes together. Default 200, or what was seeded plus 100. */
  volumes: number;
  /** Default 50. */
  backups: number;
  /** In MB. Default -1. */
  ram: number;
}

/** A user who may log in. */
export interface UserSeed {
  name: string;
  password: string;
  /** The project the user has roles in, which is also the default project. */
  project: string;
  /** Default `["member", "reader"]`. `admin` makes an administrator of the whole cloud. */
  roles?: readonly string[];
  /** Default true. */
  enabled?: boolean;
  /** For Rackspace's login. */
  apiKey?: string;
}

/** The releases of Trove whose behaviour is simulated. Those between behave as the one before. */
export type Release = 18 | 23 | 26;

/** Options of {@linkcode createOpenStack}. */
export interface OpenStackOptions {
  /** Default: a new `VirtualClock`. */
  clock?: Clock;
  /** Equal seeds make equal ids, durations and passwords. Default 1. */
  seed?: number;
  /**
   * How long transitions take, in milliseconds: one number for all, or one for each. The defaults are those of a small
   * production cloud, from 5 seconds (`access`) to 90 (`build`).
   */
  transition?: number | Partial<Record<Transition, number>>;
  /** A transition takes between `1 - spread` and `1 + spread` times its length, evenly distributed. Default 0.5. */
  spread?: number;
  /** The instances at the start: by default in the first region, and in the project `demo`. */
  instances?: readonly InstanceSeed[];
  /** Default: `admin`, `demo`, `alt` and the tutorial's `jsmith`; passwords in {@linkcode DEFAULT_USERS}. */
  users?: readonly UserSeed[];
  /** Default `["RegionOne", "RegionTwo"]`. Each has its own instances. */
  regions?: readonly string[];
  quota?: Partial<Quota>;
  /** In GB. Default 25. */
  maxVolumeSize?: number;
  /**
   * Requests per minute and method that one project may send; one number is for each of POST, PUT, DELETE and GET.
   * Default 100000, which nobody reaches.
   */
  rateLimit?: number | Partial<Record<"POST" | "PUT" | "DELETE" | "GET", number>>;
  /** How long a token is valid, in milliseconds. Default one hour. */
  tokenTtl?: number;
  /** Faults from the start; the simulator's `faults` adds more. */
  faults?: readonly FaultRule[];
  /** How long a request takes on the network, in milliseconds, half of it each way. Default 0. */
  latency?: number | ((request: Request) => number);
  /**
   * Also offers the API version 2.0 of Keystone; `"rackspace"` with the API-key method and the service type
   * `rax:database`. Default: neither, and `/v2.0` is a 404 with an HTML page, as since 2018.
   */
  legacyIdentity?: "v2.0" | "rackspace";
  /**
   * Also accepts a project's id as a token, as Trove's own test filter does: the tutorial's FakeAuth. Default false.
   */
  fakeAuth?: boolean;
  /** Whether there is a datastore for clusters: `cassandra`. Default false: clusters are 501. */
  clusters?: boolean;
  /** Which release of Trove it simulates. Default 18. */
  release?: Release;
  /** The URLs of the parts; see {@linkcode Addresses}. Default: invented `https` hosts. */
  addresses?: Addresses;
}

/** The URLs in the catalogue. Requests are distinguished by them. */
export interface Addresses {
  /** Keystone's URL, without a version: `https://keystone.sim.invalid:5000`. */
  identity: string;
  /** Trove's URLs by region and interface, without version and project. */
  database: Record<string, Record<"public" | "internal" | "admin", string>>;
}

/** The default users. The passwords are not secret: they protect nothing. */
export const DEFAULT_USERS: readonly UserSeed[] = [
  { name: "admin", password: "admin-of-sim", project: "admin", roles: ["admin", "member", "reader"] },
  { name: "demo", password: "demo-of-sim", project: "demo", apiKey: "demo-key-of-sim" },
  { name: "alt", password: "alt-of-sim", project: "alt" },
  { name: "jsmith", password: "abcdef", project: "demo", apiKey: "abcdef" },
];

/** The default length of each transition, in milliseconds. */
export const TRANSITIONS: Readonly<Record<Transition, number>> = {
  build: 90_000,
  restart: 20_000,
  resize: 60_000,
  delete: 15_000,
  backup: 45_000,
  promote: 40_000,
  eject: 40_000,
  detach: 15_000,
  upgrade: 60_000,
  access: 5_000,
  lag: 2_000,
  cluster: 120_000,
};
