import assert from "node:assert/strict";
import { SelectionError } from "../../../../lib/muster.ts";
import { world } from "../world.ts";

Deno.test("a machine's tags, metadata, addresses, interfaces, audit and rules are read by name or id", async () => {
  const { dc, sim } = await world({
    machines: [{ name: "a", tags: { type: "x" }, metadata: { colour: "blue" } }],
  });
  const { id } = sim.machines()[0]!;
  assert.deepEqual(await dc.machine("a").tags(), { type: "x" });
  assert.equal(sim.log.length, 1, "the list tells the record too");
  assert.deepEqual(await dc.machine(id).metadata(), { colour: "blue" });
  const record = await dc.machine("a");
  const [outer, inner] = [await dc.machine(record).publicIps(), await dc.machine(id).privateIps()];
  assert.deepEqual([...outer, ...inner].sort(), [...record.ips].sort());
  assert.match(outer[0]!, /^198\./);
  assert.match(inner[0]!, /^10\./);
  assert.equal((await dc.machine("a").nics()).length, 2);
  await dc.machine("a").stop().waitUntil("stopped");
  const [last] = await dc.machine("a").audit();
  assert.deepEqual([last!.action, last!.success], ["stop", "yes"]);
  assert.deepEqual(await dc.machine("a").fwrules(), []);
});

Deno.test("with an id nothing but what is asked for is asked", async () => {
  const { dc, sim } = await world({ machines: [{ name: "a" }] });
  const { id } = sim.machines()[0]!;
  await dc.machine(id).audit();
  await dc.machine(id).snapshots();
  assert.deepEqual(sim.requests.byRoute, { MachineAudit: 1, ListMachineSnapshots: 1 });
});

Deno.test("passwords are asked for only by name, and show themselves nowhere", async () => {
  const { dc, sim } = await world({
    machines: [{ name: "a", credentials: { root: "hunter2", admin: "hunter3" } }],
  });
  const passwords = await dc.machine("a").credentials();
  assert.deepEqual(passwords.users, ["root", "admin"]);
  assert.equal(passwords.password("root"), "hunter2");
  assert.equal(passwords.password("nobody"), undefined);
  for (
    const text of [
      String(passwords),
      Deno.inspect(passwords),
      JSON.stringify(passwords),
      Deno.inspect({ passwords }),
    ]
  ) {
    assert.ok(!text.includes("hunter"), text);
  }
  const record = await dc.machine("a");
  assert.ok(!JSON.stringify(record).includes("hunter"));
  assert.equal(sim.log.filter((one) => one.query.includes("credentials")).length, 1);
});

Deno.test("what is read of a machine that is not there is an error", async () => {
  const { dc } = await world();
  await assert.rejects(dc.machine("a").tags(), SelectionError);
  await assert.rejects(dc.machine("11111111-2222-4333-8444-555555555555").tags(), SelectionError);
});

Deno.test("a machine that failed is found by its name, and can be deleted by it", async () => {
  const { dc, sim } = await world({
    machines: [{ name: "broken", state: "failed" }, { name: "gone", state: "deleted" }],
  });
  assert.equal((await dc.machine("broken")).state, "failed");
  assert.equal((await dc.machine("broken").delete().waitUntil("deleted")).succeeded.length, 1);
  assert.equal(sim.writes.length, 1);
  await assert.rejects(Promise.resolve(dc.machine("gone")), SelectionError);
});

Deno.test("machines are selected by the name of their image, package and network", async () => {
  const { dc, sim } = await world({
    machines: [
      { name: "a", image: "base-64-lts@x", package: "sample-1G" },
      { name: "b", image: "minimal-64", package: "sample-2G", networks: ["backend"] },
      { name: "c", image: "debian-12", package: "sample-1G", networks: ["backend", "external"] },
    ].map((one) => one.name === "a" ? { ...one, image: "base-64-lts" } : one),
  });
  const list = dc.machines();
  const named = async (where: Parameters<typeof list.where>[0]) =>
    (await dc.machines().where(where)).map((one) => one.name).sort().join("");
  assert.equal(await named({ image: "base-64-lts" }), "a");
  assert.equal(await named({ image: ["base-64-lts", "minimal-64"] }), "ab");
  assert.equal(await named({ image: /64/ }), "ab");
  assert.equal(await named({ image: /^nothing/ }), "");
  assert.equal(await named({ image: await dc.newestImage("debian-12") }), "c");
  assert.equal(await named({ image: (await dc.newestImage("debian-12")).id }), "c");
  assert.equal(await named({ package: "sample-1G" }), "ac");
  assert.equal(await named({ package: await dc.package("sample-2G") }), "b");
  assert.equal(await named({ package: (await dc.package("sample-2G")).id }), "b");
  assert.equal(await named({ networks: "backend" }), "bc");
  assert.equal(await named({ networks: ["external"] }), "ac");
  assert.equal(await named({ networks: await dc.network("external"), image: "debian-12" }), "c");
  sim.requests.reset();
  await assert.rejects(named({ image: "base-64-ltss" }), /there are base-64-lts/);
  await assert.rejects(named({ networks: "nowhere" }), SelectionError);
  await assert.rejects(named({ image: { id: undefined as unknown as string } }), /without an id or a name/);
  assert.equal(sim.requests.byRoute.ListMachines, undefined);
});

Deno.test("an image of a name that is no longer offered still selects the machines made from it", async () => {
  const { dc, sim } = await world({ machines: [{ name: "a", image: "minimal-64" }, { name: "b" }] });
  assert.equal((await dc.machines()).length, 2);
  for (const image of sim.world.images) if (image.name === "minimal-64") image.state = "disabled";
  assert.deepEqual((await dc.machines().where({ image: "minimal-64" })).map((one) => one.name), ["a"]);
});

Deno.test("names are asked for once per run, and protect the machines they name", async () => {
  const { dc, sim } = await world({
    machines: [{ name: "a", image: "minimal-64", tags: { t: 1 } }, { name: "b", tags: { t: 1 } }],
  });
  const chain = dc.machines({ t: 1 }).where({ image: ["minimal-64", "base-64-lts"] }).where({
    networks: "external",
  })
    .protect({ image: "minimal-64" }).resize("sample-2G").resize("sample-2G");
  const report = await chain;
  assert.deepEqual(report.members.map((one) => one.name), ["b"]);
  assert.deepEqual(sim.requests.byRoute, {
    ListImages: 1,
    ListNetworks: 1,
    ListPackages: 1,
    ListMachines: 1,
    UpdateMachine: 2,
  });
  assert.equal(report.requests.total, 6);
});

Deno.test("new machines are put on networks by their names, and images and packages may be records", async () => {
  const { dc, sim } = await world();
  const spec = { image: await dc.newestImage("minimal-64"), package: await dc.package("sample-1G") };
  const backend = await dc.network("backend");
  await dc.createMachine({ ...spec, name: "a", networks: ["external", backend] }).waitUntil("running");
  await dc.createMachine({ ...spec, name: "b", networks: [{ ipv4_uuid: backend.id, primary: true }] })
    .waitUntil("running");
  const [a, b] = ["a", "b"].map((name) => sim.machines().find((one) => one.name === name)!);
  assert.equal((a!.networks as string[]).length, 2);
  assert.deepEqual(b!.networks, [backend.id]);
  const before = sim.writes.length;
  await assert.rejects(dc.createMachine({ ...spec, networks: ["nowhere"] }).run(), SelectionError);
  assert.throws(() => dc.createMachine({ ...spec, networks: [""] }), /it has no id and no name/);
  assert.equal(sim.writes.length, before);
});
