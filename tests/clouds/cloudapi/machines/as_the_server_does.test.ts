/**
 * What the real CloudAPI 9.20 does otherwise than one would expect. Each test is named after the server's behaviour, as its
 * sources show it (sdc-cloudapi 10c3963, sdc-vmapi).
 */
import assert from "node:assert/strict";
import { ApiError, MusterError } from "../../../../lib/muster.ts";
import { machines, world } from "../world.ts";

const queries = (sim: Awaited<ReturnType<typeof world>>["sim"]) =>
  sim.log.filter(({ method, path }) => method === "GET" && path.endsWith("/machines")).map(({ query }) =>
    decodeURIComponent(query)
  );

Deno.test("the server's filter finds no tag with =, and no negative number: such a tag is not sent, and tested here", async () => {
  const tags = { "a=b": "x", pair: "a=b", cold: -5, day: "2026-11-29", text: "-x" };
  const { dc, sim } = await world({ machines: [{ name: "a", tags }, { name: "b", tags: {} }] });
  for (const [key, value] of Object.entries(tags)) {
    assert.deepEqual((await dc.machines({ [key]: value })).map((one) => one.name), ["a"], key);
  }
  assert.deepEqual(queries(sim).map((one) => /tag\.[^&]*/.exec(one)?.[0]), [
    undefined,
    undefined,
    undefined,
    "tag.day=2026-11-29",
    "tag.text=-x",
  ]);
  // What the server would find of them.
  for (const [key, value] of [["a=b", "x"], ["pair", "a=b"], ["cold", "-5"]]) {
    const { body } = await dc.request("GET", "/machines", { query: { [`tag.${key}`]: value! } });
    assert.deepEqual(body, [], key);
  }
});

Deno.test("?name= finds whatever begins so: the machine meant is found behind a thousand others", async () => {
  const each = (index: number) => ({ name: index === 1100 ? "web" : `web-${index}`, state: "stopped" });
  const { dc, sim } = await world({ machines: { count: 1101, each } });
  const { body } = await dc.request("GET", "/machines", { query: { name: "web" } });
  assert.equal((body as unknown[]).length, 1000);
  const made = await dc.createImage({ machine: "web", name: "golden", version: "1" });
  assert.equal(made.succeeded.length, 1);
  const web = await dc.machine("web");
  assert.equal(web.name, "web");
  const spec = { name: "web", image: "base-64-lts", package: "g4-highcpu-1G" };
  await assert.rejects(dc.createMachine(spec).run(), /one with this name exists already: web/);
  assert.equal(sim.log.filter((one) => one.method === "POST" && one.path.endsWith("/machines")).length, 0);
});

Deno.test("after all metadata is deleted the server itself sets uuid and owner_uuid: a wait after it ends", async () => {
  const { dc, sim } = await world({
    machines: [{ name: "a", metadata: { k: "v", root_authorized_keys: "x" } }],
  });
  await dc.machine("a").unsetAllMetadata().waitUntil("running");
  assert.deepEqual(Object.keys(await dc.machine("a").metadata()), [
    "uuid",
    "owner_uuid",
    "root_authorized_keys",
  ]);
  const again = await dc.machine("a").unsetAllMetadata();
  assert.equal(again.skipped.length, 1);
  assert.equal(sim.writes.length, 1);
});

Deno.test("a PUT of no tags is refused: to replace tags by none removes all", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  const { id } = await dc.machine("test-0");
  await assert.rejects(dc.request("PUT", `/machines/${id}/tags`, { body: {} }), /409 ValidationFailed/);
  await dc.machine("test-0").replaceTags({}).waitUntil("running");
  assert.deepEqual(sim.machines()[0]!.tags, {});
});

Deno.test("a tag called package or dataset with an id is looked up: one of nothing is refused before, and says why", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  const nothing = "00000000-0000-4000-8000-000000000001";
  for (const key of ["package", "dataset"]) {
    for (
      const chain of [
        dc.machine("test-0").tag({ [key]: nothing }),
        dc.machine("test-0").metadata({ [key]: nothing }),
      ]
    ) {
      await assert.rejects(chain.run(), /takes an id under this name for one of its (packages|images)/);
    }
  }
  assert.equal(sim.log.filter(({ method }) => method !== "GET").length, 0);
  const { id } = await dc.package("g4-highcpu-1G");
  await dc.machine("test-0").tag({ package: id, dataset: "no id" }).waitUntil("running");
  assert.equal(sim.machines()[0]!.tags.package, id);
});

