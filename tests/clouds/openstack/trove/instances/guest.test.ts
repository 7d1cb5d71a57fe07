import assert from "node:assert/strict";
import { ApiError } from "../../../../../lib/muster.ts";
import { instances, world } from "../world.ts";

Deno.test("databases are made, listed over several pages and deleted, and what is so already is skipped", async () => {
  const { db, sim } = await world({ instances: instances(2) });
  const names = Array.from({ length: 25 }, (_, n) => `app_${n}`);
  await db.instances().all().createDatabase("first").createDatabases([...names, {
    name: "x",
    characterSet: "utf8",
  }]);
  const listed = await db.instance("staging-0").databases();
  assert.equal(listed.length, 27);
  const again = await db.instances().all().createDatabase("first");
  assert.equal(again.skipped.length, 2);
  assert.equal(again.skipped[0]!.why, "it has first");
  await db.instance("staging-0").deleteDatabase("first");
  assert.equal((await db.instance("staging-0").deleteDatabase("first")).skipped[0]!.why, "it has no first");
  assert.ok(!sim.instance("staging-0")!.databases.includes("first"));
  assert.ok(sim.instance("staging-1")!.databases.includes("first"));
  await assert.rejects(async () => await db.instance("staging-0").createDatabase("mysql"), /reserved/);
});

Deno.test("deleting databases of many instances is guarded like every step that cannot be undone", async () => {
  const { db, sim } = await world({
    instances: instances(25).map((one) => ({ ...one, databases: ["app"] })),
  });
  await assert.rejects(
    async () => await db.instances().where({ name: /^staging/ }).deleteDatabase("app"),
    /25 instances/,
  );
  assert.equal(sim.writes.length, 0);
});

const NAMES = ["app", "o'brien", "a.b.c", "per%cent", "na@me", "ünïcode", "with blank", "100%41", "a/b"];

for (const name of NAMES) {
  Deno.test(`a user called ${name} is made, read, granted, renamed and deleted`, async () => {
    const { db, sim } = await world({ instances: [{ name: "a", databases: ["one", "two"] }] });
    const a = db.instance("a");
    const elsewhere = { name, host: "10.0.%" };
    // A text with an @ is name@host.
    const anywhere = name.includes("@") ? { name } : name;
    await a.createUsers([{ name, password: "p" }, { ...elsewhere, password: "p", databases: ["two"] }]);
    assert.deepEqual(await a.user(anywhere), { name, host: "%", databases: [] });
    assert.deepEqual(await a.user(elsewhere), { ...elsewhere, databases: [{ name: "two" }] });
    await a.grant(anywhere, ["one", "two"]).revoke(anywhere, "two");
    assert.deepEqual(await a.grants(anywhere), [{ name: "one" }]);
    await a.changeUser(elsewhere, { name: "renamed", host: "%" });
    await a.deleteUser(anywhere);
    assert.deepEqual(sim.instance("a")!.users, ["renamed@%"]);
  });
}

Deno.test("more users than a page holds are all listed, whatever their names", async () => {
  const { db } = await world({ instances: [{ name: "a" }] });
  const users = Array.from({ length: 45 }, (_, n) => ({ name: `u%${n} @.`, password: "p" }));
  await db.instance("a").createUsers(users);
  assert.deepEqual(
    (await db.instance("a").users()).map((user) => user.name).sort(),
    users.map((user) => user.name).sort(),
  );
});

