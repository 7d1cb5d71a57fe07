import assert from "node:assert/strict";
import { client, makeKey } from "./signer.ts";

type Named = { id: string; name: string; version: string };

Deno.test("images are listed with filters; disabled ones only when asked for", async () => {
  const { call } = await client();
  const by = async (query: string) => (await call("GET", `/my/images${query}`)).body as Named[];
  const versions = (list: Named[]) => list.map(({ version }) => version);
  assert.deepEqual(versions(await by("?name=base-64-lts")), ["18.4.0", "21.4.1", "23.4.0"]);
  assert.ok((await by("?type=lx-dataset")).every(({ name }) => /ubuntu|debian/.test(name)));
  assert.ok((await by("?os=linux")).length > 2);
  assert.equal((await by("?state=all")).length, (await by("")).length + 1);
  const [first] = await by("");
  assert.deepEqual((await call("GET", `/my/images/${first!.id}`)).body, first);
  assert.equal((await call("GET", "/my/images/00000000-0000-4000-8000-000000000000")).status, 404);
});

Deno.test("an image is made of a machine, and active after a while; it can be changed and deleted", async () => {
  const { sim, call } = await client({ machines: [{ name: "a", state: "stopped" }] });
  const machine = sim.machines()[0]!.id;
  const missing = await call("POST", "/my/images", { body: { machine, name: "mine" } });
  assert.equal(missing.body.message, "Image version is a required argument");
  const made = await call("POST", "/my/images", { body: { machine, name: "mine", version: "1.0.0" } });
  assert.equal(made.status, 201);
  assert.equal(made.body.state, "creating");
  const path = `/my/images/${made.body.id}`;
  assert.equal(made.headers.get("location"), path.replace("/my", "/demo"));
  await sim.world.clock.sleep(60_000);
  assert.equal((await call("GET", path)).body.state, "active");
  assert.equal((await call("POST", `${path}?action=update`, { body: { name: "ours" } })).body.name, "ours");
  assert.equal((await call("DELETE", path)).status, 204);
  assert.equal((await call("GET", path)).status, 404);
  const [foreign] = (await call("GET", "/my/images")).body;
  assert.equal((await call("DELETE", `/my/images/${foreign.id}`)).status, 403);
});

Deno.test("packages are listed with filters, got by id or name, and none is the default", async () => {
  const { call } = await client();
  const list = (await call("GET", "/my/packages")).body;
  assert.ok(list.every((each: { default: boolean }) => each.default === false));
  assert.ok(!list.some((each: Named) => each.name === "g3-retired-1G"));
  const [one] = (await call("GET", "/my/packages?name=g4-highcpu-1G")).body;
  assert.equal(one.memory, 1024);
  assert.deepEqual((await call("GET", `/my/packages/${one.id}`)).body, one);
  assert.deepEqual((await call("GET", "/my/packages/g4-highcpu-1G")).body, one);
  assert.equal((await call("GET", "/my/packages/g4-highcpu-8G")).body.version, "1.0.1");
  assert.equal((await call("GET", "/my/packages?memory=32768")).body[0].name, "g4-memory-32G");
  assert.equal((await call("GET", "/my/packages/nope")).status, 404);
});

Deno.test("networks show their subnet when they are a fabric's, and their addresses in pages", async () => {
  const { call, sim } = await client({ machines: 5 });
  const list = (await call("GET", "/my/networks")).body;
  const [external, fabric] = list;
  assert.deepEqual([external.public, external.fabric, external.subnet], [true, undefined, undefined]);
  assert.deepEqual([fabric.public, fabric.fabric, fabric.subnet], [false, true, "10.64.0.0/14"]);
  assert.ok(
    (await call("GET", "/my/networks?fabric=true")).body.every((each: { fabric: boolean }) => each.fabric),
  );
  assert.deepEqual((await call("GET", `/my/networks/${fabric.id}`)).body, fabric);
  const ips = await call("GET", `/my/networks/${fabric.id}/ips?limit=4`);
  assert.equal(ips.body.length, 4);
  assert.equal(ips.headers.get("x-resource-count"), "4");
  assert.deepEqual(ips.body[0], { ip: "10.64.0.1", reserved: true, managed: true });
  assert.ok(sim.machine(ips.body[1].belongs_to_uuid));
  const path = `/my/networks/${fabric.id}/ips/10.64.0.200`;
  assert.deepEqual((await call("PUT", path, { body: { reserved: true } })).body.reserved, true);
  assert.equal((await call("GET", path)).body.reserved, true);
  const refused = await call("PUT", `/my/networks/${external.id}/ips/198.18.0.10`, {
    body: { reserved: true },
  });
  assert.match(refused.body.message, /cannot update an IP on a public network/);
});

