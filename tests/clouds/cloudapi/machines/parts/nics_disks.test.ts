/** Network interfaces and disks of machines, as steps. */
import assert from "node:assert/strict";
import { type Disk, MusterError, type Nic } from "../../../../../lib/muster.ts";
import { type World, world } from "../../world.ts";

const writes = (sim: World["sim"]) => sim.log.filter((one) => one.method !== "GET");

Deno.test("a machine is put on a network and taken off it, and is back when the step ends", async () => {
  const { dc, sim } = await world({ machines: [{ name: "a" }] });
  const before = await dc.machine("a").nics();
  const report = await dc.machine("a").addNic("backend").waitUntil("running");
  const nic = report.members[0]!.output[0] as Nic;
  assert.equal(nic.state, "running");
  assert.equal((await dc.machine("a").nics()).length, before.length + 1);
  assert.equal((await dc.machine("a").nic(nic.mac.toUpperCase())).ip, nic.ip);
  const again = await dc.machine("a").addNic("backend");
  assert.match(again.skipped[0]?.why ?? String(again), /on this network already/);
  await dc.machine("a").removeNic(nic).waitUntil("running");
  assert.deepEqual((await dc.machine("a").nics()).map((one) => one.mac), before.map((one) => one.mac));
  assert.deepEqual(sim.writes.map(({ action }) => action), ["add_nics", "remove_nics"]);
});

Deno.test("an interface gets the address that is asked for, on a stopped machine as well", async () => {
  const { dc } = await world({ machines: [{ name: "a", state: "stopped" }] });
  await dc.machine("a").addNic("backend", { ip: "192.168.128.77", primary: true });
  const nic = (await dc.machine("a").nics()).find(({ ip }) => ip === "192.168.128.77");
  assert.equal(nic?.primary, true);
  assert.equal((await dc.machine("a")).state, "stopped");
});

Deno.test("an interface whose answer was lost is looked for, and added once", async () => {
  const { dc, sim } = await world({ machines: [{ name: "a" }] });
  sim.faults.add({ do: "drop-after", times: 1, when: ({ method }) => method === "POST" });
  await dc.machine("a").addNic("backend");
  sim.faults.add({ do: "drop-after", times: 1, when: ({ method }) => method === "DELETE" });
  await dc.machine("a").removeNic({ network: "backend" });
  assert.deepEqual(writes(sim).map(({ method }) => method), ["POST", "DELETE"]);
});

Deno.test("what cannot be an interface or a disk is refused before anything is sent", async () => {
  const { dc, sim } = await world({ machines: [{ name: "a" }] });
  const one = dc.machines().all();
  for (const which of ["", "eth0", "90:b8:d0:c0:00", {}, null, { mac: 7 }]) {
    assert.throws(() => one.removeNic(which as never), MusterError, JSON.stringify(which));
  }
  assert.throws(() => one.addNic("" as never), MusterError);
  for (const size of [0, -1, 1.5, NaN, "all", undefined]) {
    assert.throws(() => one.addDisk(size as never), MusterError, String(size));
    assert.throws(() => one.resizeDisk("0:4:0", size as never), MusterError, String(size));
  }
  for (const disk of ["", "sda", {}, "0:4:9"]) {
    assert.throws(() => one.removeDisk(disk as never), MusterError);
  }
  assert.equal(sim.log.length, 0);
});

Deno.test("disks are added, resized and removed on a stopped machine", async () => {
  const { dc } = await world({ machines: [{ name: "db", image: "debian-12-bhyve", state: "stopped" }] });
  const [boot] = await dc.machine("db").disks();
  // The machine's package is used up by its second disk.
  const report = await dc.machine("db").removeDisk("0:4:1").addDisk(10_240).resizeDisk("0:4:1", 20_480);
  const [, added, resized] = report.members[0]!.output as [undefined, Disk, Disk];
  assert.deepEqual([added.pci_slot, added.size], ["0:4:1", 10_240]);
  assert.equal(resized.size, 20_480);
  assert.equal((await dc.machine("db").disk(added.id)).size, 20_480);
  const smaller = await dc.machine("db").resizeDisk(added, 5120).run({ throwOnError: false });
  assert.match(smaller.failed[0]!.why, /what is behind 5120 MiB would be lost/);
  await dc.machine("db").resizeDisk(added, 5120, { shrink: true });
  await dc.machine("db").removeDisk(added);
  assert.deepEqual((await dc.machine("db").disks()).map(({ id }) => id), [boot!.id]);
});

Deno.test("the server never answers for a machine without disks of its own: nothing is sent to one", async () => {
  const { dc, sim } = await world({ machines: [{ name: "zone", state: "stopped" }] });
  const report = await dc.machine("zone").addDisk(1024).run({ throwOnError: false });
  assert.equal(report.succeeded.length, 0);
  assert.match(String(report), /only those of brand bhyve/);
  assert.equal(writes(sim).length, 0);
});

Deno.test("a machine that is not stopped is told so, and nothing is sent to it", async () => {
  const { dc, sim } = await world({ machines: [{ name: "db", image: "debian-12-bhyve" }] });
  const report = await dc.machine("db").addDisk(1024).run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /it is running\. Stop it first/);
  assert.equal(writes(sim).length, 0);
  await dc.machine("db").stop().waitUntil("stopped").removeDisk("0:4:1").addDisk(1024).start().waitUntil(
    "running",
  );
  assert.deepEqual((await dc.machine("db").disks()).map(({ size }) => size), [10_240, 1024]);
});

Deno.test("a disk whose answer was lost is found in its slot, and made once", async () => {
  const { dc, sim } = await world({ machines: [{ name: "db", image: "debian-12-bhyve", state: "stopped" }] });
  sim.faults.add({ do: "drop-after", times: 1, when: ({ method }) => method === "POST" });
  await dc.machine("db").removeDisk("0:4:1").addDisk(1024);
  assert.deepEqual(writes(sim).map(({ method }) => method), ["DELETE", "POST"]);
  assert.equal((await dc.machine("db").disks()).length, 2);
});
