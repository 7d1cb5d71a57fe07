/** Users, roles, policies, role tags and access keys, as sdc-cloudapi 9.20 has them. */
import assert from "node:assert/strict";
import { ApiError, MusterError, SelectionError } from "../../../../lib/muster.ts";
import { type World, world } from "../world.ts";

const LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEjyXSYm6OCh5oBU2Gf5qcxIaNMEBmHTtkT1cZUcmVTK ops@example";
const BOB = { login: "bob", email: "bob@example.com", password: "s3cret-enough" };
const writes = (sim: World["sim"]) => sim.log.filter((one) => one.method !== "GET").map((one) => one.path);

Deno.test("users are made, read by login or id, changed, cleared and deleted", async () => {
  const { dc, sim } = await world();
  const bob = await dc.users.create({ ...BOB, phone: "1" });
  assert.equal(bob.phone, "1");
  assert.deepEqual((await dc.users.list()).map((one) => one.login), ["bob"]);
  for (const which of ["bob", bob.id, bob.id.toUpperCase(), bob]) {
    assert.equal((await dc.users.get(which)).email, BOB.email);
  }
  const changed = await dc.users.update("bob", { firstName: "Bob", phone: null });
  assert.deepEqual([changed.firstName, changed.phone], ["Bob", undefined]);
  await dc.users.changePassword("bob", "another-s3cret");
  await dc.users.delete("bob");
  assert.deepEqual(await dc.users.list(), []);
  // The server knows users by their ids when it changes them.
  assert.ok(writes(sim).slice(1).every((path) => path.includes(bob.id)), writes(sim).join());
  await assert.rejects(dc.users.get("bob"), (error: Error) => error instanceof SelectionError);
});

Deno.test("the server changes a user by the id only: a login is 404", async () => {
  const { dc } = await world();
  await dc.users.create(BOB);
  await assert.rejects(
    dc.request("POST", "/users/bob", { body: { firstName: "B" } }),
    /404 ResourceNotFound/,
  );
});

Deno.test("what cannot be a user is refused before anything is sent, and no message shows a password", async () => {
  const { dc, sim } = await world();
  const wrong: unknown[] = [{}, null, { ...BOB, password: undefined }, { ...BOB, login: "" }, {
    ...BOB,
    age: 7,
  }, {
    ...BOB,
    phone: 7,
  }];
  for (const spec of wrong) await assert.rejects(dc.users.create(spec as never), MusterError);
  for (const changes of [{}, { password: "x" }, { email: null }, { login: "" }]) {
    await assert.rejects(dc.users.update("bob", changes as never), MusterError);
  }
  assert.equal(sim.log.length, 0);
  const body = { code: "InvalidArgument", message: `password ${BOB.password} is too short` };
  sim.faults.add({ do: "status", status: 409, body, when: ({ method }) => method === "POST" });
  await assert.rejects(dc.users.create(BOB), (error: Error) => !error.message.includes(BOB.password));
});

Deno.test("a user whose answer was lost is looked for, and one that is there already is not taken for it", async () => {
  const { dc, sim } = await world();
  sim.faults.add({ do: "drop-after", times: 1, when: ({ method }) => method === "POST" });
  assert.equal((await dc.users.create(BOB)).login, "bob");
  assert.equal(writes(sim).length, 1);
  await assert.rejects(
    dc.users.create(BOB),
    (error: Error) => error instanceof ApiError && /there is one already/.test(error.message),
  );
  assert.equal(writes(sim).length, 1);
});

Deno.test("a user's keys are kept apart from the account's", async () => {
  const { dc } = await world();
  const bob = await dc.users.create(BOB);
  const made = await dc.users.addKey("bob", { name: "laptop", key: LINE });
  assert.deepEqual(await dc.users.keys(bob), [made]);
  assert.deepEqual(await dc.users.key("bob", made.fingerprint), made);
  assert.equal((await dc.keys()).some((one) => one.name === "laptop"), false);
  await dc.users.deleteKey("bob", "laptop");
  assert.deepEqual(await dc.users.keys("bob"), []);
});

Deno.test("roles have policies and members by name, id or record; lists in a change replace those there are", async () => {
  const { dc } = await world();
  const bob = await dc.users.create(BOB);
  const policy = await dc.policies.create({ name: "reading", rules: ["CAN listmachines", "CAN getmachine"] });
  const role = await dc.roles.create({
    name: "ops",
    policies: ["reading"],
    members: [{ user: "bob", default: true }],
  });
  assert.deepEqual(role.policies, [{ id: policy.id, name: "reading" }]);
  assert.deepEqual(role.members, [{ type: "subuser", id: bob.id, login: "bob", default: true }]);
  assert.deepEqual(await dc.roles.get("ops"), role);
  assert.deepEqual((await dc.users.get("bob")).default_roles, ["ops"]);
  const changed = await dc.roles.update(role, { policies: [], members: [bob] });
  assert.deepEqual([changed.policies, changed.members[0]!.default], [[], undefined]);
  assert.equal((await dc.roles.update("ops", { name: "operators", policies: [policy] })).name, "operators");
  await assert.rejects(dc.roles.create({ name: "x", members: ["nobody"] }), /Invalid subuser: nobody/);
  await dc.roles.delete("operators");
  assert.deepEqual(await dc.roles.list(), []);
  await dc.policies.update("reading", { rules: ["CAN getmachine"], description: "less" });
  assert.deepEqual((await dc.policies.get(policy)).rules, ["CAN getmachine"]);
  await dc.policies.delete("reading");
  assert.deepEqual(await dc.policies.list(), []);
});

