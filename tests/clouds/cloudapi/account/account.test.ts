import assert from "node:assert/strict";
import { ApiError, MusterError } from "../../../../lib/muster.ts";
import { type World, world } from "../world.ts";

const LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEjyXSYm6OCh5oBU2Gf5qcxIaNMEBmHTtkT1cZUcmVTK ops@example";
const writes = (sim: World["sim"]) => sim.log.filter((one) => one.method !== "GET");

Deno.test("the account is read, and only what is given is changed, in the body and never in the query", async () => {
  const { dc, sim } = await world();
  const before = await dc.account();
  assert.equal(before.login, "sim");
  const after = await dc.updateAccount({ companyName: "Ops & Co", triton_cns_enabled: true });
  assert.equal(after.companyName, "Ops & Co");
  assert.equal(after.triton_cns_enabled, true);
  assert.equal(after.firstName, before.firstName);
  const [write] = writes(sim);
  assert.deepEqual([write!.path, write!.query], ["/my", ""]);
});

Deno.test("the server passes over an empty text of an account: to empty a field that it has is refused before", async () => {
  const { dc, sim } = await world();
  await dc.updateAccount({ phone: "+1 555", city: "Oslo" });
  await dc.request("POST", "/", { body: { phone: "" } });
  assert.equal((await dc.account()).phone, "+1 555");
  const sent = writes(sim).length;
  await assert.rejects(
    dc.updateAccount({ phone: null, city: "", email: "x@example.com" }),
    /Cannot empty phone, city/,
  );
  assert.equal(writes(sim).length, sent);
  // A field that the account does not have is already empty.
  assert.equal((await dc.updateAccount({ country: null })).country, undefined);
  assert.equal(writes(sim).length, sent);
  assert.equal((await dc.updateAccount({ country: null, city: "Bergen" })).city, "Bergen");
});

Deno.test("a server that says yes and keeps a field as it was is not believed", async () => {
  const { dc, sim } = await world();
  const body = { ...await dc.account(), companyName: "Example" };
  sim.faults.add({ do: "status", status: 200, body, when: (request) => request.method === "POST" });
  await assert.rejects(dc.updateAccount({ companyName: "Other" }), /did not change companyName/);
});

Deno.test("what cannot be a change of the account is refused before anything is sent", async () => {
  const { dc, sim } = await world();
  const wrong: unknown[] = [{}, null, { login: "other" }, { city: 5 }, { email: "" }, {
    triton_cns_enabled: "yes",
  }, {
    address: "x".repeat(100_001),
  }];
  for (const changes of wrong) await assert.rejects(dc.updateAccount(changes as never), MusterError);
  assert.equal(sim.log.length, 0);
});

Deno.test("changing the account is repeated when the answer is lost, as it is the same twice", async () => {
  const { dc, sim } = await world();
  sim.faults.add({ do: "drop-after", times: 1 });
  assert.equal((await dc.updateAccount({ city: "Oslo" })).city, "Oslo");
  assert.equal(writes(sim).length, 2);
});

