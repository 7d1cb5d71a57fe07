/**
 * A member whose plan contains a refusal is not begun: nothing at all is sent to it.
 */
import assert from "node:assert/strict";
import { describe, select } from "../../../lib/engine/mod.ts";
import { jobs } from "../../engine/job.ts";
import { Farm } from "../../engine/farm.ts";
import { world as datacenter } from "../../clouds/cloudapi/world.ts";
import { world as databases } from "../../clouds/openstack/trove/world.ts";

const quiet = { throwOnError: false } as const;
const writes = (farm: Farm) => farm.requests.filter(({ method }) => method !== "GET").length;

/** Machines: the first as given, the others ordinary. */
const mixed = (first: Record<string, unknown>) =>
  datacenter({
    machines: [0, 1, 2].map((n) => ({
      name: `web-${n}`,
      state: "running",
      tags: { type: "web" },
      ...(n === 0 ? first : {}),
    })),
  });

Deno.test("a machine that is protected from deletion is not shut down first", async () => {
  const { dc, sim } = await mixed({ deletion_protection: true });
  const chain = dc.machines({ type: "web" }).stop().waitUntil("stopped").delete();
  const plan = await chain.plan();
  assert.equal(plan.refused, 1);
  assert.match(String(plan), /3 machines in test-1, 1 will not be begun; nothing has been changed/);
  assert.match(String(plan), /delete\(\): REFUSED \(it is protected from deletion/);
  assert.deepEqual([...plan.tally(0)].sort(), [["send", 2], ["withheld", 1]]);
  assert.equal(plan.writes, 4);
  const members = plan.toJSON().members as {
    refused?: string;
    steps: { verdict: string; request?: string }[];
  }[];
  const json = members.find(({ refused }) => refused);
  assert.equal(plan.toJSON().refused, 1);
  assert.match(json!.refused!, /^Cannot delete machine web-0: it is protected from deletion/);
  assert.deepEqual(json!.steps.map(({ verdict }) => verdict), ["withheld", "withheld", "refuse"]);
  assert.ok(json!.steps.every(({ request }) => request === undefined));

  const report = await chain.run(quiet);
  assert.deepEqual(report.failed.map(({ name }) => name), ["web-0"]);
  assert.equal(report.succeeded.length, 2);
  assert.match(
    report.failed[0]!.why,
    /^Cannot delete machine web-0: it is protected from deletion.* It was not begun: nothing was sent to it\.$/,
  );
  assert.equal(report.failed[0]!.requests, 0);
  assert.equal(report.failed[0]!.step, "delete()");
  assert.equal((await dc.machine("web-0")).state, "running");
  assert.equal(
    sim.writes.filter(({ action }) => action === "destroy").length,
    2,
  );
});

Deno.test("a step that lifts what is in the way is no refusal, and one that puts it there is", async () => {
  const { dc } = await mixed({ deletion_protection: true });
  const all = dc.machines({ type: "web" });
  const lifted = await all.disableDeletionProtection().waitUntil("running").delete().plan();
  assert.equal(lifted.refused, 0);
  const put = await all.enableDeletionProtection().delete().plan();
  assert.equal(put.refused, 3);
  assert.equal(put.writes, 0);
  const report = await all.disableDeletionProtection().delete().waitUntil("deleted").run(quiet);
  assert.equal(report.succeeded.length, 3, String(report));
});

Deno.test("what a machine's brand does not allow is refused before anything is done to it", async () => {
  for (
    const [first, why, act] of [
      [{ brand: "kvm" }, /web-0: it is a kvm machine, and those cannot be resized/, "resize"],
      [{ brand: "kvm" }, /web-0: it is a kvm machine, and those have no snapshots/, "snapshot"],
      [{ brand: "bhyve" }, /web-0: it is a bhyve machine, and those have no snapshots/, "snapshot"],
      [{ brand: "bhyve" }, /those need a package with flexible disk space/, "resize"],
    ] as const
  ) {
    const { dc } = await mixed(first);
    const stopped = dc.machines({ type: "web" }).where({ name: "web-0" }).stop().waitUntil("stopped");
    const chain = act === "resize" ? stopped.resize("g4-highcpu-4G") : stopped.snapshot("before");
    const report = await chain.run(quiet);
    assert.match(report.failed[0]?.why ?? "", why);
    assert.equal(report.requests.writes, 0);
    assert.equal((await dc.machine("web-0")).state, "running");
  }
});

Deno.test("stop().delete() without the wait stops nobody", async () => {
  const { dc } = await mixed({});
  // deno-lint-ignore no-explicit-any
  const chain = (dc.machines({ type: "web" }).stop() as any).delete();
  const report = await chain.run(quiet);
  assert.equal(report.failed.length, 3);
  assert.equal(report.requests.writes, 0);
  assert.match(
    report.failed[0].why,
    /^Cannot delete machine web-\d: it is stopping, and delete needs .*\. Wait until it is stopped first\. It was not begun/,
  );
});

Deno.test("where one is refused before a barrier that holds, nobody is begun", async () => {
  const { dc } = await mixed({ deletion_protection: true });
  const stopped = dc.machines({ type: "web" }).stop().waitUntil("stopped");
  const held = await stopped.barrier().delete().run(quiet);
  assert.equal(held.failed.length, 3);
  assert.equal(held.requests.writes, 0);
  assert.match(
    held.members.map(({ why }) => why).join(),
    /1 member is not begun, and the barrier holds the others there/,
  );
  const going = await stopped.barrier({ ifFailed: "continue" }).delete().run(quiet);
  assert.deepEqual(going.failed.map(({ name }) => name), ["web-0"]);
  assert.equal(going.succeeded.length, 2);
  assert.equal((await dc.machine("web-0")).state, "running");
});

Deno.test("of a source and its replicas that are deleted at once, the source is not begun", async () => {
  const { db } = await databases({
    instances: [{ name: "source" }, { name: "copy", replicaOf: "source" }, { name: "other" }],
  });
  const report = await db.instances().all().restart().waitUntil("ready").delete().run({
    ...quiet,
    yes: true,
  });
  assert.deepEqual(report.failed.map(({ name }) => name), ["source"]);
  assert.match(report.failed[0]!.why, /it has a replica\. Delete or detach it first/);
  assert.equal(report.failed[0]!.requests, 0);
});

Deno.test("a volume that would shrink, a second configuration and a database in an unbuilt instance are refused", async () => {
  const { db } = await databases({
    instances: [{ name: "big", volume: 10 }, { name: "new", status: "BUILD" }],
  });
  const shrunk = await db.instance("big").restart().waitUntil("ready").resizeVolume(5).run(quiet);
  assert.match(shrunk.failed[0]?.why ?? "", /its volume has 10 GB, and a volume can only grow/);
  assert.equal(shrunk.requests.writes, 0);
  const unbuilt = await db.instance("new").createDatabase("app").run(quiet);
  assert.match(unbuilt.failed[0]?.why ?? "", /it is still being built\. Wait until it is ready first/);
  assert.equal(unbuilt.requests.writes, 0);
});

interface Thing {
  id: string;
  title: string;
  phase: string;
  pool: string;
  priority: number;
  locked?: boolean;
}

Deno.test("a resource of one's own says what is in the way, what a step makes of it, and what it leaves unknown", async () => {
  const path = (id: string) => `/jobs/${id}`;
  const put = (id: string) => ({ method: "PUT", path: path(id), body: { priority: 1 } }) as const;
  const thing = describe({
    kind: "thing",
    states: ["working", "paused", "gone"],
    drift: {},
    state: (one: Thing) => one.phase,
    id: (one) => one.id,
    name: (one) => one.title,
    gone: { state: "gone", statuses: [404] },
    list: {
      pageSize: 50,
      async *pages(endpoint) {
        yield (await endpoint.send({ method: "GET", path: "/jobs" })).body as Thing[];
      },
    },
    get: (id) => ({ method: "GET", path: path(id) }),
    read: (body) => body as Thing,
    actions: {
      lock: {
        from: ["working"],
        changes: ["locked"],
        makes: () => ({ locked: true }),
        request: ({ id }) => put(id),
      },
      unlock: {
        from: ["working"],
        changes: ["locked"],
        makes: () => ({ locked: false }),
        request: ({ id }) => put(id),
      },
      shuffle: { from: ["working"], changes: ["locked"], request: ({ id }) => put(id) },
      touch: { from: ["working"], request: ({ id }) => put(id) },
      remove: {
        from: ["working"],
        enters: "gone",
        destructive: true,
        obstacle: ({ record }) => record.locked ? "it is locked" : undefined,
        request: ({ id }) => ({ method: "DELETE", path: path(id) }),
      },
    },
  });
  const farm = new Farm(0);
  farm.add({ id: "j0", locked: true } as never);
  farm.add({ id: "j1" });
  const things = select(thing, { endpoint: farm.handle, handle: "farm()", source: { kind: "list" } }).all();
  const refused = async (
    chain: { plan(): Promise<{ members: readonly { name: string; predictions: readonly unknown[] }[] }> },
  ) =>
    (await chain.plan()).members.filter(({ predictions }) =>
      (predictions.at(-1) as { verdict: string }).verdict === "refuse"
    ).map(({ name }) => name);
  assert.deepEqual(await refused(things.remove()), ["job-0"]);
  assert.deepEqual(await refused(things.touch().remove()), ["job-0"]);
  assert.deepEqual(await refused(things.unlock().remove()), []);
  assert.deepEqual(await refused(things.lock().remove()), ["job-0", "job-1"]);
  assert.deepEqual(await refused(things.lock().unlock().remove()), []);
  // Nothing is reported about what is not known.
  assert.deepEqual(await refused(things.shuffle().remove()), []);
});

Deno.test("a job that cannot come to the end of its chain is not begun, whichever step it is", async () => {
  const farm = new Farm(3);
  farm.jobs.get("j1")!.phase = "broken";
  const report = await jobs(farm.handle).all().promote(5).pause().waitUntil("paused").remove().run(quiet);
  assert.deepEqual(report.failed.map(({ name }) => name), ["job-1"]);
  assert.equal(farm.executed.get("j1"), undefined);
  assert.equal(writes(farm), 6);
});
