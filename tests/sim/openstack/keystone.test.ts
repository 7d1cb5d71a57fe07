import assert from "node:assert/strict";
import { createOpenStack } from "../../../lib/sim/openstack/mod.ts";
import { ask, login, passwordLogin } from "./session.ts";

const AUTH = "https://keystone.sim.invalid:5000/v3/auth/tokens";

Deno.test("the catalogue has the database service in two regions, with three interfaces each", async () => {
  const sim = createOpenStack();
  const answer = await ask(sim, "POST", AUTH, { body: passwordLogin("demo", "demo-of-sim") });
  const database = answer.json.token.catalog.find((one: { type: string }) => one.type === "database");
  const project = sim.projectId("demo");
  assert.deepEqual(
    database.endpoints.map((one: Record<string, string>) => [one.region, one.interface, one.url]),
    [
      ["RegionOne", "public", `https://trove.sim.invalid:8779/v1.0/${project}`],
      ["RegionOne", "internal", `https://trove-internal.sim.invalid:8779/v1.0/${project}`],
      ["RegionOne", "admin", `https://trove-admin.sim.invalid:8779/v1.0/${project}`],
      ["RegionTwo", "public", `https://trove-2.sim.invalid:8779/v1.0/${project}`],
      ["RegionTwo", "internal", `https://trove-2-internal.sim.invalid:8779/v1.0/${project}`],
      ["RegionTwo", "admin", `https://trove-2-admin.sim.invalid:8779/v1.0/${project}`],
    ],
  );
});

Deno.test("regions keep their instances apart", async () => {
  const sim = createOpenStack({ instances: [{ name: "one" }, { name: "two", region: "RegionTwo" }] });
  for (const [region, name] of [["RegionOne", "one"], ["RegionTwo", "two"]] as const) {
    const { json } = await (await login(sim, "demo", "demo-of-sim", region)).call("GET", "/instances");
    assert.deepEqual(json.instances.map((one: { name: string; region: string }) => [one.name, one.region]), [[
      name,
      region,
    ]]);
  }
});

Deno.test("only an administrator gets a domain's or the system's scope, and then no database endpoint", async () => {
  const sim = createOpenStack();
  for (const scope of [{ domain: { id: "default" } }, { system: { all: true } }]) {
    const refused = await ask(sim, "POST", AUTH, { body: passwordLogin("demo", "demo-of-sim", scope) });
    assert.equal(refused.status, 401);
    const { status, json } = await ask(sim, "POST", AUTH, {
      body: passwordLogin("admin", "admin-of-sim", scope),
    });
    assert.equal(status, 201);
    assert.deepEqual(
      json.token.catalog.find((one: { type: string }) => one.type === "database").endpoints,
      [],
    );
  }
});

Deno.test("a token got from a token expires with the first", async () => {
  const sim = createOpenStack({ tokenTtl: 60_000 });
  const first = await ask(sim, "POST", AUTH, { body: passwordLogin("demo", "demo-of-sim", "unscoped") });
  sim.advance(50_000);
  const token = first.headers.get("x-subject-token")!;
  const identity = { methods: ["token"], token: { id: token } };
  const scope = { project: { name: "demo", domain: { name: "Default" } } };
  const second = await ask(sim, "POST", AUTH, { body: { auth: { identity, scope } } });
  assert.equal(second.status, 201);
  assert.equal(second.json.token.expires_at, first.json.token.expires_at);
  sim.advance(10_000);
  const late = await ask(sim, "POST", AUTH, { body: { auth: { identity, scope } } });
  assert.equal(late.status, 401);
});

Deno.test("expired and revoked tokens are refused alike, and a new login helps", async () => {
  const demo = await login(createOpenStack());
  for (const end of ["expireTokens", "revokeTokens"] as const) {
    const session = await login(demo.sim);
    assert.equal((await session.call("GET", "/instances")).status, 200);
    assert.ok(demo.sim[end]("demo") > 0);
    const refused = await session.call("GET", "/instances");
    assert.equal(refused.status, 401);
    assert.deepEqual(Object.keys(refused.json), ["error"]);
    assert.equal((await (await login(demo.sim)).call("GET", "/instances")).status, 200);
  }
});

Deno.test("nobody who is disabled logs in, and nobody is told why", async () => {
  const users = [{ name: "gone", password: "x", project: "demo", enabled: false }];
  const answer = await ask(createOpenStack({ users }), "POST", AUTH, { body: passwordLogin("gone", "x") });
  assert.equal(answer.json.error.message, "The request you have made requires authentication.");
});

Deno.test("version 2.0 is gone, unless it is asked for", async () => {
  const url = "https://keystone.sim.invalid:5000/v2.0/tokens";
  const body = {
    auth: { passwordCredentials: { username: "demo", password: "demo-of-sim" }, tenantName: "demo" },
  };
  const gone = await ask(createOpenStack(), "POST", url, { body });
  assert.deepEqual([gone.status, gone.headers.get("content-type")], [404, "text/html; charset=utf-8"]);

  const sim = createOpenStack({ legacyIdentity: "v2.0" });
  const { status, json } = await ask(sim, "POST", url, { body });
  assert.equal(status, 200);
  const [endpoint] =
    json.access.serviceCatalog.find((one: { type: string }) => one.type === "database").endpoints;
  const list = await ask(sim, "GET", `${endpoint.publicURL}/instances`, { token: json.access.token.id });
  assert.equal(list.status, 200);
  body.auth.passwordCredentials.password = "wrong";
  assert.equal((await ask(sim, "POST", url, { body })).status, 401);
});

Deno.test("Rackspace's API key works where it is offered, and is no password", async () => {
  const sim = createOpenStack({ legacyIdentity: "rackspace" });
  const url = "https://keystone.sim.invalid:5000/v2.0/tokens";
  const byKey = { auth: { "RAX-KSKEY:apiKeyCredentials": { username: "jsmith", apiKey: "abcdef" } } };
  const { json } = await ask(sim, "POST", url, { body: byKey });
  assert.ok(json.access.serviceCatalog.some((one: { type: string }) => one.type === "rax:database"));
  const asPassword = { auth: { passwordCredentials: { username: "demo", password: "demo-key-of-sim" } } };
  assert.equal((await ask(sim, "POST", url, { body: asPassword })).status, 401);
});

Deno.test("with FakeAuth a project's id is a token", async () => {
  const sim = createOpenStack({ fakeAuth: true });
  const id = sim.projectId("demo");
  const url = `https://trove.sim.invalid:8779/v1.0/${id}/instances`;
  assert.equal((await ask(sim, "GET", url, { token: id })).status, 200);
  assert.equal((await ask(createOpenStack(), "GET", url, { token: id })).status, 401);
});
