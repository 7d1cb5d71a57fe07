/**
 * The databases of `dbaas("sim")`.
 *
 * @module
 */
import type { Clock } from "../../engine/time/clock.ts";
import { VirtualClock } from "../clock.ts";
import type { OpenStackOptions } from "./options.ts";
import { createOpenStack, type OpenStackSim } from "./simulator.ts";
import type { InstanceSeed } from "./instance_seed.ts";

/** A simulated database service, and what a client needs for it. */
export interface SimulatedDatabases {
  /** Answers the requests to Keystone at {@linkcode SimulatedDatabases.authUrl}, and to Trove. */
  fetch: OpenStackSim["fetch"];
  clock: Clock;
  /** Keystone's URL, with `/v3`. */
  authUrl: string;
  username: string;
  password: string;
  project: string;
  /** The domain of user and project. */
  domain: string;
  region: string;
  sim: OpenStackSim;
}

/** The instances: twelve `staging-`, fifteen `prod-` with a replica pair, and some in unusual states. */
export function showcaseInstances(): InstanceSeed[] {
  const kinds: [name: string, datastore: string, databases: string[]][] = [
    ["orders", "mysql", ["orders", "stock"]],
    ["users", "mysql", ["accounts"]],
    ["search", "postgresql", ["documents"]],
  ];
  const some = (stage: string, flavor: string, volume: number, count: number) =>
    kinds.flatMap(([name, datastore, databases]) =>
      Array.from({ length: count }, (_, i): InstanceSeed => ({
        name: `${stage}-${name}-${i + 1}`,
        datastore,
        databases,
        users: ["app"],
        flavor,
        volume,
        ...(datastore === "mysql" && i === 1 ? { version: "8.0.29" } : {}),
      }))
    );
  const billing: InstanceSeed = {
    name: "prod-billing",
    flavor: "4",
    volume: 20,
    databases: ["ledger"],
    users: ["app"],
  };
  return [
    ...some("staging", "1", 2, 4),
    ...some("prod", "3", 10, 4),
    billing,
    { ...billing, name: "prod-billing-replica", replicaOf: "prod-billing" },
    { name: "prod-reports", datastore: "postgresql", flavor: "2", volume: 5, status: "RESTART_REQUIRED" },
    { name: "dev-scratch", flavor: "1", volume: 1, public: true },
    { name: "dev-mariadb", datastore: "mariadb", flavor: "1", volume: 1 },
    {
      name: "dev-broken",
      flavor: "1",
      volume: 1,
      status: "ERROR",
      fault: "Timeout waiting for the guest agent to report: no heartbeat after 600 seconds.",
    },
  ];
}

/**
 * Makes a database service in memory: 30 instances of the project `demo` in RegionOne, none in RegionTwo, seed 1,
 * and a clock on which waiting takes no time.
 *
 * @param options What should differ from that.
 */
export function simulatedDatabases(options: OpenStackOptions = {}): Promise<SimulatedDatabases> {
  const clock = options.clock ?? new VirtualClock();
  const sim = createOpenStack({ instances: showcaseInstances(), maxVolumeSize: 500, ...options, clock });
  const user = sim.keystone.identity.users.find((one) => one.name === "demo") ??
    sim.keystone.identity.users[0];
  if (user === undefined) {
    return Promise.reject(new RangeError("Cannot make the simulator: it has no users."));
  }
  return Promise.resolve({
    fetch: sim.fetch,
    clock,
    authUrl: `${sim.addresses.identity}/v3`,
    username: user.name,
    password: user.password,
    project: user.defaultProject.name,
    domain: "Default",
    region: sim.region().name,
    sim,
  });
}
