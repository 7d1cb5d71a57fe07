import assert from "node:assert/strict";
import { MusterError } from "../../../../lib/muster.ts";
import { world } from "../world.ts";

const golden = { machine: "web", name: "golden", version: "1.0.0" };
const stopped = { machines: [{ name: "web", state: "stopped" }] };

Deno.test("an image is made of a machine given by its name, waited for, changed and deleted", async () => {
  const { dc, sim } = await world(stopped);
  const report = await dc.createImage({ ...golden, description: "first" }).waitUntil("active");
  const [made] = report.members;
  assert.deepEqual(made!.path.map((one) => one.state), ["creating", "active"]);
  const image = await dc.image("golden@1.0.0");
  assert.equal(image.id, made!.id);
  assert.equal(image.origin, sim.machines()[0]!.image);
  await dc.image(image).update({ description: "second", tags: { stage: "test" } });
  assert.equal((await dc.image("golden")).description, "second");
  assert.equal((await dc.image("golden").update({ description: "second" })).skipped.length, 1);
  const gone = await dc.images("golden").delete().waitUntil("deleted");
  assert.equal(gone.succeeded.length, 1);
  assert.deepEqual(await dc.images("golden"), []);
});

Deno.test("an image whose answer was lost is looked for, and made once", async () => {
  const { dc, sim } = await world(stopped);
  sim.faults.add({ do: "drop-after", when: (request) => request.method === "POST", times: 1 });
  const report = await dc.createImage(golden).waitUntil("active");
  assert.equal(report.succeeded.length, 1);
  assert.equal(sim.writes.filter((one) => one.action === "create_image").length, 1);
});

Deno.test("an image that would be the second of its name and version is not made", async () => {
  const { dc, sim } = await world(stopped);
  await dc.createImage(golden);
  await assert.rejects(dc.createImage(golden).run(), /already has one with this name and version/);
  assert.equal(sim.writes.length, 1);
  await dc.createImage({ ...golden, version: "1.0.1" });
  assert.equal(sim.writes.length, 2);
});

Deno.test("an image of somebody else is not changed, and the server's reason is told", async () => {
  const { dc } = await world();
  const report = await dc.image("old-base@1.0.0").delete().run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /NotImageOwner/);
  const theirs = await dc.image("debian-12").clone().run({ throwOnError: false });
  assert.match(theirs.failed[0]!.why, /ImageNotShared/);
});

Deno.test("an own image is exported to where it was told", async () => {
  const { dc } = await world(stopped);
  await dc.createImage(golden).waitUntil("active");
  assert.equal((await dc.image("golden").export("/sim/stor")).succeeded.length, 1);
  assert.throws(() => dc.image("golden").export("stor"), MusterError);
});

Deno.test("images are deleted by the dozen only with consent", async () => {
  const { dc, sim } = await world();
  for (let n = 0; n < 25; n++) {
    sim.world.images.push({
      ...sim.world.images[0]!,
      id: crypto.randomUUID(),
      name: "nightly",
      owner: sim.account.id,
    });
  }
  await assert.rejects(dc.images("nightly").delete().run(), /delete 25 images/);
  assert.equal((await dc.images("nightly").expect(25).delete()).succeeded.length, 25);
});

Deno.test("what cannot be an image or a change of one is refused before anything is sent", async () => {
  const { dc, sim } = await world();
  const specs: unknown[] = [
    {},
    { ...golden, machine: "" },
    { ...golden, version: " " },
    { ...golden, colour: "blue" },
    { ...golden, description: "x".repeat(100_000) },
    undefined,
  ];
  for (const spec of specs) assert.throws(() => dc.createImage(spec as typeof golden), MusterError);
  for (const changes of [{}, { colour: "blue" }, { name: undefined }, undefined]) {
    assert.throws(() => dc.image("golden").update(changes as never), MusterError);
  }
  assert.equal(sim.log.length, 0);
});

Deno.test("a pattern or a test of a name is tried on each of an image's names", async () => {
  const { dc } = await world();
  const found = async (wanted: Parameters<typeof dc.images>[0]) =>
    (await dc.images(wanted)).map((one) => one.version);
  assert.deepEqual(await found(/^base-64-lts:23/), ["23.4.0"]);
  assert.deepEqual(await found(/^base-64-lts@2[13]/), ["21.4.1", "23.4.0"]);
  assert.deepEqual(await found(/^smartos$/), ["20191219T203050Z"]);
  assert.deepEqual(await found({ name: (name) => name.endsWith("@23.4.0") }), ["23.4.0", "23.4.0"]);
});
