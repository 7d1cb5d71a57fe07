/** Mistakes that people make when they select members: nothing is sent to any other member. */
import assert from "node:assert/strict";
import { dbaas, dc as datacenter } from "../../../lib/muster.ts";
import { CredentialsError, MusterError, SelectionError } from "../../../lib/engine/errors.ts";
import { output } from "../../../lib/engine/process/output.ts";
import { machines, type World, world } from "../../clouds/cloudapi/world.ts";
import { instances, type World as TroveWorld, world as trove } from "../../clouds/openstack/trove/world.ts";
import { withEnvironment } from "../../own_environment.ts";

/** A user without types, as on the command line. */
// deno-lint-ignore no-explicit-any
type Loose = any;

/** Writes that came in, of both clouds. */
const writesOf = (one: World | TroveWorld) =>
  one.sim.requests.entries.filter(({ method, path }) =>
    method !== "GET" && method !== "HEAD" && !path.includes("/auth/")
  ).length;

/** Both say no, in words that fit, and neither was sent anything. */
async function refused(
  say: (many: Loose, one: World | TroveWorld) => unknown,
  words: RegExp,
  kind: typeof MusterError = SelectionError,
): Promise<void> {
  const east = await world({ machines: machines(3) });
  const dbs = await trove({ instances: instances(3) });
  for (
    const [many, one] of [[(tags?: Loose) => east.dc.machines(tags), east], [
      () => dbs.db.instances(),
      dbs,
    ]] as const
  ) {
    const chain = async () => await say(many, one);
    await assert.rejects(chain, (error: Error) => {
      assert.ok(error instanceof kind, `${error.name}: ${error.message}`);
      assert.match(error.message, words);
      return true;
    });
    assert.equal(writesOf(one), 0);
  }
}

Deno.test("empty filter: who says nothing means nobody until .all() is said", async () => {
  const words = /has no condition, so it means all.*\.all\(\)/s;
  await refused((many) => many().delete().run(), words);
  await refused((many) => many({}).delete().run({ yes: true }), words);
  await refused((many) => many().where({}).delete().run({ max: 1000 }), words);
  await refused((many) => many().restart?.().run() ?? many().reboot().run(), words);
});

Deno.test("undefined value: a variable that was never set selects nobody", async () => {
  const { type } = {} as { type?: string };
  await refused((many) => many().where({ name: type }).delete().run({ yes: true }), /undefined/);
  await refused((many) => many().where({ name: [type] }).delete().run({ yes: true }), /undefined/);
  await refused((many) => many().where({ name: "" }).delete().run({ yes: true }), /empty/);
  await refused((many) => many().where({ name: [] }).delete().run({ yes: true }), /empty|none|no value/);
  const { dc, sim } = await world({ machines: machines(3) });
  assert.throws(() => dc.machines({ type }), SelectionError);
  assert.throws(() => dc.machines({ type: [type] }), SelectionError);
  assert.throws(() => dc.machines({ type: null }), SelectionError);
  assert.throws(() => dc.machines({ type: "" }), SelectionError);
  assert.throws(() => dc.machine(type as Loose), MusterError);
  assert.throws(() => dc.machines().where({ tags: { type } } as Loose), SelectionError);
  assert.equal(sim.requests.entries.length, 0);
  // Nor does it mean the whole project instead of one instance.
  const { db, sim: dbs } = await trove({ instances: instances(1) });
  for (
    const whose of [{ instance: type }, { instance: "" }, { project: type }, { instnace: "x" }] as Loose[]
  ) {
    await assert.rejects(db.backupStrategies.delete(whose), SelectionError, Deno.inspect(whose));
    await assert.rejects(db.backupStrategies.list(whose), SelectionError);
    await assert.rejects(db.backupStrategies.create({ container: "x", ...whose }), SelectionError);
  }
  assert.equal(dbs.writes.length, 0);
});

