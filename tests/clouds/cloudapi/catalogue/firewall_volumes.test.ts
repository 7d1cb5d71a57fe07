/** Firewall rules and volumes, as described resources. */
import assert from "node:assert/strict";
import { MusterError } from "../../../../lib/muster.ts";
import { type World, world } from "../world.ts";

const WEB = 'FROM any TO tag "role" = "web" ALLOW tcp PORT 443';
const writes = (sim: World["sim"]) => sim.log.filter((one) => one.method !== "GET");

Deno.test("a firewall rule is made, put in force, changed, taken out of force and deleted", async () => {
  const { dc } = await world({ machines: [{ name: "a", tags: { role: "web" } }, { name: "b" }] });
  await dc.createFwrule({ rule: WEB, description: "HTTPS" });
  assert.equal((await dc.fwrule("HTTPS")).enabled, false);
  const report = await dc.fwrules().where({ description: "HTTPS" }).enable();
  assert.equal(report.succeeded.length, 1);
  assert.equal((await dc.fwrules().where({ enabled: true })).length, 1);
  assert.deepEqual((await dc.fwrule("HTTPS").machines()).map(({ name }) => name), ["a"]);
  assert.equal((await dc.fwrule("HTTPS").enable()).skipped.length, 1);
  await dc.fwrule("HTTPS").update({ description: "TLS", log: true });
  const rule = await dc.fwrule("TLS");
  assert.deepEqual([rule.log, rule.rule], [true, WEB]);
  await dc.fwrule(rule).disable().delete();
  assert.deepEqual(await dc.fwrules(), []);
});

Deno.test("a new rule can be in force at once, and one that reads like another is told apart from it", async () => {
  const { dc, sim } = await world();
  await dc.createFwrule({ rule: WEB, enabled: true });
  assert.equal((await dc.fwrule(WEB)).enabled, true);
  sim.faults.add({ do: "drop-after", times: 1, when: ({ method }) => method === "POST" });
  const report = await dc.createFwrule({ rule: WEB });
  assert.equal(report.succeeded.length, 1);
  assert.equal((await dc.fwrules()).length, 2);
  assert.equal(writes(sim).length, 2);
  await assert.rejects(dc.fwrule(WEB).enable().run(), /2 have the name/);
});

Deno.test("a global rule is the operator's: nothing is sent for it", async () => {
  const { dc, sim } = await world();
  await dc.createFwrule({ rule: WEB, description: "all" });
  sim.account.rules[0]!.global = true;
  const report = await dc.fwrule("all").delete().run({ throwOnError: false });
  assert.match(String(report), /it is a global rule/);
  assert.equal(writes(sim).filter(({ method }) => method === "DELETE").length, 0);
});

Deno.test("deleting more rules than were consented to asks first", async () => {
  const { dc, sim } = await world();
  for (let n = 0; n < 25; n++) await dc.createFwrule({ rule: WEB, description: `r${n}` });
  await assert.rejects(dc.fwrules().where({ enabled: false }).delete().run(), /delete 25 fwrules/);
  assert.equal(writes(sim).filter(({ method }) => method === "DELETE").length, 0);
});

Deno.test("what cannot be a rule or a volume is refused before anything is sent", async () => {
  const { dc, sim } = await world();
  for (
    const spec of [{}, null, { rule: "" }, { rule: 7 }, { rule: WEB, on: true }, {
      rule: WEB,
      enabled: "yes",
    }]
  ) {
    assert.throws(() => dc.createFwrule(spec as never), MusterError, JSON.stringify(spec));
  }
  assert.throws(() => dc.fwrules().update({}), MusterError);
  for (
    const spec of [{}, null, { name: "x" }, { name: "-data" }, { name: "data", size: "10G" }, {
      name: "data",
      nets: [],
    }]
  ) {
    assert.throws(() => dc.createVolume(spec as never), MusterError, JSON.stringify(spec));
  }
  assert.throws(() => dc.volume("data").rename("a b"), MusterError);
  assert.equal(sim.log.length, 0);
});

Deno.test("a volume is made, waited for, renamed and deleted, and is gone when it is", async () => {
  const { dc, sim } = await world();
  const [smallest] = await dc.volumeSizes();
  const report = await dc.createVolume({
    name: "data",
    size: smallest!.size,
    networks: ["My-Fabric-Network"],
  })
    .waitUntil("ready").rename("archive");
  assert.equal(report.succeeded.length, 1);
  const volume = await dc.volume("archive");
  assert.deepEqual([volume.state, volume.size], ["ready", 10_240]);
  assert.match(volume.created, /^\d{4}-/);
  assert.deepEqual(await dc.volume(volume).machines(), []);
  await dc.volume("archive").delete().waitUntil("deleted");
  assert.deepEqual(await dc.volumes(), []);
  assert.deepEqual(writes(sim).map(({ method }) => method), ["POST", "POST", "DELETE"]);
});

Deno.test("a volume that machines use is not deleted, and a taken name is refused before anything is sent", async () => {
  const { dc, sim } = await world({ machines: [{ name: "a" }] });
  await dc.createVolume({ name: "data" }).waitUntil("ready");
  await assert.rejects(dc.createVolume({ name: "data" }).run(), /already has one with this name/);
  const { id } = await dc.machine("a");
  const used = { ...await dc.volume("data"), refs: [id] };
  const isList = ({ method, url }: Request) => method === "GET" && new URL(url).pathname.endsWith("/volumes");
  sim.faults.add({ do: "status", status: 200, body: [used], when: isList });
  const report = await dc.volume("data").delete().run({ throwOnError: false });
  assert.match(String(report), /a machine uses it/);
  assert.deepEqual((await dc.volume("data").machines()).map(({ name }) => name), ["a"]);
  assert.equal(writes(sim).filter(({ method }) => method === "DELETE").length, 0);
});

Deno.test("volumes that failed are listed where they are asked for", async () => {
  const { dc, sim } = await world();
  await dc.createVolume({ name: "data" }).waitUntil("ready");
  sim.world.volumes[0]!.state = "failed";
  assert.deepEqual(await dc.volumes(), []);
  assert.equal((await dc.volumes({ state: "failed" })).length, 1);
  assert.equal((await dc.volumes({ state: ["failed", "ready"] })).length, 1);
  assert.equal((await dc.volume("data").delete()).succeeded.length, 1);
});

Deno.test("the server refuses a parameter of volumes that it does not know: roles do not go along", async () => {
  const { dc, sim } = await world({}, { roles: ["dev"] });
  sim.account.roles.push({ id: crypto.randomUUID(), name: "dev", policies: [], members: [] });
  await assert.rejects(
    dc.request("GET", "/volumes", { query: { "as-role": "dev" } }),
    /invalid parameter: as-role/,
  );
  await dc.createVolume({ name: "data" }).waitUntil("ready").rename("more");
  assert.equal((await dc.volumes())[0]!.name, "more");
  const body = { code: "NotAuthorized", message: "You do not have permission" };
  sim.faults.add({ do: "status", status: 403, body, when: ({ method }) => method === "GET" });
  await assert.rejects(
    Promise.resolve(dc.volumes()),
    /roles of this handle are not sent with it.*unknown parameter/,
  );
});
