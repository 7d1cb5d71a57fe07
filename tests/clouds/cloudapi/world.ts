/**
 * A simulated datacenter for one test, and the handle to it: virtual clock, real signatures, nothing shared.
 */
import { type Datacenter, type DatacenterOptions, dc } from "../../../lib/muster.ts";
import {
  type CloudApiOptions,
  type CloudApiSim,
  simulatedDatacenter,
  type VirtualClock,
} from "../../../lib/sim/mod.ts";

export interface World {
  sim: CloudApiSim;
  clock: VirtualClock;
  dc: Datacenter;
  /** Another handle to the same datacenter. */
  with(options: DatacenterOptions): Datacenter;
}

/** Makes one. Without options: no machines, no rate limit, transitions of 1.5 to 4.5 s. */
export async function world(options: CloudApiOptions = {}, handle: DatacenterOptions = {}): Promise<World> {
  const made = await simulatedDatacenter({
    machines: [],
    throttle: false,
    transition: { min: 1500, max: 4500 },
    slowness: () => 1,
    ...options,
  });
  const { sim, account, keyId, privateKey, url } = made;
  const clock = made.clock as VirtualClock;
  const open = (more: DatacenterOptions) =>
    dc({
      name: "test-1",
      url,
      fetch: sim.fetch as typeof fetch,
      clock,
      signer: {
        keyId: `/${account}/keys/${keyId}`,
        algorithm: "ed25519-sha512",
        sign: async (data) => new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, data)),
      },
      ...more,
    });
  return { sim, clock, dc: open(handle), with: (more) => open({ ...handle, ...more }) };
}

/** The machines of a test: running, tagged type=test. */
export const machines = (count: number) => ({
  count,
  each: (index: number) => ({ name: `test-${index}`, state: "running", tags: { type: "test" } }),
});
