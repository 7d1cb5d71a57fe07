import assert from "node:assert/strict";
import { client } from "./signer.ts";

async function machine(spec: Record<string, unknown> = {}) {
  const c = await client({
    machines: [{ name: "a", ...spec }],
    transition: { min: 20_000, max: 20_000 },
    lag: { min: 0, max: 0 },
    slowness: () => 1,
  });
  const id = c.sim.machines()[0]!.id;
  return { ...c, path: `/my/machines/${id}`, id, later: () => c.sim.world.clock.sleep(30_000) };
}

Deno.test("a snapshot that is being made reads `deleted`, and is in no list until it is there", async () => {
  const { call, path, later } = await machine();
  const made = await call("POST", `${path}/snapshots`, { body: { name: "s" } });
  assert.equal(made.status, 201);
  assert.deepEqual(made.body, { name: "s", state: "queued" });
  assert.deepEqual((await call("GET", `${path}/snapshots/s`)).body, { name: "s", state: "deleted" });
  assert.deepEqual((await call("GET", `${path}/snapshots`)).body, []);
  await later();
  const { created, updated, size, ...rest } = (await call("GET", `${path}/snapshots/s`)).body;
  assert.deepEqual(rest, { name: "s", state: "created" });
  assert.equal(created, updated);
  assert.ok(size > 0);
  assert.equal((await call("GET", `${path}/snapshots`)).body.length, 1);
  assert.equal((await call("GET", `${path}/snapshots/none`)).status, 404);
});

Deno.test("a snapshot without a name is named by the time", async () => {
  const { call, path } = await machine();
  assert.equal((await call("POST", `${path}/snapshots`)).body.name, "20260115T120000Z");
});

Deno.test("a stopped machine starts from a snapshot, and a snapshot can be deleted", async () => {
  const { call, path, later, sim, id } = await machine({ state: "stopped" });
  await call("POST", `${path}/snapshots`, { body: { name: "s" } });
  assert.equal((await call("POST", `${path}/snapshots/s`)).status, 404, "not made yet");
  await later();
  assert.equal((await call("POST", `${path}/snapshots/s`)).status, 202);
  await later();
  assert.equal(sim.machine(id)!.state, "running");
  assert.equal((await call("DELETE", `${path}/snapshots/s`)).status, 204);
  await later();
  assert.deepEqual((await call("GET", `${path}/snapshots`)).body, []);
  assert.equal((await call("DELETE", `${path}/snapshots/s`)).status, 404);
  const actions = sim.executions(id).map(({ action }) => action);
  assert.deepEqual(actions, ["create_snapshot", "rollback_snapshot", "delete_snapshot"]);
});

Deno.test("bhyve machines have no snapshots", async () => {
  const { call, path } = await machine({ image: "debian-12-bhyve" });
  assert.equal(
    (await call("POST", `${path}/snapshots`)).body.message,
    "Snapshots of bhyve VMs are not allowed",
  );
});

Deno.test("a NIC is added with 201 and a reboot, a second one on the network is a redirect to it", async () => {
  const { call, path, later, sim, id } = await machine({ networks: ["external"] });
  const network = sim.world.networks.find(({ name }) => name === "backend")!.id;
  const added = await call("POST", `${path}/nics`, { body: { network } });
  assert.equal(added.status, 201);
  const mac = added.body.mac.replaceAll(":", "");
  assert.equal(added.headers.get("location"), `/demo/machines/${id}/nics/${mac}`);
  assert.equal(added.body.state, "provisioning");
  await sim.world.clock.sleep(100);
  assert.equal(sim.machine(id)!.state, "stopping");
  await later();
  assert.equal((await call("GET", `${path}/nics/${mac}`)).body.state, "running");
  assert.equal((await call("GET", path)).body.ips.length, 2);
  const again = await call("POST", `${path}/nics`, { body: { network } });
  assert.equal(again.status, 302);
  assert.equal(again.headers.get("location"), `/demo/machines/${id}/nics/${mac}`);
  assert.equal((await call("GET", `${path}/nics`)).headers.get("x-resource-count"), "2");
  assert.equal((await call("DELETE", `${path}/nics/${mac}`)).status, 204);
  await later();
  assert.equal((await call("GET", `${path}/nics/${mac}`)).status, 404);
});

Deno.test("what is wrong with a NIC is said in the server's words", async () => {
  const { call, path } = await machine();
  const message = async (body: unknown) => (await call("POST", `${path}/nics`, { body })).body.message;
  assert.equal(await message({}), "network must be specified");
  assert.equal(await message({ network: "x" }), "network argument has invalid format");
  assert.equal(await message({ network: "00000000-0000-4000-8000-000000000000" }), "network not found");
  assert.equal((await call("GET", `${path}/nics/90:b8:d0`)).body.message, "mac has invalid format");
});

Deno.test("disks are for stopped bhyve machines", async () => {
  const { call, path, later, sim, id } = await machine({
    image: "debian-12-bhyve",
    package: "b4-bhyve-flex-4G",
  });
  const disks = async () => (await call("GET", `${path}/disks`)).body;
  const [boot, data] = await disks();
  assert.deepEqual([boot.pci_slot, boot.boot, data.boot], ["0:4:0", true, false]);
  assert.equal(boot.size + data.size, 102_400);
  assert.equal(
    (await call("POST", `${path}/disks`, { body: { size: 10 } })).body.message,
    "VM must be stopped",
  );
  sim.setState(id, "stopped");
  const full = await call("POST", `${path}/disks`, { body: { size: 10 } });
  assert.equal(full.body.code, "InsufficientDiskSpace");
  const shrink = { size: 2048, dangerous_allow_shrink: true };
  assert.equal((await call("POST", `${path}/disks/${data.id}`, { body: { size: 2048 } })).status, 409);
  const resized = await call("POST", `${path}/disks/${data.id}`, { body: shrink });
  assert.deepEqual([resized.status, resized.body.state], [200, "resizing"]);
  await later();
  assert.equal((await disks())[1].size, 2048);
  const added = await call("POST", `${path}/disks`, { body: { size: 1024 } });
  assert.deepEqual([added.status, added.text], [202, ""]);
  assert.equal((await disks()).length, 2, "without a slot it shows when it is there");
  await later();
  assert.equal((await disks()).length, 3);
  const slotted = await call("POST", `${path}/disks`, { body: { size: 1024, pci_slot: "0:4:7" } });
  assert.deepEqual([slotted.status, slotted.body.state], [200, "creating"]);
  assert.match(slotted.headers.get("location")!, new RegExp(slotted.body.id));
  assert.equal((await call("DELETE", `${path}/disks/${data.id}`)).status, 204);
  await later();
  assert.equal((await call("GET", `${path}/disks/${data.id}`)).status, 404);
});

Deno.test("adding a disk to a machine that is not bhyve is never answered", async () => {
  const { call, path } = await machine({ state: "stopped" });
  const control = new AbortController();
  const asking = call("POST", `${path}/disks`, { body: { size: 10 }, signal: control.signal });
  setTimeout(() => control.abort(new Error("gave up")), 30);
  await assert.rejects(asking, /gave up/);
});
