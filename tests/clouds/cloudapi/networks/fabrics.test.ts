/** Fabrics and addresses, as sdc-cloudapi 9.20 has them. */
import assert from "node:assert/strict";
import { ApiError, MusterError, SelectionError } from "../../../../lib/muster.ts";
import { world } from "../world.ts";

const RANGE = { provision_start_ip: "10.7.0.10", provision_end_ip: "10.7.0.20" };
const NET = { name: "labnet", subnet: "10.7.0.0/24", ...RANGE };

Deno.test("VLANs are made, changed, read and deleted by their numbers", async () => {
  const { dc, sim } = await world();
  const before = (await dc.fabrics.vlans()).length;
  const made = await dc.fabrics.createVlan({ vlan_id: 7, name: "lab" });
  assert.deepEqual([made.vlan_id, made.name], [7, "lab"]);
  assert.equal((await dc.fabrics.updateVlan(7, { name: "lab-7", description: "x" })).description, "x");
  assert.equal((await dc.fabrics.vlan(7)).name, "lab-7");
  await assert.rejects(
    dc.fabrics.createVlan({ vlan_id: 7, name: "again" }),
    (error: Error) => error instanceof ApiError && /there is one already/.test(error.message),
  );
  await dc.fabrics.deleteVlan(7);
  assert.equal((await dc.fabrics.vlans()).length, before);
  sim.faults.add({ do: "drop-after", times: 1, when: ({ method }) => method === "POST" });
  await dc.fabrics.createVlan({ vlan_id: 8, name: "lost" });
  assert.equal(sim.log.filter(({ method }) => method === "POST").length, 2);
});

Deno.test("networks on a VLAN are made, changed and deleted by name, id or record; a VLAN with networks stays", async () => {
  const { dc } = await world();
  await dc.fabrics.createVlan({ vlan_id: 7, name: "lab" });
  const made = await dc.fabrics.createNetwork(7, { ...NET, resolvers: ["192.0.2.53"] });
  assert.deepEqual([made.name, made.vlan_id, made.internet_nat], ["labnet", 7, true]);
  await assert.rejects(dc.fabrics.deleteVlan(7), /409 InUse/);
  await dc.fabrics.updateNetwork(7, "labnet", { description: "x", resolvers: ["192.0.2.54"] });
  for (const which of ["labnet", made.id, made]) {
    assert.deepEqual((await dc.fabrics.network(7, which)).resolvers, ["192.0.2.54"]);
  }
  assert.deepEqual((await dc.fabrics.networks(7)).map(({ id }) => id), [made.id]);
  assert.equal((await dc.network("labnet")).id, made.id);
  await dc.fabrics.deleteNetwork(7, made);
  await assert.rejects(dc.fabrics.network(7, "labnet"), (error: Error) => error instanceof SelectionError);
  await dc.fabrics.deleteVlan(7);
});

Deno.test("what cannot be a VLAN, a network or an address is refused before anything is sent", async () => {
  const { dc, sim } = await world();
  for (const vlan of [1, -1, 4096, 1.5, "7", undefined]) {
    await assert.rejects(dc.fabrics.vlan(vlan as never), MusterError, String(vlan));
    await assert.rejects(dc.fabrics.createVlan({ vlan_id: vlan as never, name: "x" }), MusterError);
  }
  for (
    const spec of [{}, null, { vlan_id: 7 }, { vlan_id: 7, name: "" }, { vlan_id: 7, name: "x", mtu: 1500 }]
  ) {
    await assert.rejects(dc.fabrics.createVlan(spec as never), MusterError, JSON.stringify(spec));
  }
  await assert.rejects(dc.fabrics.createNetwork(7, { ...NET, subnet: "" }), MusterError);
  await assert.rejects(dc.fabrics.updateNetwork(7, "x", {}), MusterError);
  await assert.rejects(dc.fabrics.updateNetwork(7, "x", { subnet: "10.0.0.0/8" } as never), MusterError);
  await assert.rejects(dc.addresses.get("x", "../../account"), MusterError);
  assert.equal(sim.log.length, 0);
});

Deno.test("addresses are listed in all their pages, reserved and released", async () => {
  const each = (index: number) => ({ name: `m${index}`, networks: ["My-Fabric-Network"] });
  const { dc, sim } = await world({ machines: { count: 1200, each } });
  const all = await dc.addresses.list("My-Fabric-Network");
  assert.ok(all.length >= 1200, String(all.length));
  assert.equal(new Set(all.map(({ ip }) => ip)).size, all.length);
  assert.ok(sim.log.filter(({ route }) => route === "ListNetworkIPs").length > 1);
  // The server leaves free addresses out of a page after it was cut: a short page, or an empty one, is not the last.
  for (const machine of [...sim.account.machines.all()].slice(0, 1100)) sim.remove(machine.id);
  const left = await dc.addresses.list("My-Fabric-Network");
  assert.equal(left.filter((one) => one.belongs_to_uuid !== undefined).length, 100);
  assert.equal((await dc.addresses.reserve("My-Fabric-Network", "10.64.15.200")).reserved, true);
  assert.equal((await dc.addresses.get("My-Fabric-Network", "10.64.15.200")).reserved, true);
  assert.equal((await dc.addresses.release("My-Fabric-Network", "10.64.15.200")).reserved, false);
  await assert.rejects(dc.addresses.reserve("external", "198.18.0.9"), /public network/);
});
