import assert from "node:assert/strict";
import { client, makeKey, send } from "./signer.ts";
import { createCloudApi } from "../../lib/sim/mod.ts";

const REFUSED = { code: "InvalidCredentials", message: "Invalid authorization credentials supplied" };

for (
  const [kind, algorithm] of [
    ["rsa", "rsa-sha1"],
    ["rsa", "rsa-sha256"],
    ["rsa", "rsa-sha512"],
    ["P-256", "ecdsa-sha256"],
    ["P-256", "ecdsa-sha512"],
    ["P-384", "ecdsa-sha256"],
    ["P-384", "ecdsa-sha512"],
    ["P-521", "ecdsa-sha256"],
    ["P-521", "ecdsa-sha512"],
    ["ed25519", "ed25519-sha512"],
  ] as const
) {
  Deno.test(`a ${kind} key may sign with ${algorithm}`, async () => {
    const key = await makeKey(kind, algorithm);
    const sim = createCloudApi({ account: "demo", keys: [key.line] });
    const keyId = `/demo/keys/${key.keyId}`;
    for (const signed of ["(request-target) date", "date", "date host", "(request-target) host date"]) {
      const answer = await send(sim, key, keyId, "GET", "/my/keys?a=b", { signed });
      assert.equal(answer.status, 200, `${signed}: ${answer.text}`);
    }
    const loud = { ...key, algorithm: algorithm.toUpperCase() };
    assert.equal((await send(sim, loud, keyId, "GET", "/my")).status, 200);
    const broken = { ...key, sign: async (text: string) => await key.sign(text + "x") };
    const answer = await send(sim, broken, keyId, "GET", "/my");
    assert.equal(answer.status, 401);
    assert.deepEqual(answer.body, REFUSED);
  });
}

for (
  const [kind, algorithm] of [
    ["rsa", "rsa-sha384"],
    ["P-384", "ecdsa-sha384"],
    ["P-256", "ecdsa-sha1"],
    ["ed25519", "ed25519"],
    ["ed25519", "ed25519-sha256"],
    ["ed25519", "hs2019"],
    ["ed25519", "hmac-sha256"],
  ] as const
) {
  Deno.test(`${algorithm} is not supported`, async () => {
    const key = await makeKey(kind, kind === "rsa" ? "rsa-sha256" : undefined);
    const sim = createCloudApi({ account: "demo", keys: [key.line] });
    const answer = await send(sim, { ...key, algorithm }, `/demo/keys/${key.keyId}`, "GET", "/my");
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.body, {
      code: "InvalidHeader",
      message: `Authorization header invalid: ${algorithm} is not supported`,
    });
  });
}

Deno.test("an ECDSA signature that is not DER is refused", async () => {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  const { publicKeyLine, parsePublicKey } = await import("../../lib/sim/mod.ts");
  const line = await publicKeyLine(pair.publicKey);
  const key = {
    line,
    keyId: parsePublicKey(line)!.fingerprint,
    algorithm: "ecdsa-sha256",
    sign: async (text: string) =>
      new Uint8Array(
        await crypto.subtle.sign(
          { name: "ECDSA", hash: "SHA-256" },
          pair.privateKey,
          new TextEncoder().encode(text),
        ),
      ).toBase64(),
  };
  const sim = createCloudApi({ account: "demo", keys: [line] });
  assert.deepEqual((await send(sim, key, `/demo/keys/${key.keyId}`, "GET", "/my")).body, REFUSED);
});

Deno.test("the key may be named by its fingerprint or its name, and by nothing else", async () => {
  const { sim, key } = await client({ account: "demo" });
  const status = async (keyId: string) => (await send(sim, key, keyId, "GET", "/my")).status;
  assert.equal(await status(`/demo/keys/${key.keyId}`), 200);
  assert.equal(await status("/demo/keys/tester"), 200);
  for (
    const wrong of [
      `/demo/keys/MD5:${key.keyId}`,
      "/demo/keys/SHA256:abcdef",
      "/demo/keys/SHA256:ab/cd",
      `/my/keys/${key.keyId}`,
      `/other/keys/${key.keyId}`,
      `/demo/sub/keys/${key.keyId}`,
      `/demo/users/nobody/keys/${key.keyId}`,
      key.keyId,
    ]
  ) {
    assert.equal(await status(wrong), 401, wrong);
  }
});

