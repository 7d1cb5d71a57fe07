import assert from "node:assert/strict";
import {
  ApiError,
  ChainError,
  dbaas,
  type RunEvent,
  UnreachableStateError,
} from "../../../../../lib/muster.ts";
import { instances, world } from "../world.ts";

Deno.test("the line of the README restarts the simulator's staging databases and waits until they are ready", async () => {
  const report = await dbaas("sim").instances().where({ name: /^staging-/ }).restart().waitUntil("ready");
  assert.equal(report.succeeded.length, 12);
  for (const member of report.members) {
    assert.deepEqual(member.path.map((seen) => seen.state), ["ACTIVE", "REBOOT", "ACTIVE"]);
  }
});

Deno.test("ready means that the database has reported again, not only that the status is back", async () => {
  const { db, sim } = await world({ instances: instances(3), transition: { lag: 60_000 }, spread: 0 });
  await db.instances().where({ name: /^staging/ }).restart().waitUntil("ready");
  for (const one of sim.instances()) assert.equal(one.operatingStatus, "HEALTHY");
});

Deno.test("a wait after a restart waits for the restart to have happened, even one that nobody saw", async () => {
  const { db, clock } = await world({
    instances: instances(1),
    transition: { restart: 1200, lag: 10 },
    spread: 0,
  });
  const began = clock.now();
  const report = await db.instance("staging-0").restart().waitUntil("ready", { every: "5s" });
  assert.ok(clock.now() - began >= 1200);
  assert.deepEqual(report.members[0]!.path.map((seen) => seen.state), ["ACTIVE"]);
});

Deno.test("a restart in the very second in which the instance last changed is seen to have happened as well", async () => {
  // Trove's times are whole seconds, and the restart is over before the first look.
  for (const begins of [0, 300, 999]) {
    const { db, clock } = await world({
      instances: instances(1),
      transition: { resize: 1, restart: 200, lag: 1 },
      spread: 0,
    });
    await clock.sleep(1000 - clock.now() % 1000 + begins);
    const report = await db.instance("staging-0").resizeVolume(20).waitUntil("ready", { every: 100 })
      .restart().waitUntil("ready", { timeout: "1m" }).run({ throwOnError: false });
    assert.equal(report.failed[0]?.why, undefined);
    assert.ok(report.endedAt - report.startedAt < 10_000);
  }
});

Deno.test("a restart of what has not changed of late is sent at once", async () => {
  const { db, sim, clock } = await world({ instances: instances(1) });
  await clock.sleep(2 * 86_400_000);
  const began = clock.now();
  await db.instance("staging-0").restart();
  assert.equal(sim.writes.at(-1)!.at, began);
});

Deno.test("a build that fails ends the wait at once with the server's fault", async () => {
  const { db, sim, clock } = await world({ transition: { build: 10_000 }, spread: 0 });
  const chain = db.createInstance({ name: "bad", flavor: "1", volume: 1 }).waitUntil("ready");
  const fail = () => sim.fail(sim.instance("bad")!.id, "no valid host was found.");
  const error = await chain.run({
    on: (event) => event.type === "accepted" && void clock.sleep(2000).then(fail),
  }).catch((error) => error);
  assert.ok(error instanceof ChainError);
  assert.ok(error.errors[0] instanceof UnreachableStateError);
  assert.match(
    error.errors[0].message,
    /it is ERROR\. Its states were BUILD → ERROR\. It says: no valid host was found\.$/,
  );
});

Deno.test("a fault left by a harmless request does not fail a wait", async () => {
  const { db } = await world({
    instances: [{ name: "a", fault: "User nobody cannot be found on the instance." }],
  });
  const report = await db.instance("a").waitUntil("ready");
  assert.equal(report.succeeded.length, 1);
});

Deno.test("an instance whose database failed though it is ACTIVE does not keep a wait waiting", async () => {
  const { db, clock } = await world({ instances: [{ name: "a", operatingStatus: "FAILED" }] });
  const began = clock.now();
  const report = await db.instance("a").waitUntil("ready").run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /its database is FAILED/);
  assert.ok(clock.now() - began < 5000);
});

Deno.test("deleting ends in 404, which is where one can wait for", async () => {
  const { db, sim } = await world({ instances: instances(3) });
  const report = await db.instances().where({ name: /-[01]$/ }).delete().waitUntil("gone");
  assert.equal(report.succeeded.length, 2);
  assert.deepEqual(sim.instances().map((one) => one.name), ["staging-2"]);
  assert.deepEqual(report.members[0]!.path.map((seen) => seen.state), ["ACTIVE", "SHUTDOWN", "DELETED"]);
});

