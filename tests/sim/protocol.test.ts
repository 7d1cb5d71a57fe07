import assert from "node:assert/strict";
import { client } from "./signer.ts";

Deno.test("ping needs no signature, names the datacenter and lists the API versions", async () => {
  const { sim } = await client({ datacenter: "us-test-1" });
  const response = await sim.fetch("https://sim.invalid/--ping");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("triton-datacenter-name"), "us-test-1");
  assert.deepEqual(await response.json(), {
    ping: "pong",
    cloudapi: { versions: ["9.0.0", "8.0.0", "7.3.0", "7.2.0", "7.1.0", "7.0.0"] },
  });
});

Deno.test("every answer carries the server's date, versions, a request id and how long it took", async () => {
  const { sim, call } = await client({ machines: 1 });
  await sim.world.clock.sleep(5000);
  const { headers } = await call("GET", "/my/machines", { headers: { "accept-version": "~8" } });
  assert.equal(headers.get("date"), new Date(sim.world.clock.now()).toUTCString());
  assert.equal(headers.get("api-version"), "9.0.0", "always the newest, whatever was negotiated");
  assert.equal(headers.get("server"), "cloudapi/9.20.0");
  assert.match(headers.get("request-id")!, /^[0-9a-f-]{36}$/);
  assert.match(headers.get("response-time")!, /^\d+$/);
  assert.equal(headers.get("access-control-allow-origin"), "*");
  assert.equal(headers.get("content-type"), "application/json");
});

Deno.test("content-md5 is that of the body", async () => {
  const { sim } = await client();
  const response = await sim.fetch("https://sim.invalid/--ping");
  // From an independent implementation, over the exact text of the ping.
  const text = await response.text();
  assert.equal(
    text,
    '{"ping":"pong","cloudapi":{"versions":["9.0.0","8.0.0","7.3.0","7.2.0","7.1.0","7.0.0"]}}',
  );
  assert.equal(response.headers.get("content-md5"), "tZsADupisyLgWLy8VaSqSw==");
});

Deno.test("a version range outside the server's is 400 InvalidVersion, also for ping and before anything else", async () => {
  const { sim, call } = await client();
  const answer = await call("GET", "/my/images", { headers: { "accept-version": "~6.5" } });
  assert.equal(answer.status, 400);
  assert.deepEqual(answer.body, {
    code: "InvalidVersion",
    message: "~6.5 is not supported by GET /my/images",
  });
  const garbage = await sim.fetch("https://sim.invalid/--ping", { headers: { "accept-version": "what" } });
  assert.equal(garbage.status, 400);
  await garbage.body?.cancel();
});

Deno.test("X-Api-Version negotiates where Accept-Version is absent, and a header named Api-Version does nothing", async () => {
  const { call } = await client({ machines: [{ name: "a" }] });
  const role = { name: "r", policies: [], members: [] };
  assert.equal((await call("POST", "/my/roles", { body: role })).status, 201);
  const shape = async (headers: Record<string, string>) =>
    Object.hasOwn((await call("GET", "/my/roles", { headers })).body[0], "default_members");
  assert.equal(await shape({ "x-api-version": "~7.2" }), true);
  assert.equal(await shape({ "x-api-version": "~7.2", "accept-version": "~9" }), false);
  assert.equal(await shape({ "api-version": "~7.2" }), false);
  assert.equal(await shape({ "accept-version": "~9||~8" }), false);
});

Deno.test("machines show their networks from API 7.1 on, and images another type before 8", async () => {
  const { call } = await client({ machines: 1 });
  const at = async (version: string, path: string) =>
    (await call("GET", path, { headers: { "accept-version": version } })).body[0];
  assert.equal(Object.hasOwn(await at("7.0.0", "/my/machines"), "networks"), false);
  assert.equal(Object.hasOwn(await at("~7.1", "/my/machines"), "networks"), true);
  assert.equal((await at("~7", "/my/images")).type, "smartmachine");
  assert.equal((await at("~8", "/my/images")).type, "zone-dataset");
});

Deno.test("an unknown path of up to three segments is 405, not 404", async () => {
  const { call } = await client();
  const answer = await call("GET", "/my/datasets");
  assert.equal(answer.status, 405);
  assert.deepEqual(answer.body, { code: "MethodNotAllowedError", message: "GET is not allowed" });
  assert.equal((await call("GET", "/my/a/b/c/d/e/f")).status, 404);
});

Deno.test("a client that takes HTML only gets 406", async () => {
  const { call } = await client();
  const answer = await call("GET", "/my", { headers: { accept: "text/html" } });
  assert.equal(answer.status, 406);
  assert.deepEqual(answer.body, {
    code: "NotAcceptableError",
    message: "Server accepts: application/json,text/plain,application/octet-stream,application/javascript",
  });
  assert.equal((await call("GET", "/my", { headers: { accept: "text/html, */*;q=0.1" } })).status, 200);
});

