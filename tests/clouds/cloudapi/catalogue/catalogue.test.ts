import assert from "node:assert/strict";
import { MusterError, SelectionError } from "../../../../lib/muster.ts";
import { world } from "../world.ts";

const names = (all: readonly { name: string }[]) => all.map((one) => one.name);

Deno.test("images are selected by a pattern, a literal name, an id, attributes", async () => {
  const { dc } = await world();
  assert.ok((await dc.images()).length > 8);
  assert.deepEqual(names(await dc.images(/smartos(64)?:/)), ["smartos"]);
  const lts = await dc.images("base-64-lts");
  assert.equal(lts.length, 3);
  assert.equal((await dc.images("base-64-lts@21.4.1")).length, 1);
  assert.equal((await dc.images(lts[0]!.id))[0]!.version, lts[0]!.version);
  assert.ok((await dc.images({ os: "linux", type: "lx-dataset" })).every((one) => one.os === "linux"));
});

Deno.test("images that are not active are listed only when asked for", async () => {
  const { dc, sim } = await world();
  assert.deepEqual(await dc.images("old-base"), []);
  assert.deepEqual(names(await dc.images({ state: "disabled" })), ["old-base"]);
  assert.deepEqual(sim.log.map((one) => one.query), ["?name=old-base", "?state=all"]);
});

Deno.test("a name stands for its newest image; nothing is done to an image of which there are several", async () => {
  const { dc, sim } = await world();
  assert.equal((await dc.newestImage("base-64-lts")).version, "23.4.0");
  assert.equal((await dc.image("base-64-lts")).version, "23.4.0");
  assert.equal((await dc.image("base-64-lts@18.4.0")).version, "18.4.0");
  await assert.rejects(dc.image("base-64-lts").delete().run(), /3 have the name "base-64-lts": base-64-lts@/);
  assert.equal(sim.log.filter((one) => one.method !== "GET").length, 0);
  await assert.rejects(dc.newestImage("bse-64"), SelectionError);
  await assert.rejects(dc.newestImage("base-64"), /there are base-64-lts/);
});

Deno.test("packages are selected by a pattern, a literal name, an id, attributes", async () => {
  const { dc } = await world();
  assert.ok((await dc.packages(/high[- ]?cpu/)).length >= 5);
  assert.deepEqual(await dc.packages(/high[- ]cpu/), []);
  const [small] = await dc.packages("sample-1G");
  assert.equal(small!.memory, 1024);
  assert.deepEqual(await dc.packages(small!.id), [small]);
  assert.ok((await dc.packages({ memory: (mib) => mib >= 4096, brand: "bhyve" })).length === 2);
  await assert.rejects(dc.packages({ memory: undefined as never }), SelectionError);
});

Deno.test("of several versions of a package the newest is meant, as the server means it", async () => {
  const { dc, sim } = await world();
  const [one] = sim.world.packages;
  const versions = ["1.9.0", "1.10.0", "1.2.0"];
  sim.world.packages.push(...versions.map((version, n) => ({
    ...one!,
    name: "versioned",
    version,
    id: `11111111-2222-4333-8444-55555555555${n}`,
  })));
  assert.equal((await dc.packages("versioned")).length, 3);
  assert.equal((await dc.package("versioned")).version, "1.10.0");
  const [older] = await dc.packages({ name: "versioned", version: "1.2.0" });
  assert.equal((await dc.package(older!)).version, "1.2.0");
  assert.equal((await dc.package(older!.id)).version, "1.2.0");
});

Deno.test("a datacenter without a default package says which to name; one that has one gives it", async () => {
  const { dc, sim } = await world();
  await assert.rejects(dc.defaultPackage(), (error: Error) => {
    assert.ok(error instanceof SelectionError);
    assert.match(
      error.message,
      /no default\. Name one of its \d+ packages, such as g4-highcpu-256M \(256 MiB\), /,
    );
    return true;
  });
  const all = (await dc.packages()).map((one, index) => ({
    ...one,
    default: index === 2 ? "true" : "false",
  }));
  sim.faults.add({ do: "status", status: 200, body: all });
  assert.equal((await dc.defaultPackage()).name, all[2]!.name);
});

Deno.test("networks are selected by a pattern, a name, attributes; an ambiguous name lists the candidates", async () => {
  const { dc, sim } = await world();
  assert.deepEqual(names(await dc.networks({ public: true })), ["external"]);
  assert.deepEqual(names(await dc.networks(/fabric/i)), ["My-Fabric-Network"]);
  assert.equal((await dc.network("backend")).internet_nat, false);
  const [backend] = await dc.networks("backend");
  assert.equal((await dc.network(backend!)).id, backend!.id);
  const twin = { ...backend!, id: "11111111-2222-4333-8444-555555555555" };
  sim.faults.add({ do: "status", status: 200, body: [backend, twin] });
  await assert.rejects(dc.network("backend"), (error: Error) => {
    assert.ok(error.message.includes(backend!.id) && error.message.includes(twin.id), error.message);
    return error instanceof SelectionError;
  });
});

Deno.test("two packages of one name and version cannot be told apart", async () => {
  const { dc, sim } = await world();
  const [one] = await dc.packages("sample-1G");
  const twin = { ...one!, id: "11111111-2222-4333-8444-555555555555" };
  sim.faults.add({ do: "status", status: 200, body: [one, twin] });
  await assert.rejects(dc.package("sample-1G"), /2 have the name "sample-1G"/);
});

Deno.test("what is no reference is refused before anything is sent", async () => {
  const { dc, sim } = await world();
  for (const ref of ["", " ", undefined, 5, {}, null]) {
    await assert.rejects(dc.package(ref as string), MusterError);
    await assert.rejects(dc.network(ref as string), MusterError);
    assert.throws(() => dc.machine(ref as string), MusterError);
    assert.throws(() => dc.image(ref as string), MusterError);
  }
  assert.equal(sim.log.length, 0);
});

Deno.test("a list that is none is an error, not an empty list", async () => {
  const { dc, sim } = await world();
  sim.faults.add({ do: "status", status: 200, body: { message: "hello" } });
  await assert.rejects(dc.packages(), MusterError);
  await assert.rejects(Promise.resolve(dc.images()), MusterError);
});

Deno.test("firewall rules are read", async () => {
  const { dc } = await world();
  await dc.request("POST", "/fwrules", {
    body: { rule: "FROM any TO all vms ALLOW tcp PORT 22", enabled: true },
  });
  const [rule] = await dc.fwrules();
  assert.equal(rule!.enabled, true);
});

Deno.test("volumes are read", async () => {
  const { dc } = await world();
  await dc.request("POST", "/volumes", { body: { name: "data", type: "tritonnfs", size: 10_240 } });
  const [volume] = await dc.volumes(/^da/);
  assert.equal(volume!.name, "data");
  assert.deepEqual(await dc.volumes("other"), []);
});