Deno.test("VLANs and their networks are made, changed and deleted; what is used is not deleted", async () => {
  const { call } = await client();
  const vlans = "/my/fabrics/default/vlans";
  assert.equal((await call("POST", vlans, { body: { vlan_id: 7, name: "lab" } })).status, 201);
  assert.equal((await call("POST", vlans, { body: { vlan_id: 7, name: "again" } })).status, 409);
  assert.equal((await call("POST", vlans, { body: { vlan_id: 5000, name: "far" } })).status, 409);
  assert.equal((await call("PUT", `${vlans}/7`, { body: { name: "lab2" } })).status, 202);
  assert.equal((await call("GET", `${vlans}/7`)).body.name, "lab2");
  const net = {
    name: "n",
    subnet: "10.9.0.0/24",
    provision_start_ip: "10.9.0.5",
    provision_end_ip: "10.9.0.250",
    resolvers: ["1.1.1.1"],
  };
  const made = await call("POST", `${vlans}/7/networks`, { body: net });
  assert.equal(made.status, 201);
  assert.equal(made.body.vlan_id, 7);
  assert.equal((await call("DELETE", `${vlans}/7`)).status, 409);
  const wrong = await call("POST", `${vlans}/7/networks`, { body: { ...net, name: "m", gateway: "x" } });
  assert.equal(wrong.body.message, 'property "gateway": must be an IPv4 address');
  assert.equal((await call("DELETE", `${vlans}/7/networks/${made.body.id}`)).status, 204);
  assert.equal((await call("DELETE", `${vlans}/7`)).status, 204);
  assert.equal((await call("GET", `${vlans}/7`)).status, 404);
});

Deno.test("keys are made, got by name or fingerprint, and deleted", async () => {
  const { call } = await client();
  const key = await makeKey();
  assert.equal((await call("POST", "/my/keys", { body: {} })).body.message, "key is a required argument");
  assert.equal((await call("POST", "/my/keys", { body: { key: "rubbish" } })).body.message, "key is invalid");
  const made = await call("POST", "/my/keys", { body: { name: "two", key: key.line } });
  assert.equal(made.status, 201);
  assert.equal(made.body.fingerprint, key.keyId);
  assert.equal(made.headers.get("location"), `/demo/keys/${encodeURIComponent(key.keyId)}`);
  const again = await call("POST", "/my/keys", { body: { name: "three", key: key.line } });
  assert.equal(again.body.message, "key already exists or is invalid");
  assert.deepEqual((await call("GET", "/my/keys/two")).body, made.body);
  assert.deepEqual((await call("GET", `/my/keys/${encodeURIComponent(key.keyId)}`)).body, made.body);
  assert.equal((await call("DELETE", "/my/keys/two")).status, 204);
  assert.equal((await call("GET", "/my/keys/two")).status, 404);
  assert.equal((await call("GET", "/my/keys")).body.length, 1);
});

Deno.test("an access key's secret is shown once", async () => {
  const { call } = await client();
  const made = await call("POST", "/my/accesskeys", { body: {} });
  assert.equal(made.status, 201);
  assert.match(made.body.accesskeysecret, /^tdc_/);
  assert.equal(made.body.status, "Active");
  const path = `/my/accesskeys/${made.body.accesskeyid}`;
  for (const at of ["/my/accesskeys", path]) assert.ok(!(await call("GET", at)).text.includes("tdc_"));
  assert.equal((await call("POST", path, { body: { status: "Inactive" } })).body.status, "Inactive");
  assert.equal((await call("DELETE", path)).status, 204);
  assert.equal((await call("GET", path)).status, 404);
});

Deno.test("firewall rules are kept, switched, and know which machines they are about", async () => {
  const { sim, call } = await client({
    machines: [{ name: "w", tags: { type: "web" } }, { name: "d", tags: { type: "db" } }],
  });
  const web = sim.machines().find(({ name }) => name === "w")!.id;
  assert.equal((await call("POST", "/my/fwrules", { body: {} })).body.code, "MissingParameter");
  assert.equal((await call("POST", "/my/fwrules", { body: { rule: "let me in" } })).status, 409);
  const rule = 'FROM any TO tag "type" = "web" ALLOW tcp PORT 80';
  const made = await call("POST", "/my/fwrules", { body: { rule, description: "hello" } });
  assert.equal(made.status, 201);
  assert.deepEqual(made.body, { id: made.body.id, rule, enabled: false, log: false, description: "hello" });
  const path = `/my/fwrules/${made.body.id}`;
  assert.equal((await call("POST", `${path}/enable`)).body.enabled, true);
  assert.equal((await call("POST", `${path}/disable`)).body.enabled, false);
  assert.equal((await call("POST", path, { body: { enabled: true } })).body.enabled, true);
  assert.deepEqual((await call("GET", `${path}/machines`)).body.map(({ id }: Named) => id), [web]);
  assert.equal((await call("GET", `/my/machines/${web}/fwrules`)).body.length, 1);
  assert.equal((await call("DELETE", path)).status, 204);
  assert.deepEqual((await call("GET", "/my/fwrules")).body, []);
});