Deno.test("what cannot be a role or a policy is refused before anything is sent", async () => {
  const { dc, sim } = await world();
  for (
    const spec of [{}, null, { name: "" }, { name: "x", members: "bob" }, { name: "x", members: [{}] }, {
      id: "x",
    }]
  ) {
    await assert.rejects(dc.roles.create(spec as never), MusterError);
  }
  for (
    const spec of [{}, { name: "x" }, { name: "x", rules: [] }, { name: "x", rules: "CAN x" }, {
      name: "",
      rules: ["x"],
    }]
  ) {
    await assert.rejects(dc.policies.create(spec as never), MusterError);
  }
  await assert.rejects(dc.roles.update("x", {}), MusterError);
  await assert.rejects(dc.policies.update("x", {}), MusterError);
  assert.equal(sim.log.length, 0);
});

Deno.test("role tags are set on the account, on collections and on things of every kind, and read back", async () => {
  const { dc, sim } = await world({ machines: [{ name: "web" }] });
  await dc.users.create(BOB);
  await dc.users.addKey("bob", { name: "laptop", key: LINE });
  await dc.policies.create({ name: "reading", rules: ["CAN getmachine"] });
  await dc.roles.create({ name: "ops" });
  const { id: fwrule } =
    (await dc.request("POST", "/fwrules", { body: { rule: "FROM any TO all vms ALLOW tcp PORT 22" } }))
      .body as { id: string };
  const [own] = await dc.keys();
  for (
    const of of [
      "account",
      "machines",
      "images",
      { machine: "web" },
      { image: "base-64-lts" },
      { package: "g4-highcpu-1G" },
      { network: "My-Fabric-Network" },
      { fwrule },
      { role: "ops" },
      { policy: "reading" },
      { key: own! },
      { user: "bob" },
      { keysOf: "bob" },
      { keyOf: "bob", key: "laptop" },
    ] as const
  ) {
    const shown = JSON.stringify(of);
    assert.deepEqual(await dc.roles.tags(of), [], shown);
    assert.deepEqual(await dc.roles.setTags(of, ["ops"]), ["ops"], shown);
    assert.deepEqual(await dc.roles.tags(of), ["ops"], shown);
  }
  assert.deepEqual(await dc.roles.setTags({ machine: "web" }, []), []);
  const routes = new Set(sim.log.filter((one) => one.method === "PUT").map((one) => one.route));
  assert.equal(routes.size, 6, [...routes].join());
  await assert.rejects(dc.roles.setTags("machines", ["nobody"]), /Role\(s\) nobody not found/);
  const sent = writes(sim).length;
  for (const  of of["config", {}, null, 7]) {
    await assert.rejects(dc.roles.setTags(of as never, ["ops"]), MusterError);
  }
  await assert.rejects(dc.roles.setTags("machines", "ops" as never), MusterError);
  assert.equal(writes(sim).length, sent);
});

Deno.test("an access key's secret is told once, and one whose answer was lost is named", async () => {
  const { dc, sim } = await world();
  await dc.users.create(BOB);
  const key = await dc.accessKeys.create({ description: "backups" });
  assert.match(key.accesskeysecret, /^tdc_/);
  const listed = await dc.accessKeys.list();
  assert.deepEqual(listed.map((one) => one.accesskeyid), [key.accesskeyid]);
  assert.equal("accesskeysecret" in listed[0]!, false);
  assert.equal((await dc.accessKeys.update(key.accesskeyid, { status: "Inactive" })).status, "Inactive");
  assert.equal((await dc.accessKeys.get(key.accesskeyid)).status, "Inactive");
  await dc.accessKeys.delete(key.accesskeyid);
  assert.deepEqual(await dc.accessKeys.list(), []);

  const owner = { user: "bob" };
  const bobs = await dc.accessKeys.create({}, owner);
  assert.equal((await dc.accessKeys.list(owner)).length, 1);
  assert.deepEqual(await dc.accessKeys.list(), []);
  await dc.accessKeys.update(bobs.accesskeyid, { description: "his" }, owner);
  assert.equal((await dc.accessKeys.get(bobs.accesskeyid, owner)).description, "his");
  await dc.accessKeys.delete(bobs.accesskeyid, owner);

  const posts = () => sim.log.filter(({ method }) => method === "POST").length;
  const before = posts();
  sim.faults.add({ do: "drop-after", times: 1, when: ({ method }) => method === "POST" });
  await assert.rejects(dc.accessKeys.create(), (error: Error) => {
    const [made] = sim.account.accessKeys;
    return error.message.includes(made!.accesskeyid) && !error.message.includes(made!.accesskeysecret);
  });
  assert.equal(posts(), before + 1);
});

Deno.test("a server of CloudAPI 9.20 has no change of access keys, and that is said", async () => {
  const { dc, sim } = await world();
  const { accesskeyid } = await dc.accessKeys.create();
  const body = { code: "MethodNotAllowedError", message: "POST is not allowed" };
  sim.faults.add({ do: "status", status: 405, body, when: ({ method }) => method === "POST" });
  await assert.rejects(
    dc.accessKeys.update(accesskeyid, { status: "Inactive" }),
    /came after CloudAPI 9\.20/,
  );
  await assert.rejects(dc.accessKeys.update(accesskeyid, { status: "Off" as never }), MusterError);
});