Deno.test("without a signature, or with another scheme, it is 401 with a hint", async () => {
  const { sim } = await client();
  for (const authorization of [undefined, "Basic YTpi", "Bearer x"]) {
    const response = await sim.fetch("https://sim.invalid/my", {
      headers: authorization === undefined ? {} : { authorization },
    });
    assert.equal(response.status, 401);
    assert.deepEqual(await response.json(), {
      code: "InvalidCredentials",
      message: "You must make authenticated requests to use CloudAPI",
    });
  }
});

Deno.test("the header is read letter by letter", async () => {
  const { sim, key } = await client({ account: "demo" });
  const date = new Date(sim.world.clock.now()).toUTCString();
  const signature = await key.sign(`date: ${date}`);
  const parts = {
    keyId: `keyId="/demo/keys/${key.keyId}"`,
    algorithm: `algorithm="${key.algorithm}"`,
    signature: `signature="${signature}"`,
  };
  const ask = async (authorization: string, headers: Record<string, string> = { date }) => {
    const response = await sim.fetch("https://sim.invalid/my", { headers: { ...headers, authorization } });
    const body = await response.json();
    return response.status === 200 ? "ok" : `${response.status} ${body.message}`;
  };
  const bad = (message: string) => `400 Authorization header invalid: ${message}`;
  const { keyId, algorithm, signature: sig } = parts;
  assert.equal(await ask(`Signature ${keyId},${algorithm},${sig}`), "ok", "headers is date by default");
  assert.equal(await ask(`Signature ${sig},${algorithm},headers="date",${keyId}`), "ok", "any order");
  assert.equal(await ask(`Signature ${keyId}, ${algorithm},${sig}`), bad("bad param format"));
  assert.equal(await ask(`signature ${keyId},${algorithm},${sig}`), bad('scheme was not "Signature"'));
  assert.equal(await ask(`Signature ${keyId},${sig}`), bad("algorithm was not specified"));
  assert.equal(await ask(`Signature ${algorithm},${sig}`), bad("keyId was not specified"));
  assert.equal(await ask(`Signature ${keyId},${algorithm}`), bad("signature was not specified"));
  assert.equal(
    await ask(`Signature ${keyId},${algorithm},headers="date digest",${sig}`),
    bad("digest was not in the request"),
  );
  assert.equal(await ask(`Signature ${keyId},${algorithm},${sig}`, {}), bad("date was not in the request"));
  const xdate = { "x-date": date };
  assert.equal(
    await ask(`Signature ${keyId},${algorithm},headers="x-date",${sig}`, xdate),
    bad("date was not a signed header"),
  );
});

Deno.test("a clock more than 300 seconds off is 400, and says by how much", async () => {
  const { sim, call } = await client();
  const at = (seconds: number) => new Date(sim.world.clock.now() + seconds * 1000).toUTCString();
  for (const fine of [-299, 0, 299]) {
    assert.equal((await call("GET", "/my", { headers: { date: at(fine) } })).status, 200);
  }
  for (const off of [-301, 600]) {
    const answer = await call("GET", "/my", { headers: { date: at(off) } });
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.body, {
      code: "InvalidHeader",
      message: `Authorization header invalid: clock skew of ${Math.abs(off)}s was greater than 300s`,
    });
    assert.equal(answer.headers.get("date"), at(0));
  }
});

Deno.test("the legacy form over the bare date is taken from RSA keys only", async () => {
  const legacy = async (kind: string) => {
    const key = await makeKey(kind);
    const sim = createCloudApi({ account: "demo", keys: [key.line] });
    const date = new Date(sim.world.clock.now()).toUTCString();
    const authorization = `Signature keyId="/demo/keys/${key.keyId}",algorithm="${key.algorithm}" ${await key
      .sign(date)}`;
    const response = await sim.fetch("https://sim.invalid/my", { headers: { date, authorization } });
    return { status: response.status, body: await response.json() };
  };
  assert.equal((await legacy("rsa")).status, 200);
  for (const kind of ["P-256", "ed25519"]) {
    assert.deepEqual(await legacy(kind), {
      status: 400,
      body: { code: "InvalidHeader", message: "Authorization header invalid: bad param format" },
    });
  }
});

Deno.test("the target is signed with its query, so a signature does not fit another request", async () => {
  const { sim, key, account } = await client();
  const date = new Date(sim.world.clock.now()).toUTCString();
  const text = `(request-target): get /my/machines?limit=1\ndate: ${date}`;
  const authorization = `Signature keyId="/${account}/keys/${key.keyId}",algorithm="${key.algorithm}",` +
    `headers="(request-target) date",signature="${await key.sign(text)}"`;
  const ask = async (path: string) => {
    const response = await sim.fetch(`https://sim.invalid${path}`, { headers: { date, authorization } });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await ask("/my/machines?limit=1"), 200);
  assert.equal(await ask("/my/machines?limit=2"), 401);
  assert.equal(await ask("/my/keys"), 401);
});

