/**
 * Whatever the server allows to delete can be deleted, however stuck it is. A wait that a chain lacks is still refused.
 */
import assert from "node:assert/strict";
import { predict } from "../../../lib/engine/plan/predict.ts";
import { machine } from "../../../lib/clouds/cloudapi/machines/machine.ts";
import { world as datacenter } from "../../clouds/cloudapi/world.ts";
import { instances, world as databases } from "../../clouds/openstack/trove/world.ts";

const quiet = { throwOnError: false } as const;

for (const state of ["provisioning", "stopping", "offline", "failed"] as const) {
  Deno.test(`a machine that is found ${state} is deleted`, async () => {
    const { dc } = await datacenter({ machines: [{ name: "stuck", state: state as never }] });
    const chain = dc.machine("stuck").delete().waitUntil("deleted");
    assert.equal((await chain.plan()).refused, 0);
    const report = await chain.run(quiet);
    assert.deepEqual(report.members.map(({ fate }) => fate), ["succeeded"], String(report));
  });
}

Deno.test("a machine that drifts on after its deletion was asked for is waited for", async () => {
  const { dc, sim } = await datacenter({ machines: [{ name: "other" }] });
  const made = await dc.createMachine({ name: "new", image: "base-64-lts", package: "g4-highcpu-1G" });
  assert.equal(made.succeeded.length, 1);
  const report = await dc.machine("new").delete().waitUntil("deleted").run(quiet);
  assert.deepEqual(report.members.map(({ fate }) => fate), ["succeeded"], String(report));
  assert.equal(sim.machines().find(({ name }) => name === "new")?.state, "deleted");
});

Deno.test("where the chain itself has led to a state on the way, the wait that was forgotten is missed", () => {
  const step = (name: string) => ({ kind: "action", name, args: [] }) as const;
  const wait = { kind: "wait", until: false, targets: ["running"], timeout: 1, every: undefined } as const;
  const last = (steps: Parameters<typeof predict>[1], state: string) =>
    predict(machine, steps, state, { record: { state }, now: 0 }).at(-1)!;
  assert.equal(last([step("stop"), step("delete")], "running").verdict, "refuse");
  assert.match(last([step("stop"), step("delete")], "running").why, /Wait until it is stopped first/);
  assert.equal(last([step("stop"), wait, step("delete")], "running").verdict, "send");
  assert.equal(last([step("stop"), step("delete")], "stopped").verdict, "send");
  assert.equal(last([step("delete")], "stopping").verdict, "send");
  assert.equal(last([step("reboot"), step("delete")], "running").verdict, "refuse");
});

Deno.test("a database that is down, or whose server is gone, is deleted and not believed to be going already", async () => {
  const { db, sim } = await databases({ instances: [{ name: "down", status: "SHUTDOWN" }] });
  const report = await db.instance("down").delete().waitUntil("gone").run(quiet);
  assert.deepEqual(report.members.map(({ fate }) => fate), ["succeeded"], String(report));
  assert.equal(sim.writes.length, 1);
  // A second time while it is being deleted does no harm.
  const other = await databases({ instances: instances(1) });
  await other.db.instance("staging-0").delete();
  const again = await other.db.instance("staging-0").delete().waitUntil("gone").run(quiet);
  assert.equal(again.succeeded.length, 1);
  assert.equal(other.sim.instances().length, 0);
});

Deno.test("a database that is down is restarted and resized where the release takes that; the server decides", async () => {
  const { db } = await databases({ instances: [{ name: "down", status: "SHUTDOWN" }] });
  const plan = await db.instance("down").restart().plan();
  assert.equal(plan.members[0]!.predictions[0]!.verdict, "send");
  assert.equal((await db.instance("down").resizeVolume(5).plan()).refused, 0);
});

Deno.test("a backup that has been in the making for days is sent, a new one is refused", async () => {
  const { db, clock } = await databases({ instances: instances(1) });
  await db.createBackup({ name: "now", instance: "staging-0" });
  const chain = db.backup("now").delete();
  const plan = await chain.plan();
  assert.match(plan.members[0]!.predictions[0]!.why, /it is still being made/);
  const { resource, steps, members: [member] } = plan;
  const { record, state } = member!;
  const later = predict(resource, steps, state, { record, now: clock.now() + 3 * 24 * 3_600_000 });
  assert.equal(later[0]!.verdict, "send");
});

Deno.test("a cluster at work is not deleted, and one that is stuck in being deleted is", async () => {
  const { cluster } = await import("../../../lib/clouds/openstack/trove/clusters/cluster.ts");
  const remove = [{ kind: "action", name: "delete", args: [] }] as const;
  const at = (state: string) => predict(cluster(), remove, state, { record: { instances: [] }, now: 0 })[0]!;
  assert.equal(at("GROWING_CLUSTER").verdict, "refuse");
  assert.equal(at("DELETING").verdict, "send");
  assert.equal(at("NONE").verdict, "send");
});