Deno.test("the account is shown and changed; limits, config, services, migrations are there", async () => {
  const { sim, call } = await client({ account: "demo", machines: [{ name: "a" }] });
  assert.equal((await call("GET", "/my")).body.login, "demo");
  assert.equal((await call("POST", "/my", { body: { companyName: "ACME" } })).body.companyName, "ACME");
  assert.equal((await call("POST", "/my", { body: { triton_cns_enabled: "maybe" } })).status, 409);
  assert.equal((await call("GET", "/my/machines")).body[0].dns_names, undefined);
  await call("POST", "/my", { body: { triton_cns_enabled: true } });
  const [listed] = (await call("GET", "/my/machines")).body;
  assert.equal(listed.dns_names, undefined, "only a machine alone is shown with its names");
  assert.match((await call("GET", `/my/machines/${listed.id}`)).body.dns_names[0], /^a\.inst\./);
  assert.deepEqual((await call("GET", "/my/limits")).body, []);
  const network = sim.world.networks[2]!.id;
  assert.deepEqual((await call("PUT", "/my/config", { body: { default_network: network } })).body, {
    default_network: network,
  });
  assert.equal((await call("GET", "/my/services")).body.cloudapi, "https://sim.invalid");
  assert.deepEqual((await call("GET", "/my/migrations")).body, []);
});

Deno.test("role tags are put on anything, and shown in a header", async () => {
  const { sim, call } = await client({ machines: [{ name: "a" }] });
  await call("POST", "/my/roles", { body: { name: "dev", policies: [], members: [] } });
  const machine = `/my/machines/${sim.machines()[0]!.id}`;
  for (const path of ["/my", "/my/images", machine, "/my/keys/tester"]) {
    const put = await call("PUT", path, { body: { "role-tag": ["dev"] } });
    assert.equal(put.status, 200, path);
    assert.deepEqual(put.body["role-tag"], ["dev"]);
    assert.equal((await call("GET", path)).headers.get("role-tag"), "dev", path);
  }
  assert.equal((await call("PUT", "/my/nonsense", { body: { "role-tag": ["dev"] } })).status, 404);
  assert.equal((await call("PUT", "/my", { body: { "role-tag": ["unknown"] } })).status, 409);
});

Deno.test("roles have names before version 9, and objects since", async () => {
  const { call } = await client();
  const headers = { "accept-version": "~8" };
  await call("POST", "/my/users", { body: { login: "bob", email: "b@example.com", password: "secret123" } });
  await call("POST", "/my/policies", { body: { name: "all", rules: ["CAN *"] } });
  const old = { name: "r", members: ["bob"], default_members: ["bob"], policies: ["all"] };
  const made = (await call("POST", "/my/roles", { body: old, headers })).body;
  assert.deepEqual({ ...made, id: 0 }, { ...old, id: 0 });
  const modern = (await call("GET", `/my/roles/${made.id}`)).body;
  assert.equal(modern.policies[0].name, "all");
  assert.deepEqual([modern.members[0].login, modern.members[0].type, modern.members[0].default], [
    "bob",
    "subuser",
    true,
  ]);
  const nobody = { name: "x", members: [{ type: "subuser", login: "nobody" }] };
  assert.equal((await call("POST", "/my/roles", { body: nobody })).body.message, "Invalid subuser: nobody");
  assert.deepEqual((await call("GET", "/my/users/bob?membership=true")).body.default_roles, ["r"]);
});

Deno.test("volumes come up, and a filter that does not exist is refused", async () => {
  const { sim, call } = await client();
  const made = await call("POST", "/my/volumes", { body: { name: "vol", type: "tritonnfs" } });
  assert.deepEqual([made.status, made.body.state, made.body.size], [201, "creating", 10_240]);
  await sim.world.clock.sleep(60_000);
  assert.equal((await call("GET", "/my/volumes?state=ready")).body.length, 1);
  assert.equal((await call("GET", "/my/volumes?nonsense=1")).status, 409);
  assert.equal((await call("DELETE", `/my/volumes/${made.body.id}`)).status, 204);
  await sim.world.clock.sleep(60_000);
  assert.equal((await call("GET", `/my/volumes/${made.body.id}`)).body.code, "VolumeNotFound");
});
