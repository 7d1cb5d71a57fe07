import assert from "node:assert/strict";
import { client } from "./signer.ts";

async function machine(spec: Record<string, unknown> = {}) {
  const c = await client({ machines: [{ name: "a", ...spec }], updates: { min: 1000, max: 1000 } });
  const path = `/my/machines/${c.sim.machines()[0]!.id}`;
  return { ...c, path, id: path.slice(-36), later: () => c.sim.world.clock.sleep(2000) };
}

Deno.test("adding tags answers with the merged set, while a GET still shows the old one for a moment", async () => {
  const { call, path, later } = await machine({ tags: { old: "1", both: "x" } });
  const answer = await call("POST", `${path}/tags`, { body: { both: "y", new: true } });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, { old: "1", both: "y", new: true });
  assert.match(answer.headers.get("x-job-uuid")!, /^[0-9a-f-]{36}$/);
  assert.deepEqual((await call("GET", `${path}/tags`)).body, { old: "1", both: "x" });
  assert.deepEqual((await call("GET", path)).body.tags, { old: "1", both: "x" });
  await later();
  assert.deepEqual((await call("GET", `${path}/tags`)).body, { old: "1", both: "y", new: true });
  assert.deepEqual((await call("GET", path)).body.tags, { old: "1", both: "y", new: true });
});

Deno.test("replacing tags leaves only what was sent", async () => {
  const { call, path, later } = await machine({ tags: { old: "1" } });
  assert.deepEqual((await call("PUT", `${path}/tags`, { body: { a: 1 } })).body, { a: 1 });
  await later();
  assert.deepEqual((await call("GET", `${path}/tags`)).body, { a: 1 });
});

Deno.test("a tag is a bare JSON string, and empty where it is no string", async () => {
  const { call, path } = await machine({ tags: { role: "web", n: 5, yes: true } });
  assert.equal((await call("GET", `${path}/tags/role`)).text, '"web"');
  assert.equal((await call("GET", `${path}/tags/n`)).text, '""');
  const missing = await call("GET", `${path}/tags/nope`);
  assert.equal(missing.status, 404);
  assert.equal(missing.body.code, "ResourceNotFound");
});

Deno.test("tags are deleted one by one or all at once, with 204", async () => {
  const { call, path, later } = await machine({ tags: { a: "1", b: "2", c: "3" } });
  assert.equal((await call("DELETE", `${path}/tags/a`)).status, 204);
  assert.equal((await call("DELETE", `${path}/tags/nope`)).status, 404);
  await later();
  assert.deepEqual((await call("GET", `${path}/tags`)).body, { b: "2", c: "3" });
  assert.equal((await call("DELETE", `${path}/tags`)).status, 204);
  await later();
  assert.deepEqual((await call("GET", `${path}/tags`)).body, {});
});

Deno.test("every parameter but six becomes a tag, those of the query too", async () => {
  const { call, path, later, id } = await machine();
  const body = { role: "web", owner_uuid: "x", uuid: "x", context: "x", image: "x" };
  await call("POST", `${path}/tags?as-role=dev`, { body });
  await later();
  assert.deepEqual((await call("GET", `${path}/tags`)).body, { "as-role": "dev", "role": "web" });
  assert.equal((await call("POST", `${path}/tags`, { body: { account: "zz" } })).status, 404, "hijacked");
  assert.ok(id);
});

Deno.test("an unknown tag of the triton. family is refused, and nothing is done", async () => {
  const { call, path, sim, id } = await machine();
  const answer = await call("POST", `${path}/tags`, { body: { "triton.nonsense": "1" } });
  assert.equal(answer.status, 409);
  assert.equal(answer.body.code, "ValidationFailed");
  assert.deepEqual(sim.executions(id), []);
  assert.equal((await call("POST", `${path}/tags`, { body: { "triton.cns.services": "web" } })).status, 200);
});

Deno.test("metadata is merged; passwords and credentials are dropped", async () => {
  const { call, path, later } = await machine({ metadata: { k: "v" } });
  const body = { "user-script": "x", "root_pw": "secret", "credentials": { a: "b" } };
  assert.deepEqual((await call("POST", `${path}/metadata`, { body })).body, { "k": "v", "user-script": "x" });
  assert.deepEqual((await call("GET", `${path}/metadata`)).body, { k: "v" });
  await later();
  assert.deepEqual((await call("GET", `${path}/metadata`)).body, { "k": "v", "user-script": "x" });
  assert.equal((await call("GET", `${path}/metadata/k`)).text, '"v"');
  assert.equal((await call("GET", `${path}/metadata/nope`)).status, 404);
});

Deno.test("some metadata cannot be deleted, and deleting all leaves it", async () => {
  const { call, path, later } = await machine({ metadata: { root_authorized_keys: "k", a: "1", b: "2" } });
  for (const key of ["credentials", "administrator_pw", "root_authorized_keys"]) {
    const answer = await call("DELETE", `${path}/metadata/${key}`);
    assert.equal(answer.status, 409);
    assert.equal(answer.body.message, `Metadata key ${key} can not be deleted`);
  }
  assert.equal((await call("DELETE", `${path}/metadata/a`)).status, 204);
  await later();
  assert.deepEqual((await call("GET", `${path}/metadata`)).body, { root_authorized_keys: "k", b: "2" });
  assert.equal((await call("DELETE", `${path}/metadata`)).status, 204);
  await later();
  const { uuid, owner_uuid, ...rest } = (await call("GET", `${path}/metadata`)).body;
  assert.deepEqual(rest, { root_authorized_keys: "k" });
  assert.deepEqual(
    [`/my/machines/${uuid}`, typeof owner_uuid],
    [path, "string"],
    "the server sets these itself",
  );
});

Deno.test("the audit names what was done, newest first, and finished jobs only", async () => {
  const { call, path, later, key } = await machine({ tags: { a: "1" } });
  await call("POST", `${path}/tags`, { body: { b: "2" } });
  const audit = async () => (await call("GET", `${path}/audit`)).body as Record<string, unknown>[];
  assert.deepEqual((await audit()).map(({ action }) => action), ["provision"]);
  await later();
  await call("PUT", `${path}/tags`, { body: { c: "3" } });
  await later();
  await call("DELETE", `${path}/tags/c`);
  await later();
  await call("POST", `${path}/metadata`, { body: { k: "v" } });
  await later();
  const entries = await audit();
  assert.deepEqual(entries.map(({ action }) => action), [
    "set_metadata",
    "remove_tags",
    "replace_tags",
    "set_tags",
    "provision",
  ]);
  const { time, ...first } = entries[0]!;
  assert.ok(Date.parse(String(time)) > 0);
  const caller = { type: "signature", ip: "127.0.0.1", keyId: `/demo/keys/${key.keyId}` };
  assert.deepEqual(first, { success: "yes", action: "set_metadata", caller });
});
