import assert from "node:assert/strict";
import { MusterError, SelectionError } from "../../../../lib/muster.ts";
import { machines, world } from "../world.ts";

Deno.test("another datacenter of the same cloud is reached with the same credentials, and asked for only when used", async () => {
  const { dc, sim } = await world({ machines: machines(3) });
  const other = dc.datacenter("sim-1");
  assert.equal(String(other), `dc("test-1").datacenter("sim-1")`);
  assert.equal(
    String(other.machines({ type: "test" })),
    `dc("test-1").datacenter("sim-1").machines({ type: "test" })`,
  );
  assert.equal(sim.log.length, 0);
  assert.equal(await other.machines({ type: "test" }).count(), 3);
  assert.equal((await other.machines({ type: "test" }).stop()).endpoints[0], "sim-1");
  // Asking for one datacenter alone is answered with a redirection, so the list is asked, once.
  assert.deepEqual(sim.requests.byRoute, { ListDatacenters: 1, ListMachines: 2, UpdateMachine: 3 });
});

Deno.test("a datacenter nobody knows is an error that lists those there are", async () => {
  const { dc } = await world();
  await assert.rejects(dc.datacenter("mars").account(), (error: Error) => {
    assert.ok(error instanceof SelectionError);
    assert.match(error.message, /"mars": test-1 lists sim-1, sim-elsewhere/);
    return true;
  });
  assert.throws(() => dc.datacenter(""), MusterError);
});

Deno.test("a name that every object has is no datacenter", async () => {
  const { dc } = await world();
  await assert.rejects(dc.datacenter("constructor").account(), SelectionError);
});

Deno.test("a datacenter at an open address is not gone on to from a protected one", async () => {
  const { dc, sim } = await world();
  sim.faults.add({ do: "status", status: 200, body: { open: "http://elsewhere.invalid" } });
  await assert.rejects(dc.datacenter("open").account(), /not https/);
});

Deno.test("one that could not be found is looked for again", async () => {
  const { dc, sim } = await world();
  const other = dc.datacenter("sim-1");
  sim.faults.add({ do: "status", status: 200, body: {}, times: 1 });
  await assert.rejects(other.account(), SelectionError);
  assert.equal((await other.account()).login, "sim");
});