Deno.test("keys are listed, got by name, fingerprint or record, added and deleted", async () => {
  const { dc } = await world();
  const [own] = await dc.keys();
  assert.match(own!.fingerprint, /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
  const made = await dc.addKey({ name: "laptop", key: LINE });
  assert.equal(made.name, "laptop");
  assert.deepEqual(await dc.key("laptop"), made);
  assert.deepEqual(await dc.key(made.fingerprint), made);
  assert.deepEqual(await dc.key(made), made);
  // The server answers 404 for both, so it is asked in its own way.
  assert.deepEqual(await dc.key(`MD5:${made.fingerprint.toUpperCase()}`), made);
  const blob = Uint8Array.fromBase64(LINE.split(" ")[1]!);
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", blob)).toBase64({ omitPadding: true });
  assert.deepEqual(await dc.key(`SHA256:${sha256}`), made);
  await assert.rejects(dc.key(`SHA256:${"A".repeat(43)}`), /none of the account's keys has this fingerprint/);
  await dc.deleteKey(made);
  assert.deepEqual((await dc.keys()).map((one) => one.name), [own!.name]);
  await assert.rejects(dc.key("laptop"), (error: Error) => error instanceof ApiError && error.status === 404);
});

Deno.test("a key whose answer was lost is looked for, not added twice; one that never arrived is sent again", async () => {
  const { dc, sim } = await world();
  const post = (request: Request) => request.method === "POST";
  sim.faults.add({ do: "drop-after", times: 1, when: post });
  assert.equal((await dc.addKey({ name: "laptop", key: LINE })).name, "laptop");
  assert.equal(writes(sim).length, 1);
  await dc.deleteKey("laptop");
  sim.faults.add({ do: "drop-before", times: 1, when: post });
  assert.equal((await dc.addKey({ name: "laptop", key: LINE })).name, "laptop");
  assert.equal((await dc.keys()).length, 2);
});

Deno.test("a key's deletion whose answer was lost is looked for, not repeated", async () => {
  const { dc, sim } = await world();
  await dc.addKey({ name: "laptop", key: LINE });
  sim.faults.add({ do: "drop-after", times: 1, when: (request) => request.method === "DELETE" });
  await dc.deleteKey("laptop");
  assert.equal(sim.log.filter((one) => one.method === "DELETE").length, 1);
  await assert.rejects(
    dc.deleteKey("laptop"),
    (error: Error) => error instanceof ApiError && error.status === 404,
  );
});

Deno.test("a key whose lost deletion shows only later is deleted once, and its repeat's 404 is no error", async () => {
  const { dc, sim } = await world();
  await dc.addKey({ name: "laptop", key: LINE });
  const deletes = (request: Request) => request.method === "DELETE";
  sim.faults.add({ do: "drop-after", times: 1, when: deletes });
  // Somebody in between still shows it for a while.
  let looks = 0;
  const [, laptop] = await dc.keys();
  const isLook = (request: Request) => request.method === "GET" && request.url.endsWith("/keys/laptop");
  sim.faults.add({
    do: "status-after",
    status: 200,
    body: laptop,
    when: (request) => isLook(request) && ++looks <= 2,
  });
  await dc.deleteKey("laptop");
  assert.equal(looks, 3);
  assert.equal(sim.log.filter((one) => one.method === "DELETE").length, 1);
});

Deno.test("a private key is never sent, nor what is no key at all, and no message shows it", async () => {
  const { dc, sim } = await world();
  const secret = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n";
  await assert.rejects(dc.addKey({ key: secret }), (error: Error) => {
    assert.match(error.message, /it is a private key/);
    return !error.message.includes("c2VjcmV0");
  });
  for (const key of ["", "ssh-rsa", 7, `${LINE}\n${LINE}`]) {
    await assert.rejects(dc.addKey({ key: key as string }), MusterError);
  }
  await assert.rejects(dc.addKey({ name: "schlüssel", key: LINE }), MusterError);
  await assert.rejects(dc.deleteKey(""), MusterError);
  assert.equal(sim.log.length, 0);
});

Deno.test("a public key is read from its file", async () => {
  const { dc } = await world();
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, `${LINE}\n`);
    assert.equal((await dc.addKey({ key: { file } })).name, "ops@example");
    await assert.rejects(dc.addKey({ key: { file: `${file}.none` } }), /Cannot read the public key/);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("services, limits and configuration are read, and the network for containers set by its name", async () => {
  const { dc } = await world();
  assert.ok((await dc.services()).cloudapi);
  assert.deepEqual(await dc.limits(), []);
  const backend = await dc.network("backend");
  assert.notEqual((await dc.config()).default_network, backend.id);
  assert.equal((await dc.updateConfig({ default_network: "backend" })).default_network, backend.id);
  assert.equal((await dc.config()).default_network, backend.id);
});