Deno.test("typo in a key: an attribute that there is not is an error that names the nearest", async () => {
  await refused((many) => many().where({ nmae: () => true }).delete().run({ yes: true }), /nmae.*name/s);
  await refused((many) => many().where({ Name: "x" }).delete().run({ yes: true }), /Name.*name/s);
  // A tag may have any name: it selects nothing, and the message says so.
  const { dc, sim } = await world({ machines: machines(3) });
  const said: string[] = [];
  const { notice } = output;
  output.notice = (text) => void said.push(text);
  try {
    const report = await dc.machines({ tpye: "test" }).delete().run({ yes: true, view: false });
    assert.equal(report.members.length, 0);
  } finally {
    output.notice = notice;
  }
  assert.match(said.join("\n"), /nothing matches .*tpye/);
  assert.equal(sim.writes.length, 0);
});

Deno.test("typo in a value: a state that there is not is an error, and any other selects nobody", async () => {
  const { dc, sim } = await world({ machines: machines(3) });
  assert.throws(() => dc.machines().where({ state: "runing" } as Loose), /runing.*running/s);
  const { db, sim: dbs } = await trove({ instances: instances(2) });
  assert.throws(() => db.instances().where({ status: "ACTVE" } as Loose), /ACTVE.*ACTIVE/s);
  assert.throws(() => (dc.machines({ type: "test" }).stop() as Loose).waitUntil("stoped"), MusterError);
  const report = await dc.machines({ type: "tset" }).delete().run({ yes: true, view: false });
  assert.equal(report.members.length, 0);
  assert.equal(sim.writes.length + dbs.writes.length, 0);
});

Deno.test("wrong datacenter: what is not there is said with the place, and a plan of another place is refused", async () => {
  const [east, west] = await Promise.all([
    world({ machines: machines(2) }, { name: "east" }),
    world({ machines: [{ name: "other", tags: { type: "test" } }] }, { name: "west" }),
  ]);
  await assert.rejects(west.dc.machine("test-0").delete().run({ yes: true }), /west.*test-0/s);
  const [one] = [...east.sim.machines()];
  await assert.rejects(west.dc.machine(one!.id).delete().run({ yes: true }), /west/);
  const asked: string[] = [];
  await west.dc.machines({ type: "test" }).max(1).delete().run({
    confirm: () => Promise.resolve(false),
    throwOnError: false,
  })
    .catch(() => {});
  await east.dc.machines({ type: "test" }).max(1).delete().run({
    confirm: (question) => Promise.resolve(asked.push(`${question.text} | ${question.endpoint}`) < 0),
  }).catch((error) => assert.match(error.message, /Nothing was sent/));
  assert.match(asked.join(), /2 machines.*east/);
  assert.equal(east.sim.writes.length, 0);
});

Deno.test("ignored filter: a server that returns everybody does not make them members", async () => {
  const made = await world({
    machines: [
      { name: "a", tags: { type: "test" } },
      { name: "b", tags: { type: "prod" } },
      { name: "c", tags: {} },
      { name: "d", tags: { type: "TEST" } },
    ],
  });
  const { sim } = made;
  const deaf = made.with({
    fetch: ((url: string, init: RequestInit) => {
      const address = new URL(url);
      for (const key of [...address.searchParams.keys()]) {
        if (!["limit", "offset", "action"].includes(key)) address.searchParams.delete(key);
      }
      return sim.fetch(address.href, init);
    }) as unknown as typeof fetch,
  });
  const report = await deaf.machines({ type: "test" }).delete().waitUntil("deleted");
  assert.deepEqual(report.succeeded.map(({ name }) => name), ["a"]);
  await deaf.machines().where({ name: "b", memory: (mib) => mib > 0 }).stop();
  const done = [...sim.machines()].map(({ id, name }) =>
    `${name} ${sim.executions(id).map(({ action }) => action)}`
  );
  assert.deepEqual(done.sort(), ["a destroy", "b stop", "c ", "d "]);
});