Deno.test("a body above 100,000 bytes is 413", async () => {
  const { call } = await client();
  const answer = await call("POST", "/my", { body: { phone: "1".repeat(100_000) } });
  assert.equal(answer.status, 413);
  assert.deepEqual(answer.body, {
    code: "PayloadTooLargeError",
    message: "Request body size exceeds 100000",
  });
  assert.equal((await call("POST", "/my", { body: { phone: "1".repeat(99_000) } })).status, 200);
});

Deno.test("bad JSON is 400, a wrong Content-MD5 is 400, and an unknown content type is passed over in silence", async () => {
  const { call } = await client();
  const bad = await call("POST", "/my", { body: "{not json" });
  assert.equal(bad.status, 400);
  assert.equal(bad.body.code, "InvalidContent");
  assert.match(bad.body.message, /^Invalid JSON: /);
  const digest = await call("POST", "/my", { body: { a: 1 }, headers: { "content-md5": "AAAA" } });
  assert.equal(digest.status, 400);
  assert.equal(digest.body.code, "BadDigest");
  const xml = await call("POST", "/my/keys", {
    body: { key: "x y" },
    headers: { "content-type": "application/xml" },
  });
  assert.equal(xml.status, 409);
  assert.equal(xml.body.code, "MissingParameter");
});

Deno.test("form-encoded bodies are read too", async () => {
  const { call } = await client();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  assert.equal((await call("POST", "/my", { body: "phone=12%2034", headers })).body.phone, "12 34");
});

Deno.test("a body key named account or machine sends the request somewhere else", async () => {
  const { sim, call } = await client({ machines: [{ name: "a" }, { name: "b" }] });
  const elsewhere = await call("POST", "/my", { body: { account: "zz" } });
  assert.equal(elsewhere.status, 404);
  assert.deepEqual(elsewhere.body, { code: "ResourceNotFound", message: "zz does not exist" });
  const [a, b] = sim.machines();
  assert.equal(
    (await call("POST", `/my/machines/${a!.id}`, { body: { action: "stop", machine: b!.id } })).status,
    202,
  );
  assert.deepEqual(sim.executions(a!.id), []);
  assert.equal(sim.executions(b!.id).length, 1);
  // The query does not win over the path.
  await call("POST", `/my/machines/${a!.id}?action=stop&machine=${b!.id}`);
  assert.equal(sim.executions(a!.id).length, 1);
});

Deno.test("maintenance refuses writes with 503 and a date in Retry-After, and lets reads pass", async () => {
  const { sim, call } = await client({ machines: 1, readOnly: { eta: "2026-02-01T00:00:00Z" } });
  const id = sim.machines()[0]!.id;
  const answer = await call("POST", `/my/machines/${id}?action=stop`);
  assert.equal(answer.status, 503);
  assert.deepEqual(answer.body, {
    code: "ServiceUnavailableError",
    message: "This Triton data center is being upgraded",
  });
  assert.equal(answer.headers.get("retry-after"), "Sun, 01 Feb 2026 00:00:00 GMT");
  assert.equal((await call("GET", "/my/machines")).status, 200);
  sim.readOnly = {};
  assert.equal((await call("DELETE", `/my/machines/${id}`)).headers.get("retry-after"), null);
  sim.readOnly = false;
  assert.equal((await call("DELETE", `/my/machines/${id}`)).status, 204);
});

Deno.test("a datacenter by name is a redirect with a body that looks like an error", async () => {
  const { call } = await client({ datacenter: "here" });
  const list = await call("GET", "/my/datacenters");
  assert.equal(list.body.here, "https://sim.invalid");
  const one = await call("GET", "/my/datacenters/here");
  assert.equal(one.status, 302);
  assert.equal(one.headers.get("location"), "https://sim.invalid");
  assert.equal(one.body.code, "ResourceMoved");
  assert.equal((await call("GET", "/my/datacenters/nowhere")).status, 404);
});

Deno.test("HEAD answers with the headers of GET and no body", async () => {
  const { call } = await client({ machines: 7 });
  const answer = await call("HEAD", "/my/machines");
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("x-resource-count"), "7");
  assert.equal(answer.text, "");
});

Deno.test("a changefeed without an upgrade is a 500 with a message and no code", async () => {
  const { call } = await client();
  const answer = await call("GET", "/my/changefeed");
  assert.equal(answer.status, 500);
  assert.deepEqual(answer.body, { message: "Connection Must Upgrade For WebSockets" });
});

Deno.test("the console exists in version 8.4 only, and for machines with one", async () => {
  const { sim, call } = await client({ machines: [{ name: "zone" }] });
  const path = `/my/machines/${sim.machines()[0]!.id}/vnc`;
  const nine = await call("GET", path, { headers: { "accept-version": "~9" } });
  assert.equal(nine.body.code, "InvalidVersion");
  const both = await call("GET", path, { headers: { "accept-version": "~9||~8" } });
  assert.equal(both.status, 400);
  assert.equal(both.body.code, "MachineHasNoVNCError");
});
