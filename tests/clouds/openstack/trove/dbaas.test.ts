/**
 * The handle: what it reads and when, which login it uses, and how it reports refusals.
 */
import assert from "node:assert/strict";
import { ApiError, dbaas } from "../../../../lib/muster.ts";
import { instances, world } from "./world.ts";

const logins = (sim: { log: readonly { route: string; method: string }[] }) =>
  sim.log.filter((one) => one.route.startsWith("identity POST")).length;

Deno.test("a handle and what is built of it touch nothing; printing it shows no secret", async () => {
  const { sim, with: open } = await world();
  const db = open({ password: "geheim" });
  const { configurations, management } = db;
  const chain = db.instances().where({ name: /a/ }).restart();
  assert.equal(typeof configurations.list, "function");
  const shown = [db, configurations, management, chain].map((one) => Deno.inspect(one, { depth: 9 })).join();
  assert.ok(!shown.includes("geheim"));
  assert.match(shown, /dbaas\("RegionOne"\) Configurations/);
  assert.equal(sim.log.length, 0);
  await chain.plan().catch(() => {});
});

Deno.test("many requests at once, of several handles that log in alike, make one login", async () => {
  const { sim, with: open } = await world({ instances: instances(3) });
  await Promise.all([open({}).instances(), open({}).flavors.list(), open({ timeout: "20s" }).limits()]);
  assert.equal(logins(sim), 1);
  await open({ username: "alt", password: "alt-of-sim", project: "alt" }).instances();
  assert.equal(logins(sim), 2);
});

Deno.test("a revoked token is renewed once for all, also for writes, and nothing is done twice", async () => {
  const { db, sim } = await world({ instances: instances(12) });
  assert.equal((await db.instances()).length, 12);
  sim.revokeTokens();
  const report = await db.instances().where({ name: /^staging/ }).restart().run({
    on: (event) => event.type === "planned" && sim.revokeTokens(),
  });
  assert.equal(report.succeeded.length, 12);
  assert.equal(sim.writes.length, 12);
  assert.equal(logins(sim), 3);
});

Deno.test("an expired token is renewed before it is refused", async () => {
  const { db, sim, clock } = await world({ instances: instances(1), tokenTtl: 600_000 });
  await db.instances();
  await clock.sleep(595_000);
  await db.instances();
  assert.equal(logins(sim), 2);
  assert.equal(sim.log.filter((one) => one.status === 401).length, 0);
});

Deno.test("being no administrator is a 401 that makes nobody log in again", async () => {
  const { db, sim } = await world();
  await assert.rejects(
    db.management.instances(),
    (error) => error instanceof ApiError && error.status === 401 && /admin privileges/.test(error.message),
  );
  assert.equal(logins(sim), 1);
  assert.equal(sim.log.filter((one) => one.status === 401).length, 1);
});

Deno.test("versions are asked without credentials where the address is known", async () => {
  const { sim, clock } = await world();
  const address = sim.addresses.database.RegionOne!.public;
  for (const where of [address, `${address}/v1.0`, `${address}/v1.0/${"a".repeat(32)}`]) {
    const [version] = await dbaas({ endpoint: where, fetch: sim.fetch as typeof fetch, clock }).versions();
    assert.equal(version!.id, "v1.0");
  }
  assert.equal(logins(sim), 0);
  assert.equal((await dbaas("sim").versions())[0]!.id, "v1.0");
});

Deno.test("any other name or address never leads to the simulator", async () => {
  for (const name of ["Sim", "simulator", "sim2"]) {
    await assert.rejects(async () => await dbaas(name).instances(), /Cannot/);
  }
  const nowhere: typeof fetch = () => Promise.reject(new TypeError("connection refused"));
  const options = {
    name: "sim",
    authUrl: "http://127.0.0.1:9/v3",
    username: "a",
    password: "b",
    project: "c",
  };
  await assert.rejects(
    async () => await dbaas({ ...options, fetch: nowhere }).instances(),
    /under the name sim/,
  );
});

Deno.test("regions, projects and users of one cloud are told apart", async () => {
  const { db, sim, with: open } = await world({
    instances: [...instances(1), { name: "far", region: "RegionTwo" }],
  });
  assert.deepEqual((await open({ region: "RegionTwo" }).instances()).map((one) => one.name), ["far"]);
  assert.deepEqual((await db.instances()).map((one) => one.name), ["staging-0"]);
  const alt = open({ username: "alt", password: "alt-of-sim", project: "alt" });
  assert.equal(await alt.instances().count(), 0);
  assert.equal(await alt.projectId(), sim.projectId("alt"));
  await assert.rejects(async () => await open({ region: "RegionNine" }).instances(), /RegionOne.*RegionTwo/);
});

Deno.test("numbers beyond what a double holds are read, sent and read again exactly", async () => {
  const { db, admin } = await world();
  const parameters = await db.datastores.parameters("mysql@5.7.29");
  const large = parameters.find((one) => one.max === 18446744073709547520n);
  const values = { [large!.name]: 18446744073709547519n };
  const made = await db.configurations.create({ name: "huge", values, datastore: "mysql@5.7.29" });
  assert.deepEqual((await db.configurations.get(made)).values, values);
  const { id } = await db.datastores.version("mysql@5.7.29");
  const huge = { name: "huge", type: "integer", restartRequired: false, max: 2n ** 63n } as const;
  await admin.datastoreVersions.createParameter(id, huge);
  assert.equal((await db.datastores.parameter(id, "huge")).max, 2n ** 63n);
});

Deno.test("a quota is final, and a rate limit is waited out", async () => {
  const { db, sim, clock } = await world({ quota: { instances: 1 }, rateLimit: { GET: 30 } });
  const spec = { flavor: "1", volume: 1 };
  const report = await db.createInstance({ ...spec, name: "q{n}", count: 3 }).run({ throwOnError: false });
  assert.deepEqual([report.succeeded.length, report.failed.length], [1, 2]);
  assert.equal(sim.log.filter((one) => one.method === "POST" && one.route === "POST /instances").length, 3);
  const began = clock.now();
  await Promise.all(Array.from({ length: 60 }, () => db.flavors.list()));
  assert.ok(clock.now() - began > 30_000);
});

Deno.test("what has no method is asked by request(), with a token and by the same rules", async () => {
  const { db } = await world();
  const { status, body } = await db.request("GET", "/flavors/1");
  assert.deepEqual([status, (body as { flavor: { str_id: string } }).flavor.str_id], [200, "1"]);
  await assert.rejects(
    db.request("GET", "/nothing/here"),
    (error) => error instanceof ApiError && error.status === 404,
  );
});

Deno.test("restarting 200 instances and waiting for them costs what the actions and the looks cost", async () => {
  const { db, sim } = await world({ instances: instances(200) });
  await db.endpoint();
  const before = sim.log.length;
  let polls = 1; // the selection
  const chain = db.instances().where({ name: /^staging/ }).max(200).restart().waitUntil("ready");
  const report = await chain.run({ on: (event) => event.type === "polled" && void polls++ });
  assert.equal(report.succeeded.length, 200);
  const requests = sim.log.length - before;
  assert.equal(report.requests.total, requests);
  const allowed = 1.02 * (200 + 10 * polls);
  assert.ok(requests <= allowed, `${requests} requests, ${allowed} allowed for ${polls} looks`);
  assert.ok(polls <= 60, `${polls} looks`);
});