Deno.test("selection object reused: each chain is what it was when it was written", async () => {
  const { dc, sim } = await world({
    machines: ["prod", "test"].map((type) => ({ name: type, state: "running", tags: { type } })),
  });
  const filter: Record<string, string> = {};
  const where: Loose = {},
    protect: Loose = { name: "nobody" },
    tags: Record<string, string> = { owner: "me" };
  const chains = [];
  for (const type of ["prod", "test"]) {
    filter.type = type;
    where.name = type;
    chains.push(dc.machines(filter).where(where).protect(protect).tag(tags));
  }
  filter.type = "neither";
  protect.name = "test";
  tags.owner = "somebody else";
  for (const chain of chains) await chain.waitUntil("running");
  const owners = (await dc.machines()).map((one) => `${one.name} ${one.tags.owner}`);
  assert.deepEqual(owners.sort(), ["prod me", "test me"]);
  assert.equal(sim.writes.length, 2);
});

Deno.test("async predicate: a test that gives a promise is an error, not a yes", async () => {
  await refused(
    (many) =>
      many().where({ name: (name: string) => Promise.resolve(name !== "prod") }).delete().run({ yes: true }),
    /promise|true or false|boolean/i,
  );
  await refused(
    (many) => many().where({ name: () => undefined }).delete().run({ yes: true }),
    /true or false|boolean/i,
  );
  const { dc, sim } = await world({ machines: machines(3) });
  const chains = [
    () => dc.machines({ type: () => Promise.resolve(false) }).delete(),
    () => dc.machines({ type: "test" }).protect({ name: (async () => await true) as Loose }).delete(),
    () =>
      dc.machines({ type: "test" }).protect({ tags: { type: () => Promise.resolve(false) } } as Loose)
        .delete(),
  ];
  for (const chain of chains) await assert.rejects(async () => await chain(), SelectionError);
  assert.equal(sim.writes.length, 0);
});

Deno.test("pattern with g: it means the same each time it is asked", async () => {
  const { dc, sim } = await world({ machines: machines(6) });
  const pattern = /^test-\d/g;
  const sticky = /test/y;
  assert.equal(await dc.machines().where({ name: pattern }).count(), 6);
  assert.equal(await dc.machines().where({ name: pattern }).count(), 6);
  assert.equal(await dc.machines().where({ name: sticky }).count(), 6);
  pattern.test("test-1");
  const kept = await dc.machines({ type: /t/g }).protect({ name: pattern }).delete().plan();
  assert.equal(kept.members.length, 0);
  assert.equal(kept.protected.length, 6);
  assert.equal(sim.writes.length, 0);
});

Deno.test("name that looks like an id: where there is one of the id, that counts, else the name", async () => {
  const { dc, sim } = await world({ machines: machines(2) });
  const [one, two] = [...sim.machines()];
  await dc.machine(one!.id).rename(two!.id.replace(/^./, "0")).run({ throwOnError: false });
  // Whoever is called like another's id is not that one.
  const called = await world({ machines: [{ name: "a" }, { name: "b" }] });
  const [a, b] = [...called.sim.machines()];
  await called.dc.request("POST", `/machines/${a!.id}`, {
    query: { action: "rename" },
    body: { name: b!.id },
  });
  await called.clock.sleep(60_000);
  const report = await called.dc.machine(b!.id).delete().run({ throwOnError: false });
  assert.deepEqual(report.members.map(({ id }) => id), [b!.id]);
  assert.deepEqual(called.sim.executions(a!.id).map(({ action }) => action), ["rename"]);
  // If nothing has the id, it is a name, and selects only members of that name.
  const nobody = "0123abcd-0000-4000-8000-000000000000";
  const named = await trove({ instances: [{ name: nobody }] });
  const meant = await named.db.instance(nobody).delete().plan();
  assert.deepEqual(meant.members.map(({ name }) => name), [nobody]);
  await assert.rejects(
    named.db.instance(nobody.replace(/0$/, "1")).delete().run({ yes: true }),
    SelectionError,
  );
  assert.equal(named.sim.writes.length, 0);
});