Deno.test("the plan knows that an instance is not deleted while it is built, and nothing is sent", async () => {
  const { db, sim } = await world({
    instances: [{ name: "new", status: "BUILD" }, { name: "going", status: "SHUTDOWN" }],
  });
  const plan = await db.instances().where({ name: "new" }).delete().plan();
  assert.deepEqual(plan.members[0]!.predictions.map((one) => one.verdict), ["refuse"]);
  assert.match(plan.members[0]!.predictions[0]!.why, /it is BUILD, and delete needs/);
  const report = await db.instance("new").delete().run({ throwOnError: false });
  assert.equal(report.failed.length, 1);
  const again = await db.instance("going").delete();
  // SHUTDOWN may also be a database that is down: it is sent, and a second DELETE does no harm.
  assert.equal(again.succeeded.length, 1);
  assert.equal(sim.writes.length, 1);
});

Deno.test("a stuck build is reset and deleted by an administrator, in one line, and by nobody else", async () => {
  const { admin, db, sim } = await world({ instances: [{ name: "stuck", status: "BUILD" }] });
  const { id } = sim.instance("stuck")!;
  const refused = await db.instance(id).resetStatus().run({ throwOnError: false });
  assert.match(refused.failed[0]!.why, /403.*Policy doesn't allow/);
  const report = await admin.instance(id).resetStatus().delete().waitUntil("gone");
  assert.equal(report.succeeded.length, 1);
  assert.equal(sim.instances().length, 0);
});

Deno.test("names, flavors, volumes, configurations, access and versions change, and what already is so is skipped", async () => {
  const { db, sim } = await world({ instances: [{ name: "a", flavor: "1", volume: 1, version: "5.7.29" }] });
  await db.configurations.create({
    name: "wide",
    values: { max_connections: 200 },
    datastore: "mysql@5.7.29",
  });
  const one = db.instances().where({ name: /^(a|b)$/ });
  await one.rename((instance) => `${instance.name}${instance.name}`.slice(0, 1).replace("a", "b"));
  await one.resizeFlavor("3").waitUntil("ready").resizeVolume(3).waitUntil("ready");
  await one.attachConfiguration("wide").waitUntil("ready");
  const may = { mayDetachConfiguration: true };
  await one.access({ isPublic: true, allowedCidrs: ["10.0.0.0/8"] }, may).waitUntil("ready");
  await one.upgrade("8.0.29", may).waitUntil("ready");
  const truth = sim.instance("b")!;
  assert.deepEqual(
    [truth.flavor, truth.volume, truth.public, truth.version, truth.configuration !== undefined],
    ["3", 3, true, "mysql 8.0.29", true],
  );
  const writes = sim.writes.length;
  const again = await one.rename("b").resizeFlavor("3").waitUntil("ready").resizeVolume(3).waitUntil("ready")
    .attachConfiguration("wide").access({ isPublic: true }).upgrade("8.0.29");
  assert.equal(again.skipped.length, 1);
  assert.equal(sim.writes.length, writes);
  await one.detachConfiguration().waitUntil("ready");
  assert.equal(sim.instance("b")!.configuration, undefined);
});

Deno.test("a resize that the cloud took back is a failure, not a success", async () => {
  const { db, sim, clock } = await world({
    instances: instances(1),
    transition: { resize: 8000 },
    spread: 0,
  });
  const { id } = sim.instance("staging-0")!;
  const report = await db.instance("staging-0").resizeFlavor("3").waitUntil("ready").run({
    throwOnError: false,
    on: (event) => event.type === "accepted" && void clock.sleep(4000).then(() => sim.setState(id, "ACTIVE")),
  });
  assert.match(
    report.failed[0]!.why,
    /resizeFlavor did not take effect\. Its states were ACTIVE → RESIZE → ACTIVE/,
  );
});

Deno.test("a parameter that needs a restart is said to, and the restart is one more step", async () => {
  const { db, sim } = await world({ instances: [{ name: "a", version: "5.7.29" }] });
  const offered = await db.datastores.parameters("mysql@5.7.29");
  const parameter = offered.find((one) => one.restart_required && one.type === "integer")!;
  const value = parameter.min || 1;
  await db.configurations.create({
    name: "late",
    values: { [parameter.name]: value },
    datastore: "mysql@5.7.29",
  });
  const one = db.instance("a");
  const report = await one.attachConfiguration("late").waitUntil("ready").run({ throwOnError: false });
  assert.match(report.failed[0]!.why, /RESTART_REQUIRED.*Call restart\(\)/);
  assert.equal((await db.instance("a").restart().waitUntil("ready")).succeeded.length, 1);
  assert.equal(sim.instance("a")!.operatingStatus, "HEALTHY");
});

Deno.test("a replica is made, promoted and detached, and the old source ejected when it is silent", async () => {
  const { db, sim } = await world({ instances: [{ name: "source" }] });
  await db.createInstance({ name: "replica-{n}", count: 2, replicaOf: "source" }).waitUntil("ready");
  const [source, first] = [sim.instance("source")!, sim.instance("replica-1")!];
  assert.equal(first.replicaOf, source.id);
  await db.instance("replica-1").promote().waitUntil("ready");
  assert.equal(sim.instance("source")!.replicaOf, first.id);
  const refused = await db.instance("replica-1").delete().run({ throwOnError: false });
  assert.match(refused.failed[0]!.why, /replica/i);
  await db.instance("replica-2").detachReplica().waitUntil("ready");
  assert.equal(sim.instance("replica-2")!.replicaOf, undefined);
  sim.setState(first.id, "ACTIVE", "SHUTDOWN");
  await db.instance("replica-1").eject().waitWhile("EJECT");
  assert.equal(sim.instance("source")!.replicaOf, undefined);
});

Deno.test("thirty instances come as 20 and 10, and each is found by its name, also those of the second page", async () => {
  const { db, sim } = await world({ instances: instances(30, "db") });
  assert.equal((await db.instances()).length, 30);
  const lists = sim.log.filter((one) => one.route === "GET /instances/detail");
  assert.equal(lists.length, 2);
  for (let n = 0; n < 30; n += 7) assert.equal((await db.instance(`db-${n}`)).name, `db-${n}`);
  await assert.rejects(async () => await db.instance("db-30"), /Cannot find the instance in RegionOne/);
});

Deno.test("an unknown option of a create is refused by us, as the server would take it in silence", async () => {
  const { db, sim } = await world();
  const spec = { name: "a", flavor: "1", volume: 1 };
  assert.throws(
    () => db.createInstance({ ...spec, databasse: ["x"] } as never),
    /the option databasse does not exist/,
  );
  assert.throws(
    () => db.createInstance({ ...spec, users: [{ name: "x", pasword: "y" }] } as never),
    /pasword/,
  );
  assert.throws(
    () => db.createInstance({ ...spec, replicaOf: "b" }),
    /a replica takes flavor from its source/,
  );
  assert.throws(() => db.createInstance({ name: "a", volume: 1 } as never), /no flavor is given/);
  assert.throws(() => db.createInstance({ ...spec, name: "-" }), /a name has/);
  await assert.rejects(
    async () => await db.createInstance({ ...spec, flavor: "m1.gigantic" }),
    /Cannot find the flavor in RegionOne, project demo: none has this id or name: "m1.gigantic"; there are /,
  );
  await assert.rejects(
    async () => await db.createInstance({ ...spec, datastore: "mysql@4.1" }),
    /Cannot find the version of mysql/,
  );
  assert.equal(sim.writes.length, 0);
});

Deno.test("everything that can be said of a new instance arrives", async () => {
  const { db, sim } = await world({ instances: [{ name: "old", version: "5.7.29", databases: ["kept"] }] });
  await db.configurations.create({
    name: "wide",
    values: { max_connections: 200 },
    datastore: "mysql@5.7.29",
  });
  await db.createBackup({ name: "nightly", instance: "old" }).waitUntil("COMPLETED");
  const report = await db.createInstance({
    name: "new",
    flavor: "m1.small",
    volume: { size: 2 },
    datastore: "mysql@5.7.29",
    databases: ["plain", { name: "detailed", characterSet: "latin2", collate: "latin2_general_ci" }],
    users: [{ name: "app", password: "geheim-123", host: "10.0.0.1", databases: ["plain"] }],
    network: "11111111-1111-1111-1111-111111111111",
    availabilityZone: "nova",
    configuration: "wide",
    restore: "nightly",
    locality: "affinity",
    access: { isPublic: true },
  }).waitUntil("ready");
  const truth = sim.instance("new")!;
  assert.equal(truth.volume, 2);
  assert.ok(truth.public && truth.configuration);
  for (const name of ["plain", "detailed", "kept"]) assert.ok(truth.databases.includes(name), name);
  assert.deepEqual(truth.users, ["app@10.0.0.1"]);
  for (const shown of [Deno.inspect(report, { depth: 9 }), JSON.stringify(report)]) {
    assert.ok(!shown.includes("geheim-123"));
  }
});

Deno.test("a password is shown neither by a plan nor by a failed creation", async () => {
  const { db } = await world({ quota: { instances: 0 } });
  const users = [{ name: "app", password: "geheim-123" }];
  const chain = db.createInstance({ name: "a", flavor: "1", volume: 1, users });
  const plan = await chain.plan();
  const report = await chain.run({ throwOnError: false });
  const error = report.failed[0]!.error;
  assert.ok(error instanceof ApiError && error.status === 413);
  assert.match(error.message, /Quota exceeded/);
  assert.equal(report.requests.retried, 0);
  for (const value of [plan, report, chain, plan.toJSON(), plan.members[0]!.record]) {
    assert.ok(!(Deno.inspect(value, { depth: 9 }) + JSON.stringify(value)).includes("geheim-123"));
  }
});

Deno.test("a create whose answer is lost makes one instance, and does not take an older one of its name for it", async () => {
  const { db, sim } = await world({ instances: [{ name: "twin" }] });
  const [old] = sim.instances();
  const creates = (request: Request) => request.method === "POST" && request.url.endsWith("/instances");
  sim.faults.add({ do: "drop-after", when: creates, times: 1 });
  const events: RunEvent[] = [];
  const report = await db.createInstance({ name: "twin", flavor: "1", volume: 1 }).waitUntil("ready")
    .run({ on: (event) => events.push(event) });
  assert.ok(events.some((event) => event.type === "doubted"));
  assert.equal(sim.instances().length, 2);
  assert.notEqual(report.members[0]!.id, old!.id);
});

Deno.test("a rate limit is waited out, as it says for how long", async () => {
  const { db, sim } = await world({ instances: instances(12), rateLimit: { POST: 6 } });
  const report = await db.instances().where({ name: /^staging/ }).restart().waitUntil("ready");
  assert.equal(report.succeeded.length, 12);
  assert.equal(sim.writes.filter((one) => one.action === "restart").length, 12);
  assert.ok(sim.log.some((one) => one.status === 413));
});

Deno.test("a wait whose login is refused in the middle of it says so in the error at its limit", async () => {
  const { db, sim } = await world({ instances: [{ name: "a" }] });
  const polls: string[] = [];
  const report = await db.instance("a").restart().waitUntil("ready", { timeout: "10m" }).run({
    throwOnError: false,
    on(event) {
      if (event.type === "pollFailed") polls.push(event.error.message);
      if (event.type !== "accepted") return;
      for (const user of sim.keystone.identity.users) user.enabled = false;
      sim.revokeTokens();
    },
  });
  assert.match(polls[0]!, /Keystone refused user "demo"/);
  assert.match(report.failed[0]!.why, /the limit of 10 m passed.*Keystone refused user "demo"/);
});

Deno.test("awaiting an instance again reads it again, so that a loop on its status ends: the tutorial's", async () => {
  const { db, clock } = await world();
  await db.createInstance({ name: "a", flavor: "1", volume: 1 });
  const one = db.instance("a");
  const seen: string[] = [];
  while ((await one).status === "BUILD") {
    seen.push((await one).status);
    assert.ok(seen.length < 1000, "it never ends");
    await clock.sleep(10_000);
  }
  assert.equal((await one).status, "ACTIVE");
  const all = db.instances();
  assert.equal((await all).length, 1);
  await db.createInstance({ name: "b", flavor: "1", volume: 1 });
  assert.equal((await all).length, 2);
  const run = db.instance("a").restart();
  assert.equal(await run, await run, "a run is done once, however often it is awaited");
});

Deno.test("plans name the project besides the region, as two projects of one region are two places", async () => {
  const { db, with: open } = await world({ instances: [{ name: "a" }] });
  assert.match(
    String(await db.instance("a").restart().plan()),
    /1 instance in RegionOne, project demo; nothing/,
  );
  const other = open({ username: "alt", password: "alt-of-sim", project: "alt" });
  assert.match(String(await other.instances().all().restart().plan()), /in RegionOne, project alt/);
});
