import assert from "node:assert/strict";
import { type Client, client } from "./signer.ts";

const image = (c: Client, name: string) =>
  c.sim.world.images.findLast((each) => each.name === name && each.state === "active")!.id;

/** Sends a CreateMachine with the usual parameters, and some more. */
function create(c: Client, more: Record<string, unknown> = {}) {
  const body = { image: image(c, "base-64-lts"), package: "g4-highcpu-1G", ...more };
  return c.call("POST", "/my/machines", { body });
}

Deno.test("a new machine is provisioning without addresses, then running with them", async () => {
  const c = await client();
  const began = c.sim.world.clock.now();
  const answer = await create(c, { name: "fresh" });
  assert.equal(answer.status, 201);
  assert.equal(c.sim.world.clock.now() - began, 200, "the server itself pauses for 200 ms");
  assert.equal(answer.headers.get("location"), `/demo/machines/${answer.body.id}`);
  assert.equal(answer.body.state, "provisioning");
  assert.deepEqual([answer.body.ips, answer.body.networks, answer.body.nics], [[], [], undefined]);
  await c.sim.world.clock.sleep(200_000);
  const { body } = await c.call("GET", `/my/machines/${answer.body.id}`);
  assert.equal(body.state, "running");
  assert.equal(body.ips.length, 2);
  assert.equal(body.primaryIp, body.ips[0]);
  assert.deepEqual(c.sim.executions(body.id).map(({ action }) => action), ["provision"]);
});

Deno.test("a machine without a name is named by the first eight digits of its id", async () => {
  const c = await client();
  const { body } = await create(c);
  assert.equal(body.name, body.id.slice(0, 8));
  const short = (await create(c, { name: "web-{{shortId}}-{{shortId}}" })).body;
  const id = short.id.slice(0, 8);
  assert.equal(short.name, `web-${id}-${id}`);
});

Deno.test("tags and metadata are given with dotted keys; objects of them are passed over in silence", async () => {
  const c = await client();
  const { status, body } = await create(c, {
    "tag.role": "web",
    "tag.n": 3,
    "metadata.user-script": "#!/bin/sh",
    "metadata.root_pw": "secret",
    "tags": { lost: true },
    "metadata": { lost: true },
  });
  assert.equal(status, 201);
  assert.deepEqual(body.tags, { role: "web", n: 3 });
  assert.equal(body.metadata["user-script"], "#!/bin/sh");
  assert.equal(body.metadata.root_authorized_keys, c.key.line + "\n");
  assert.deepEqual(Object.keys(body.metadata).sort(), ["root_authorized_keys", "user-script"]);
});

Deno.test("what is missing is 409 MissingParameter", async () => {
  const c = await client();
  const refused = async (body: unknown) => {
    const answer = await c.call("POST", "/my/machines", { body });
    return `${answer.status} ${answer.body.code}: ${answer.body.message}`;
  };
  assert.equal(await refused({ package: "g4-highcpu-1G" }), "409 MissingParameter: image must be specified");
  assert.equal(
    await refused({ image: image(c, "minimal-64") }),
    "409 MissingParameter: package must be specified",
  );
});

Deno.test("an image is given by UUID only, a package by id or name", async () => {
  const c = await client();
  const byName = await create(c, { image: "base-64-lts" });
  assert.equal(byName.status, 409);
  assert.deepEqual(byName.body, { code: "InvalidArgument", message: "base-64-lts is not a valid image" });
  assert.equal((await create(c, { image: "00000000-0000-4000-8000-000000000000" })).status, 404);
  const newest = c.sim.world.packages.find((each) =>
    each.name === "g4-highcpu-8G" && each.version === "1.0.1"
  )!;
  const named = (await create(c, { package: "g4-highcpu-8G" })).body;
  assert.equal(named.disk, newest.disk, "the newest version of the name");
  assert.equal((await create(c, { package: newest.id })).body.package, "g4-highcpu-8G");
  assert.equal((await create(c, { package: "nope" })).body.message, "nope is not a valid package");
  const retired = c.sim.world.packages.find((each) => !each.active)!;
  assert.match((await create(c, { package: retired.id })).body.message, /is inactive/);
  const disabled = c.sim.world.images.find((each) => each.state === "disabled")!;
  assert.match((await create(c, { image: disabled.id })).body.message, /is not active/);
});

Deno.test("a name that an active machine has is 409 ValidationFailed on the alias", async () => {
  const c = await client({ machines: [{ name: "taken" }, { name: "free", state: "failed" }] });
  const answer = await create(c, { name: "taken" });
  assert.equal(answer.status, 409);
  assert.equal(answer.body.code, "ValidationFailed");
  assert.match(answer.body.message, /Invalid machine name/);
  assert.deepEqual(answer.body.errors, [
    { field: "alias", code: "Duplicate", message: "Already exists for this owner_uuid" },
  ]);
  assert.equal((await create(c, { name: "no spaces" })).body.errors[0].code, "Invalid");
  assert.equal((await create(c, { name: "free" })).status, 201);
  assert.equal(c.sim.writes.length, 1, "refused ones made nothing");
});

Deno.test("a name is free again once its machine is gone or has another", async () => {
  const c = await client({ machines: [{ name: "seeded" }] });
  const first = (await create(c, { name: "again" })).body.id;
  c.sim.remove(first);
  const second = (await create(c, { name: "again" })).body.id;
  c.sim.change(second, { name: "other" });
  assert.equal((await create(c, { name: "again" })).status, 201);
  assert.equal((await create(c, { name: "other" })).status, 409);
  c.sim.setState(second, "deleted");
  assert.equal((await create(c, { name: "other" })).status, 201);
  c.sim.remove(c.sim.machines().find(({ name }) => name === "seeded")!.id);
  assert.equal((await create(c, { name: "seeded" })).status, 201);
});