Deno.test("what the server accepts and sets nowhere, or reads back as something else, is refused", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  const one = dc.machines({ type: "test" });
  for (const tags of [JSON.parse('{"__proto__":"x"}'), { hasOwnProperty: "x" }]) {
    assert.throws(() => one.tag(tags), MusterError);
    assert.throws(() => one.metadata(tags), MusterError);
  }
  for (const value of [1e-7, 1e21, "%n{5}", "%b{true}", "a%2Db", "a%3Db"]) {
    assert.throws(() => one.tag({ key: value }), /something else comes back/, String(value));
  }
  assert.throws(() => one.tag({ "a%2Db": "x" }), /something else comes back/);
  // That is what would have come back.
  const { id } = await dc.machine("test-0");
  const body = { a: 1e-7, b: "%n{5}", "c%2Dd": "e%3Df" };
  await dc.request("POST", `/machines/${id}/tags`, { body });
  await sim.world.clock.sleep(10_000);
  assert.deepEqual(sim.machine(id)!.tags, { type: "test", a: "%n{1e-7}", b: 5, "c-d": "e=f" });
});

Deno.test("tag names with blanks and other letters are set, selected by and removed", async () => {
  const { dc, sim } = await world({ machines: machines(2) });
  const tags = { "Größe & Farbe": "blau", "日本 語": "x" };
  await dc.machine("test-0").tag(tags).waitUntil("running");
  assert.deepEqual((await dc.machines(tags)).map((one) => one.name), ["test-0"]);
  await dc.machine("test-0").untag("Größe & Farbe").untag("日本 語").waitUntil("running");
  assert.ok(sim.machines().every((one) => Object.keys(one.tags).join() === "type"));
});

Deno.test("a tag called as a parameter of the server, as creating can make one, is removed by its name", async () => {
  const { dc, sim } = await world({
    machines: [{ name: "a", tags: { image: "x", machine: "y", keep: "z" } }],
  });
  await dc.machine("a").untag("image").untag("machine").waitUntil("running");
  assert.deepEqual(sim.machines()[0]!.tags, { keep: "z" });
});

Deno.test("metadata that the server could not remove again by its name is not set, and not asked to be removed", async () => {
  const { dc, sim } = await world({ machines: [{ name: "a", metadata: { "a/b": "x" } }] });
  assert.throws(() => dc.machine("a").unsetMetadata("a/b"), /cannot remove a name that contains/);
  for (const key of ["a b", "schlüssel"]) {
    assert.throws(() => dc.machine("a").metadata({ [key]: "x" }), /cannot remove a name again/);
  }
  const { id } = await dc.machine("a");
  await assert.rejects(dc.request("DELETE", `/machines/${id}/metadata/a%2Fb`), /404/);
  assert.equal(sim.writes.length, 0);
});

Deno.test("a list of the machines of an image that is gone is a 404: it is read without the filter", async () => {
  const { dc, sim } = await world({ machines: [{ name: "old", image: "ubuntu-22.04" }, { name: "new" }] });
  const { image: gone } = await dc.machine("old");
  sim.world.images.splice(sim.world.images.findIndex(({ id }) => id === gone), 1);
  await assert.rejects(dc.request("GET", "/machines", { query: { image: gone } }), /404/);
  assert.deepEqual((await dc.machines().where({ image: gone })).map((one) => one.name), ["old"]);
  assert.deepEqual(queries(sim).slice(-2).map((one) => one.includes("image=")), [true, false]);
  assert.equal((await dc.machines().where({ image: gone }).tag({ left: "over" })).succeeded.length, 1);
});

Deno.test("names in DNS are told of one machine and in no list: none is selected by them", async () => {
  const { dc, sim } = await world({ machines: machines(2) });
  await dc.updateAccount({ triton_cns_enabled: true });
  const [first] = await dc.machines();
  assert.equal(first!.dns_names, undefined);
  assert.match((await dc.machine(first!.id)).dns_names![0]!, /^test-/);
  await assert.rejects(
    dc.machines().where({ dns_names: /^test/ }).stop().run(),
    /lists machines without them/,
  );
  assert.equal(sim.writes.length, 0);
});

Deno.test("a change of tags that is refused for want of a right says that roles do not go along", async () => {
  const made = await world({ machines: machines(1) }, { roles: ["dev"] });
  const { dc, sim } = made;
  sim.account.roles.push({ id: crypto.randomUUID(), name: "dev", policies: [], members: [] });
  const body = {
    code: "NotAuthorized",
    message: "You do not have permission to access /my/machines (addmachinetags)",
  };
  sim.faults.add({ do: "status", status: 403, body, when: (request) => request.method === "POST" });
  const report = await dc.machine("test-0").tag({ a: "1" }).run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /NotAuthorized.*roles of this handle are not sent.*default/);
  const plain = await made.with({ roles: [] }).machine("test-0").tag({ a: "1" }).run({ throwOnError: false });
  assert.doesNotMatch(plain.failed[0]!.why, /roles of this handle/);
});

