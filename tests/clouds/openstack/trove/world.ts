/**
 * A simulated Keystone and Trove for one test, and the handle to it: virtual clock, a login, nothing shared.
 */
import { type DatabaseService, type DatabaseServiceOptions, dbaas } from "../../../../lib/muster.ts";
import {
  type OpenStackOptions,
  type OpenStackSim,
  simulatedDatabases,
} from "../../../../lib/sim/openstack/mod.ts";
import type { VirtualClock } from "../../../../lib/sim/mod.ts";

export interface World {
  sim: OpenStackSim;
  clock: VirtualClock;
  db: DatabaseService;
  /** Another handle to the same cloud: another user, another region. */
  with(options: DatabaseServiceOptions): DatabaseService;
  /** A handle with which the cloud's operator works. */
  admin: DatabaseService;
}

/** Makes one. Without options: no instances, no rate limit, transitions as in a small cloud. */
export async function world(
  options: OpenStackOptions = {},
  handle: DatabaseServiceOptions = {},
): Promise<World> {
  const made = await simulatedDatabases({ instances: [], ...options });
  const { sim, authUrl, username, password, project, region } = made;
  const clock = made.clock as VirtualClock;
  const open = (more: DatabaseServiceOptions) =>
    dbaas({ authUrl, username, password, project, region, fetch: sim.fetch as typeof fetch, clock, ...more });
  return {
    sim,
    clock,
    db: open(handle),
    with: (more) => open({ ...handle, ...more }),
    admin: open({ ...handle, username: "admin", password: "admin-of-sim", project: "admin" }),
  };
}

/** Healthy instances: `staging-0`, `staging-1`, … */
export const instances = (count: number, stem = "staging") =>
  Array.from({ length: count }, (_, n) => ({ name: `${stem}-${n}` }));
