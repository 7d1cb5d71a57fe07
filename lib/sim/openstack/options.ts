/**
 * What a simulated OpenStack can be told before it starts.
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

/** What a project may have. -1 is without limit. */
export interface Quota {
  /** Default 55, or what was seeded and 25 more. */
  instances: number;
  /** In GB, of all volumes together. Default 200, or what was seeded and 100 more. */
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
  /** For the Rackspace way of logging in. */
  apiKey?: string;
}

/** The releases of Trove whose ways there are; those between behave as the one before. */
export type Release = 18 | 23 | 26;

/** Options of {@linkcode createOpenStack}. */
export interface OpenStackOptions {
  /** Default: a new `VirtualClock`. */
  clock?: Clock;
  /** Equal seeds give equal ids, durations and passwords. Default 1. */
  seed?: number;
  /**
   * How long transitions take, in milliseconds: one number for all, or by transition. The defaults are what a
   * small production cloud needs, from 5 seconds (`access`) to 90 (`build`).
   */
  transition?: number | Partial<Record<Transition, number>>;
  /** A transition takes between `1 - spread` and `1 + spread` times its length, evenly spread. Default 0.5. */
  spread?: number;
  /** Instances there from the start, in the first region unless they say otherwise, in the project `demo`. */
  instances?: readonly InstanceSeed[];
  /** Default: `admin`, `demo`, `alt` and the tutorial's `jsmith`; passwords in {@linkcode DEFAULT_USERS}. */
  users?: readonly UserSeed[];
  /** Default `["RegionOne", "RegionTwo"]`. Each has its own instances. */
  regions?: readonly string[];
  quota?: Partial<Quota>;
  /** In GB. Default 25. */
  maxVolumeSize?: number;
  /**
   * Requests a minute and verb that one project may make, as the rate-limit layer counts them; a number is for
   * each of POST, PUT, DELETE and GET. Default 100000: none that anybody meets.
   */
  rateLimit?: number | Partial<Record<"POST" | "PUT" | "DELETE" | "GET", number>>;
  /** How long a token is good for, in milliseconds. Default one hour. */
  tokenTtl?: number;
  /** Trouble on the wire from the start; more with the simulator's `faults`. */
  faults?: readonly FaultRule[];
  /** How long a request takes on the network, in milliseconds, half of it each way. Default 0. */
  latency?: number | ((request: Request) => number);
  /**
   * Also offers the API version 2.0 of Keystone; `"rackspace"` with the API-key method and the service type
   * `rax:database`. Default: neither, and `/v2.0` is a 404 with an HTML page, as since 2018.
   */
  legacyIdentity?: "v2.0" | "rackspace";
  /** Also takes a project's id for a token, as Trove's own test filter does: the tutorial's FakeAuth. Default false. */
  fakeAuth?: boolean;
  /** Whether there is a datastore that clusters can be made of: `cassandra`. Default false: clusters are 501. */
  clusters?: boolean;
  /** Which Trove it behaves as. Default 18. */
  release?: Release;
  /** Where clients find the parts; see {@linkcode Addresses}. Default: invented `https` hosts. */
  addresses?: Addresses;
}

/** The URLs in the catalogue. Requests are told apart by them. */
export interface Addresses {
  /** Of Keystone, without version: `https://keystone.sim.invalid:5000`. */
  identity: string;
  /** Of Trove by region and interface, without version and project. */
  database: Record<string, Record<"public" | "internal" | "admin", string>>;
}

/** Who there is unless told otherwise. The passwords are no secrets: nothing of value is behind them. */
export const DEFAULT_USERS: readonly UserSeed[] = [
  { name: "admin", password: "admin-of-sim", project: "admin", roles: ["admin", "member", "reader"] },
  { name: "demo", password: "demo-of-sim", project: "demo", apiKey: "demo-key-of-sim" },
  { name: "alt", password: "alt-of-sim", project: "alt" },
  { name: "jsmith", password: "abcdef", project: "demo", apiKey: "abcdef" },
];

/** How long each transition takes unless told otherwise, in milliseconds. */
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