Deno.test("what is wrong with which field is said once", async () => {
  const { dc } = await world({ machines: machines(1) });
  const { id } = await dc.machine("test-0");
  const error = await dc.request("PUT", `/machines/${id}/tags`, { body: { "triton.x": "y" } }).catch((one) =>
    one
  );
  assert.ok(error instanceof ApiError);
  assert.equal(error.message.match(/Unrecognized special triton tag/g)!.length, 1);
  assert.equal(error.fields[0]!.field, "tags");
});

Deno.test("a write that is answered with a redirect says where to", async () => {
  const { dc } = await world({ machines: machines(1) });
  const one = await dc.machine("test-0");
  const body = { network: one.networks![0]! };
  await assert.rejects(
    dc.request("POST", `/machines/${one.id}/nics`, { body }),
    new RegExp(`a redirect \\(302\\) to /sim/machines/${one.id}/nics/[0-9a-f]{12}`),
  );
  await assert.rejects(
    dc.request("GET", "/datacenters/sim-elsewhere"),
    /redirects it to https:\/\/elsewhere\.sim\.invalid/,
  );
});

Deno.test("{{shortId}} in a name is what the server makes of it, and a lost answer is found by it", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  const spec = { name: "web-{{shortId}}", image: "base-64-lts", package: "g4-highcpu-1G" };
  const report = await dc.createMachine({ ...spec, count: 2 }).waitUntil("running");
  assert.deepEqual(
    sim.machines().map(({ id, name }) => name.replace(id.slice(0, 8), "ID")).sort(),
    ["test-0", "web-ID-1", "web-ID-2"],
  );
  assert.equal(report.succeeded.length, 2);
  sim.faults.add({ do: "drop-after", times: 1, when: ({ method }) => method === "POST" });
  const lost = await dc.createMachine({ ...spec, name: "db-{{shortId}}" }).waitUntil("running");
  assert.equal(lost.succeeded.length, 1);
  assert.equal(sim.machines().filter(({ name }) => name.startsWith("db-")).length, 1);
  assert.throws(() => dc.createMachine({ ...spec, name: "-{{shortId}}" }), /Cannot name a machine/);
});

Deno.test("a machine whose name the server completes is not asked for twice where nothing shows it", async () => {
  const { dc, sim } = await world();
  sim.faults.add({ do: "drop-before", times: 1, when: ({ method }) => method === "POST" });
  const spec = { name: "web-{{shortId}}", image: "base-64-lts", package: "g4-highcpu-1G" };
  const report = await dc.createMachine(spec).run({ throwOnError: false });
  assert.equal(report.doubtful.length, 1);
  assert.equal(sim.log.filter(({ method }) => method === "POST").length, 1);
});

Deno.test("a machine is named by its id in any case, and by its first eight characters where none is called so", async () => {
  const { dc, sim } = await world({ machines: machines(2) });
  const { id, image } = await dc.machine("test-0");
  await assert.rejects(dc.request("GET", `/machines/${id.toUpperCase()}`), /409 ValidationFailed/);
  assert.equal((await dc.machine(id.toUpperCase())).name, "test-0");
  assert.equal((await dc.machine(id.slice(0, 8))).name, "test-0");
  assert.equal((await dc.machine(id.slice(0, 8).toUpperCase())).name, "test-0");
  assert.deepEqual((await dc.machines().where({ id: id.toUpperCase() })).map((one) => one.name), ["test-0"]);
  assert.equal(await dc.machines().where({ image: image.toUpperCase() }).count(), 2);
  assert.equal((await dc.machine(id.toUpperCase()).audit()).length, 1);
  const report = await dc.machine(id.slice(0, 8)).stop().waitUntil("stopped");
  assert.deepEqual(report.members.map((one) => one.id), [id]);
  // A name counts before the beginning of an id.
  sim.add({ name: id.slice(0, 8) });
  assert.equal((await dc.machine(id.slice(0, 8))).name, id.slice(0, 8));
  await assert.rejects(Promise.resolve(dc.machine("00000000")), /none has this name/);
  const golden = await dc.createImage({ machine: id.toUpperCase(), name: "golden", version: "1" });
  assert.equal(golden.succeeded.length, 1);
});

Deno.test("an image is made of a machine that is named by the beginning of its id", async () => {
  const { dc, sim } = await world({ machines: [{ name: "a", state: "stopped" }] });
  const { id } = await dc.machine("a");
  await dc.createImage({ machine: id.slice(0, 8), name: "golden", version: "1" });
  assert.equal(sim.world.images.at(-1)!.name, "golden");
});