Deno.test("passwords are changed, and no label, plan, report or journal line shows one", async () => {
  const { db, sim } = await world({ instances: [{ name: "a", users: ["app"] }] });
  const chain = db.instance("a").changePassword({ name: "app", password: "geheim-1" })
    .changePasswords([{ name: "app", password: "geheim-2" }]).changeUser("app", { password: "geheim-3" })
    .createUser({ name: "b", password: "geheim-4" }).enableRoot({ password: "geheim-5" });
  const report = await chain;
  const { members: [made] } = await db.instance("a").enableRoot();
  const { password } = made!.output[0] as { password: { reveal(): string } };
  assert.match(password.reveal(), /^[0-9a-f]{12}$/);
  for (const value of [String(chain), await chain.plan(), report, made]) {
    const shown = `${Deno.inspect(value, { depth: 12 })} ${JSON.stringify(value)}`;
    assert.ok(!/geheim/.test(shown) && !shown.includes(password.reveal()));
  }
  const user = [...sim.region().byId()[0]!.users.values()].find((one) => one.name === "app")!;
  assert.equal(user.password, "geheim-3");
});

Deno.test("root: never enabled, enabled, disabled, and still known to have been enabled", async () => {
  const { db } = await world({ instances: [{ name: "a" }] });
  const a = db.instance("a");
  assert.equal((await a.disableRoot()).skipped[0]!.why, "its root user was never enabled");
  assert.equal(await a.root(), false);
  await a.enableRoot();
  await a.disableRoot();
  assert.equal(await a.root(), true);
});

Deno.test("logs are listed, shown, enabled, published, discarded and disabled", async () => {
  const { db } = await world({ instances: instances(2) });
  const a = db.instance("staging-0");
  assert.deepEqual((await a.logs()).map((log) => log.name), ["general", "slow_query", "error", "guest"]);
  assert.equal((await a.log("slow_query")).status, "Disabled");
  const report = await db.instances().all().enableLog("slow_query").publishLog("slow_query");
  assert.deepEqual(
    report.members.map((one) => (one.output as { status: string }[]).map((log) => log.status)),
    [
      ["Ready", "Published"],
      ["Ready", "Published"],
    ],
  );
  await a.discardLog("slow_query").disableLog("slow_query");
  assert.deepEqual([(await a.log("slow_query")).status, (await a.log("slow_query")).published], [
    "Disabled",
    0,
  ]);
  await assert.rejects(async () => await a.enableLog("error"), /system log/);
});

Deno.test("the parameters an instance begins with are read exactly", async () => {
  const { db } = await world({ instances: [{ name: "a" }] });
  assert.ok(Object.keys(await db.instance("a").configuration()).length > 0);
});

Deno.test("nothing inside an instance is asked for while it is built, and the server's word says why", async () => {
  const { db } = await world({ instances: [{ name: "a", status: "BUILD" }] });
  await assert.rejects(
    async () => await db.instance("a").databases(),
    (error) => error instanceof ApiError && error.status === 422,
  );
});

Deno.test("a write inside an instance whose answer is lost is looked for, and not sent twice", async () => {
  const { db, sim } = await world({ instances: [{ name: "a", databases: ["old"], users: ["gone"] }] });
  const writes = (request: Request) => request.method !== "GET" && request.url.includes("/instances/");
  sim.faults.add({ do: "drop-after", when: writes });
  const report = await db.instance("a").createDatabase("new").deleteDatabase("old")
    .createUser({ name: "app", password: "p" }).deleteUser("gone").grant("app", "new");
  assert.equal(report.succeeded.length, 1);
  const truth = sim.instance("a")!;
  assert.deepEqual([truth.databases, truth.users], [["new"], ["app@%"]]);
  const done = sim.executions(truth.id).map((one) => one.action).filter((one) => one !== "grant");
  assert.deepEqual(done, ["create-databases", "delete-database", "create-users", "delete-user"]);
});

Deno.test("a write inside an instance that never arrived is sent again once it showed that it was not done", async () => {
  const { db, sim, clock } = await world({ instances: [{ name: "a" }] });
  await db.endpoint();
  sim.faults.add({ do: "drop-before", when: ({ method }) => method === "POST", times: 2 });
  const began = clock.now();
  await db.instance("a").createDatabase("new");
  assert.deepEqual(sim.instance("a")!.databases, ["new"]);
  assert.ok(clock.now() - began >= 25_000, "it was given time to show");
});