Deno.test("sim mistaken for real: only its own name leads to the simulator, and no real name does", async () => {
  const empty = await Deno.makeTempDir();
  const nothing = Object.keys(Deno.env.toObject()).filter((name) => /^(MUSTER|TRITON|SDC|OS)_/.test(name))
    .map((name) => [name, undefined]);
  const folders = ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"].map((name) => [name, empty]);
  await withEnvironment(Object.fromEntries([...nothing, ...folders]), async () => {
    for (const name of ["Sim", "sim ", "simulator", "us-east-1", "sim-1", "SIM"]) {
      await assert.rejects(datacenter(name).machines().count(), CredentialsError, name);
      await assert.rejects(dbaas(name).instances().count(), MusterError, name);
    }
    // Nor is a real server called by its name.
    let sent = 0;
    const options = {
      name: "sim",
      url: "https://cloudapi.example.com",
      account: "me",
      signer: {
        keyId: "/me/keys/k",
        algorithm: "ed25519-sha512",
        sign: () => Promise.resolve(new Uint8Array(64)),
      },
      fetch: () =>
        Promise.resolve(new Response("[]", { headers: { "content-type": "application/json" } })).finally(() =>
          sent++
        ),
    } as Loose;
    await assert.rejects(async () => await datacenter(options).machines().count(), /under the name sim/);
    const cloud = {
      ...options,
      name: "sim",
      url: undefined,
      authUrl: "https://keystone.example.com/v3",
      username: "a",
    };
    await assert.rejects(async () => await dbaas(cloud).instances().count(), /under the name sim/);
    assert.equal(sent, 0);
    // The output shows what it is.
    const plan = await datacenter("sim").machines({ type: "test" }).delete().plan();
    assert.match(String(plan), /\bsim\b/);
    assert.equal(plan.endpoint.name, "sim");
  }).finally(() => Deno.remove(empty, { recursive: true }));
});

Deno.test("namesake: where two have the name, neither is taken for the other", async () => {
  const { db, sim } = await trove({ instances: [{ name: "db" }, { name: "db" }] });
  await assert.rejects(db.instance("db").delete().run({ yes: true }), /2 have the name "db"/);
  assert.equal(sim.writes.length, 0);
  const made = await world({ machines: [{ name: "web" }] });
  await assert.rejects(
    made.dc.createMachine({ name: "web", image: "base-64-lts", package: "g4-highcpu-1G" }).run(),
    /web/,
  );
  assert.equal(made.sim.writes.length, 0);
});

Deno.test("protection misspelt: it is an error, or it protects", async () => {
  const { dc, sim } = await world({
    machines: [
      { name: "a", tags: { type: "test", tier: "front" } },
      { name: "b", tags: { type: "test", role: "web" } },
      { name: "c", tags: { type: "test" } },
    ],
  });
  const tests = dc.machines({ type: "test" }) as Loose;
  for (
    const empty of [
      { nmae: "a" },
      { tags: { keep: undefined } },
      { tags: { keep: "" } },
      { name: [undefined] },
      { name: "" },
      {},
    ]
  ) {
    await assert.rejects(
      async () => await tests.protect(empty).delete().run({ yes: true }),
      SelectionError,
      Deno.inspect(empty),
    );
  }
  assert.equal(sim.writes.length, 0);
  const plan = await tests.protect({ tier: "front" }).protect({ role: "web" }).protect({ name: "nobody" })
    .delete().plan();
  assert.deepEqual(plan.members.map(({ name }: { name: string }) => name), ["c"]);
  assert.match(String(plan), /protect[^\n]*1/i);
  assert.match(String(plan), /nobody[^\n]*(none|nobody|no |0)/i);
  await tests.protect({ type: "test" }).delete().run({ yes: true, throwOnError: false, view: false });
  assert.equal(sim.writes.length, 0);
});