Deno.test("a signature seen before is not verified again", async () => {
  const { sim, call } = await client({ machines: 2 });
  for (let i = 0; i < 20; i++) {
    assert.equal((await call("GET", "/my/machines", { signed: "date" })).status, 200);
  }
  assert.equal(sim.signaturesVerified, 1);
});

Deno.test("a sub-user signs with a key of their own, and may do what a policy of a default role says", async () => {
  const { sim, call } = await client({ account: "demo", machines: [{ name: "a" }] });
  const key = await makeKey();
  await call("POST", "/my/users", {
    body: { login: "bob", email: "bob@example.com", password: "secret123" },
  });
  assert.equal(
    (await call("POST", "/my/users/bob/keys", { body: { name: "k", key: key.line } })).status,
    201,
  );
  const bob = (path: string, method = "GET") =>
    send(sim, key, `/demo/users/bob/keys/${key.keyId}`, method, path);
  assert.equal((await bob("/my/machines")).status, 403);
  const policy = { name: "reader", rules: ["CAN listmachines AND getmachine"] };
  await call("POST", "/my/policies", { body: policy });
  const member = { type: "subuser", login: "bob", default: true };
  const role = { name: "readers", policies: [{ name: "reader" }], members: [member] };
  assert.equal((await call("POST", "/my/roles", { body: role })).status, 201);
  assert.equal((await bob("/my/machines")).status, 200);
  assert.equal((await bob("/my/machines?as-role=readers")).status, 200);
  assert.equal((await bob("/my/machines?as-role=unknown")).status, 403);
  const id = sim.machines()[0]!.id;
  const refused = await bob(`/my/machines/${id}?action=stop`, "POST");
  assert.equal(refused.status, 403);
  assert.equal(refused.body.code, "NotAuthorized");
  assert.deepEqual(sim.executions(id), []);
});

Deno.test("an operator may act for another account, others may not", async () => {
  const { sim, call } = await client({ account: "demo" });
  const [op, other] = [await makeKey(), await makeKey()];
  sim.addAccount({ login: "boss", keys: [op.line], operator: true });
  sim.addAccount({ login: "other", keys: [other.line] });
  assert.equal((await send(sim, op, `/boss/keys/${op.keyId}`, "GET", "/demo")).body.login, "demo");
  assert.equal((await send(sim, other, `/other/keys/${other.keyId}`, "GET", "/demo")).status, 403);
  assert.equal((await send(sim, other, `/other/keys/${other.keyId}`, "GET", "/nobody")).status, 404);
  assert.equal((await call("GET", "/demo")).body.login, "demo");
});

Deno.test("a disabled account is told so only after it has proved who it is", async () => {
  const { sim, key, call } = await client({ account: "demo" });
  sim.account.disabled = true;
  const answer = await call("GET", "/my");
  assert.equal(answer.status, 403);
  assert.equal(answer.body.message, "Account or user is disabled");
  const wrong = { ...key, sign: () => Promise.resolve("AAAA") };
  assert.equal((await send(sim, wrong, `/demo/keys/${key.keyId}`, "GET", "/my")).status, 401);
});

Deno.test("a pre-signed URL works without headers until it expires", async () => {
  const { sim, key } = await client({ account: "demo", machines: 2 });
  const expires = Math.floor(sim.world.clock.now() / 1000) + 60;
  const query = `algorithm=ED25519-SHA512&expires=${expires}&keyId=${
    encodeURIComponent(`/demo/keys/${key.keyId}`)
  }`;
  const text = `GET\nsim.invalid\n/demo/machines\n${query}`;
  const url = `https://sim.invalid/demo/machines?${query}&signature=${
    encodeURIComponent(await key.sign(text))
  }`;
  const ask = async (target: string) => {
    const response = await sim.fetch(target);
    return { status: response.status, body: await response.json() };
  };
  assert.equal((await ask(url)).body.length, 2);
  assert.deepEqual(await ask(url.replace(/&signature=.*/, "")), {
    status: 500,
    body: { message: 'parameters "signature" are required' },
  });
  assert.equal((await ask(url.replace("/machines", "/keys"))).status, 401);
  await sim.world.clock.sleep(62_000);
  assert.deepEqual(await ask(url), { status: 500, body: { message: "request expired" } });
});
