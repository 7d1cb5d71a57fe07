/**
 * Three kinds of things behind one face: the made-up jobs, CloudAPI's machines and Trove's instances. Each world begins with
 * healthy members, and has one action that ends in a settled state and one that destroys.
 */
import type { Clock, RunOptions } from "../../lib/engine/mod.ts";
import type { Report } from "../../lib/engine/run/report/report.ts";
import type { VirtualClock } from "../../lib/sim/mod.ts";
import { machines, world as cloudapi } from "../clouds/cloudapi/world.ts";
import { instances, world as trove } from "../clouds/openstack/trove/world.ts";
import { Farm } from "../engine/farm.ts";
import { jobs, oneJob } from "../engine/job.ts";

/** A chain of whatever resource, as these tests use it. */
export interface AnyChain extends PromiseLike<Report> {
  where(where: Record<string, unknown>): AnyChain;
  protect(where: Record<string, unknown>): AnyChain;
  all(): AnyChain;
  max(count: number): AnyChain;
  waitUntil(target: string): AnyChain;
  barrier(): AnyChain;
  count(): Promise<number>;
  plan(): Promise<{ members: readonly { id: string }[] }>;
  run(options?: RunOptions): Promise<Report>;
}

/** One world and its words. */
export interface Same {
  readonly clock: Clock;
  readonly pageSize: number;
  /** The action that ends in `settled`, the action that destroys, and its final state. */
  readonly words: { act: string; settled: string; destroy: string; gone: string; name: string };
  /** Everything there is, unbounded. */
  selection(): AnyChain;
  one(which: string): AnyChain;
  /** The nth member's id and name. */
  member(n: number): { id: string; name: string };
  /** Requests the server got. */
  requests(): number;
  /** What the server did to the nth member, in order. */
  done(n: number): string[];
  /** From now on the answers of some writes get lost, or the writes themselves. */
  lose(what: "answer" | "request", times: number): void;
  /** Makes the current transition of the nth member fail now. */
  break(n: number): void;
  /** Somebody else destroys the nth member. */
  remove(n: number): void;
  /** Logs in, which would otherwise happen with the first request. */
  ready(): Promise<unknown>;
}

/** A step of a chain by its name. */
export function step(chain: AnyChain, name: string): AnyChain {
  return (chain as unknown as Record<string, () => AnyChain>)[name]!();
}

const isWrite = ({ method }: { method: string }) => method !== "GET";

/** Made-up jobs. The first takes for ever where `slow`. */
function jobWorld(count: number, slow: boolean): Promise<Same> {
  let losing: { what: "lose" | "drop"; left: number } | undefined;
  const farm = new Farm(count, {
    takes: (n) => slow && n === 0 ? 3_600_000 : 2000 + 100 * n,
    fault: (request) => isWrite(request) && losing && losing.left-- > 0 ? losing.what : undefined,
  });
  return Promise.resolve({
    clock: farm.clock,
    pageSize: 50,
    words: { act: "pause", settled: "paused", destroy: "remove", gone: "gone", name: "title" },
    selection: () => jobs(farm.handle) as unknown as AnyChain,
    one: (which) => oneJob(farm.handle, which) as unknown as AnyChain,
    member: (n) => ({ id: `j${n}`, name: `job-${n}` }),
    requests: () => farm.requests.length,
    done: (n) => farm.executed.get(`j${n}`) ?? [],
    lose: (what, times) => losing = { what: what === "answer" ? "lose" : "drop", left: times },
    break: (n) => void (farm.jobs.get(`j${n}`)!.phase = "broken"),
    remove: (n) => void farm.jobs.delete(`j${n}`),
    ready: () => Promise.resolve(),
  });
}

async function machineWorld(count: number, slow: boolean): Promise<Same> {
  const { sim, clock, dc } = await cloudapi({ machines: machines(count) });
  const at = (n: number) =>
    sim.machines().find((one) => one.name === `test-${n}`) as { id: string } | undefined;
  const ids = Array.from({ length: count }, (_, n) => at(n)!.id);
  if (slow) sim.hang(ids[0]!);
  return {
    clock,
    pageSize: 1000,
    words: { act: "stop", settled: "stopped", destroy: "delete", gone: "deleted", name: "name" },
    selection: () => dc.machines() as unknown as AnyChain,
    one: (which) => dc.machine(which) as unknown as AnyChain,
    member: (n) => ({ id: ids[n]!, name: `test-${n}` }),
    requests: () => sim.log.length,
    // The server's own name for it.
    done: (n) => sim.executions(ids[n]!).map(({ action }) => action === "destroy" ? "delete" : action),
    lose: (what, times) =>
      void sim.faults.add({ do: what === "answer" ? "drop-after" : "drop-before", when: isWrite, times }),
    break: (n) => sim.setState(ids[n]!, "failed"),
    remove: (n) => sim.remove(ids[n]!),
    ready: () => dc.endpoint(),
  };
}

async function instanceWorld(count: number, slow: boolean): Promise<Same> {
  const { sim, clock, db } = await trove({ instances: instances(count) });
  const ids = Array.from({ length: count }, (_, n) => sim.instance(`staging-${n}`)!.id);
  if (slow) sim.hang(ids[0]!);
  return {
    clock: clock as VirtualClock,
    pageSize: 20,
    words: { act: "restart", settled: "ready", destroy: "delete", gone: "gone", name: "name" },
    selection: () => db.instances() as unknown as AnyChain,
    one: (which) => db.instance(which) as unknown as AnyChain,
    member: (n) => ({ id: ids[n]!, name: `staging-${n}` }),
    requests: () => sim.log.length,
    done: (n) => sim.executions(ids[n]!).map((one) => one.action),
    lose: (what, times) =>
      void sim.faults.add({ do: what === "answer" ? "drop-after" : "drop-before", when: isWrite, times }),
    break: (n) => sim.break(ids[n]!),
    remove: (n) => sim.remove(ids[n]!),
    ready: () => db.endpoint(),
  };
}

/** Each makes a world with this many members. With `slow` the first one hangs in its transition. */
export const WORLDS: Readonly<Record<string, (count: number, slow?: boolean) => Promise<Same>>> = {
  jobs: (count, slow = false) => jobWorld(count, slow),
  machines: (count, slow = false) => machineWorld(count, slow),
  instances: (count, slow = false) => instanceWorld(count, slow),
};