Deno.test("an account without keys cannot make machines, one that is not approved neither", async () => {
  const c = await client();
  c.sim.account.approved = false;
  assert.match((await create(c)).body.message, /not currently approved/);
  c.sim.account.approved = true;
  const admin = c.sim.addAccount({ login: "boss", keys: [c.key.line], operator: true });
  c.sim.account.keys = [];
  const answer = await c.call("POST", "/demo/machines", {
    body: { image: image(c, "minimal-64"), package: "sample-1G" },
    keyId: `/${admin.login}/keys/${c.key.keyId}`,
  });
  assert.equal(answer.status, 409);
  assert.deepEqual(answer.body, {
    code: "KeyRequired",
    message: "At least one SSH key is required to provision",
  });
});

Deno.test("a provision can fail: the machine ends in failed, and in no list", async () => {
  const c = await client();
  c.sim.failProvisions(1);
  const { id } = (await create(c)).body;
  const good = (await create(c)).body.id;
  await c.sim.world.clock.sleep(300_000);
  assert.equal((await c.call("GET", `/my/machines/${id}`)).body.state, "failed");
  assert.equal((await c.call("GET", `/my/machines/${good}`)).body.state, "running");
  assert.deepEqual((await c.call("GET", "/my/machines")).body.map((each: { id: string }) => each.id), [good]);
  assert.equal((await c.call("GET", `/my/machines/${id}/audit`)).body[0].success, "no");
  assert.equal((await c.call("DELETE", `/my/machines/${id}`)).status, 204);
});

Deno.test("networks are UUIDs or objects; what else is refused in the server's several ways", async () => {
  const c = await client();
  const [external, fabric] = c.sim.world.networks;
  const made = (await create(c, { networks: [{ ipv4_uuid: fabric!.id, ipv4_ips: ["10.64.9.9"] }] })).body;
  await c.sim.world.clock.sleep(200_000);
  assert.deepEqual((await c.call("GET", `/my/machines/${made.id}`)).body.ips, ["10.64.9.9"]);
  const named = await create(c, { networks: ["external"] });
  assert.equal(named.status, 500);
  assert.deepEqual(named.body, { message: "netUuid (uuid) is required" });
  const unknown = await create(c, { networks: ["00000000-0000-4000-8000-000000000000"] });
  assert.equal(unknown.body.message, "Invalid Networks");
  assert.equal((await create(c, { networks: [7] })).status, 409);
  const fixed = { ipv4_uuid: external!.id, ipv4_ips: ["198.18.0.99"] };
  assert.match(
    (await create(c, { networks: [fixed] })).body.message,
    /cannot specify IP on a public network/,
  );
});

Deno.test("image, package and brand must go together", async () => {
  const c = await client();
  const message = async (more: Record<string, unknown>) => (await create(c, more)).body.message;
  const hvm = image(c, "debian-12-bhyve");
  assert.match(await message({ image: hvm, brand: "kvm" }), /Image requires brand "bhyve"/);
  assert.match(await message({ brand: "lx" }), /^Unknown brand "lx"/);
  assert.match(await message({ brand: "bhyve" }), /requires the image type to be "zvol"/);
  assert.match(await message({ package: "k4-highcpu-kvm-1.75G" }), /"zvol"/);
  const kvm = image(c, "ubuntu-certified-18.04");
  assert.equal(
    (await create(c, { image: kvm, package: "k4-highcpu-kvm-1.75G" })).body.type,
    "virtualmachine",
  );
  const flexible = (await create(c, { image: hvm, package: "b4-bhyve-flex-4G" })).body;
  assert.equal(flexible.flexible, true);
  assert.equal(flexible.disks.length, 2);
  const tooMany = await message({
    image: hvm,
    package: "b4-bhyve-flex-4G",
    disks: Array.from({ length: 9 }, () => ({ size: 1024 })),
  });
  assert.equal(tooMany, "A maximum of 8 disks per VM are supported");
});

Deno.test("a machine that is still provisioning cannot be changed, but deleted", async () => {
  const c = await client();
  const { id } = (await create(c)).body;
  for (
    const answer of [
      await c.call("POST", `/my/machines/${id}?action=stop`),
      await c.call("POST", `/my/machines/${id}/tags`, { body: { a: "b" } }),
    ]
  ) {
    assert.equal(answer.status, 409);
    assert.equal(answer.body.code, "UnallocatedVM");
  }
  assert.equal((await c.call("DELETE", `/my/machines/${id}`)).status, 204);
  await c.sim.world.clock.sleep(500_000);
  assert.equal(c.sim.machine(id)!.state, "deleted");
});

Deno.test("equal seeds make equal worlds, whatever order they are looked at in", async () => {
  const world = async (first: "list" | "one") => {
    const c = await client({ machines: 30, seed: 7 });
    const ids = c.sim.machines().map(({ id }) => id);
    if (first === "one") await c.call("GET", `/my/machines/${ids[13]}`);
    const made = (await create(c)).body.id;
    await c.sim.world.clock.sleep(500_000);
    return [made, c.sim.machines()];
  };
  assert.deepEqual(await world("list"), await world("one"));
  const other = await client({ machines: 30, seed: 8 });
  const [, machines] = await world("list") as [string, { id: string }[]];
  assert.notEqual(other.sim.machines()[0]!.id, machines[0]!.id);
});
