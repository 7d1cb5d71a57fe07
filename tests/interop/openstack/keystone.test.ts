import assert from "node:assert/strict";
import { systemClock } from "../../../lib/engine/time/clock.ts";
import { ApiError, CredentialsError } from "../../../lib/engine/errors.ts";
import { createLimiter } from "../../../lib/engine/rate/limiter.ts";
import { closeHttpClients } from "../../../lib/http/client.ts";
import { createSend, type Send } from "../../../lib/http/send.ts";
import { authorizedBy } from "../../../lib/clouds/openstack/keystone/authorize.ts";
import { parseExact } from "../../../lib/clouds/openstack/trove/exact_json.ts";
import { resolveCloud } from "../../../lib/clouds/openstack/settings/clouds.ts";
import type { CloudOptions } from "../../../lib/clouds/openstack/settings/clouds_options.ts";
import { explain, keystoneRefused } from "../../../lib/clouds/openstack/error_answers.ts";
import { createTokens, type Tokens } from "../../../lib/clouds/openstack/keystone/keystone.ts";
import { type OpenStack, startOpenStack } from "./servers.ts";

const nobody = { get: () => undefined, readable: () => true };
const nothing = { os: "linux", read: () => Promise.resolve(undefined) };

/** Tokens as a user with these arguments has them, with every request to Keystone noted as `METHOD path`. */
async function login(options: CloudOptions): Promise<{ tokens: Tokens; asked: string[] }> {
  const asked: string[] = [];
  const noted: typeof fetch = (url, init) => {
    asked.push(`${init?.method} ${new URL(String(url)).pathname}`);
    return fetch(url, init);
  };
  const ask = () => Promise.resolve(undefined);
  const { settings } = await resolveCloud(options, { env: nobody, files: nothing, ask });
  return { tokens: createTokens({ settings, clock: systemClock, fetch: noted }), asked };
}

/** Trove as the client uses it. */
function trove(tokens: Tokens): Send {
  const limiter = createLimiter({ clock: systemClock, random: Math.random, concurrency: 8 });
  return createSend({
    baseUrl: () => tokens.endpoint(),
    clock: systemClock,
    limiter: () => limiter,
    random: Math.random,
    userAgent: "muster-test",
    explain,
    requestIdHeader: "x-openstack-request-id",
    parse: parseExact,
    ...authorizedBy(tokens),
  });
}

async function refusal(options: CloudOptions): Promise<string> {
  const { tokens } = await login(options);
  const error = await tokens.get().then(() => assert.fail("the login succeeded"), (error) => error);
  assert.ok(error instanceof CredentialsError, String(error));
  const shown = Deno.inspect(error);
  for (const secret of [options.password, options.token, options.applicationCredential?.secret]) {
    if (secret) assert.ok(!shown.includes(String(secret)), `the secret is shown: ${shown}`);
  }
  return error.message;
}

Deno.test("a real Keystone 22 and Trove 18", async (t) => {
  const [long, short] = await Promise.all([startOpenStack(), startOpenStack({ tokenSeconds: 2, rate: 20 })]);
  if ("skipped" in long || "skipped" in short) {
    const reason = "skipped" in long ? long.skipped : "";
    await t.step({ name: `skipped: ${reason}`, ignore: true, fn: () => {} });
    return;
  }
  try {
    await withKeystone(t, long);
    await withShortLife(t, short, long.troveUrl);
  } finally {
    closeHttpClients();
    await Promise.all([long.stop(), short.stop()]);
  }
});

async function withKeystone(t: Deno.TestContext, cloud: OpenStack) {
  const { authUrl, troveUrl, seed } = cloud;
  const demo = seed.users.demo!;
  const password = { authUrl, username: "demo", password: demo.password, project: "demo" };
  const home = `${troveUrl}/${seed.projects.demo}`;

  await t.step(
    "a password by names gives a token, its project, roles and the databases' address",
    async () => {
      const { tokens, asked } = await login(password);
      const session = await tokens.get();
      assert.equal(session.project?.id, seed.projects.demo);
      assert.equal(session.user?.id, demo.id);
      assert.ok(session.roles.includes("member"));
      const left = session.expiresAt - systemClock.now();
      assert.ok(left > 3_500_000 && left <= 3_600_000, String(left));
      assert.equal(await tokens.endpoint(), home);
      assert.deepEqual(asked, ["POST /v3/auth/tokens"]);
      const token = session.token!.reveal();
      for (
        const shown of [
          Deno.inspect(session),
          Deno.inspect(tokens),
          JSON.stringify(session),
          `${session.token}`,
        ]
      ) {
        assert.ok(!shown.includes(token) && !shown.includes(demo.password), shown);
      }
    },
  );

  await t.step("ids do instead of names, and no project means the user's own", async () => {
    const byIds = { authUrl, userId: demo.id, password: demo.password, projectId: seed.projects.demo };
    assert.equal((await (await login(byIds)).tokens.get()).project?.name, "demo");
    const own = await login({ authUrl, username: "demo", userDomain: "Default", password: demo.password });
    assert.equal((await own.tokens.get()).project?.name, "demo");
  });

  await t.step("an application credential logs in by id and by name", async () => {
    const { id, name, secret } = seed.applicationCredential;
    const byId = await login({ authUrl, applicationCredential: { id, secret } });
    assert.equal(await byId.tokens.endpoint(), home);
    const byName = await login({ authUrl, username: "demo", applicationCredential: { name, secret } });
    assert.equal(await byName.tokens.endpoint(), home);
  });

  await t.step("a token logs in again, and ends when the first one does", async () => {
    const first = await (await login(password)).tokens.get();
    const { tokens } = await login({ authUrl, token: first.token!, project: "demo" });
    const second = await tokens.get();
    assert.equal(await tokens.endpoint(), home);
    assert.ok(Math.abs(second.expiresAt - first.expiresAt) < 3000);
  });

  await t.step("the auth URL may lack the version or be the tokens' whole address", async () => {
    for (const url of [authUrl.replace("/v3", ""), `${authUrl}/`, `${authUrl}/auth/tokens`]) {
      const { tokens, asked } = await login({ ...password, authUrl: url });
      assert.equal(await tokens.endpoint(), home);
      assert.equal(asked.length, 1);
    }
    assert.match(
      await refusal({ ...password, authUrl: authUrl.replace("/v3", "/v2.0") }),
      /no Keystone answers at .*\/v2\.0\. The server there speaks v3, so .* should be .*\/v3$/,
    );
    assert.match(await refusal({ ...password, authUrl: `${authUrl}/nowhere` }), /no Keystone answers at/);
    assert.match(
      await refusal({ ...password, authUrl: troveUrl.replace("/v1.0", "") }),
      /no Keystone answers at/,
    );
  });

  await t.step(
    "each refused login says in a sentence what is wrong, as far as Keystone lets one know",
    async () => {
      const unsure =
        /Keystone refused user "demo" .*The reason may be the name, the password, the project.*does not say/;
      assert.match(await refusal({ ...password, password: "wrong-password" }), unsure);
      assert.match(await refusal({ ...password, username: "nobody-here" }), /refused user "nobody-here"/);
      assert.match(await refusal({ ...password, userDomain: "Nowhere" }), /"demo" \(domain "Nowhere"\)/);
      assert.match(
        await refusal({ ...password, project: "misspelt" }),
        /no role in a project "misspelt" .*or there is no such project\. The user's projects are demo\.$/,
      );
      assert.match(await refusal({ ...password, project: "alt" }), /no role in a project "alt"/);
      assert.match(await refusal({ ...password, project: "closed" }), /project "closed" .*is disabled/);
      const { password: leaver } = seed.users.leaver!;
      assert.match(
        await refusal({ ...password, username: "leaver", password: leaver }),
        /the user is disabled/,
      );
      const expired = { ...seed.expiredApplicationCredential };
      assert.match(
        await refusal({ authUrl, applicationCredential: expired }),
        /it may have expired or been deleted/,
      );
      const unknown = { id: "f".repeat(32), secret: "not-the-secret" };
      assert.match(
        await refusal({ authUrl, applicationCredential: unknown }),
        /Could not find Application Credential/,
      );
      assert.match(
        await refusal({ authUrl, token: "gAAAAAnot-a-token", project: "demo" }),
        /has expired, was revoked/,
      );
    },
  );

  await t.step("refused credentials are not sent again at once, however many ask", async () => {
    const { tokens, asked } = await login({ authUrl, username: "demo", password: "wrong-password" });
    const ended = await Promise.allSettled(Array.from({ length: 20 }, () => tokens.get()));
    assert.ok(ended.every(({ status }) => status === "rejected"));
    await assert.rejects(tokens.get(), CredentialsError);
    assert.equal(asked.length, 1);
  });

  await t.step("a region or service that is not there is answered with those that are", async () => {
    const elsewhere = await login({ ...password, region: "RegionNine" });
    await assert.rejects(elsewhere.tokens.endpoint(), /region "RegionNine" has none\. It is in RegionOne/);
    const other = await login({ ...password, serviceType: "object-store" });
    await assert.rejects(
      other.tokens.endpoint(),
      /no service of this type\. Its services are database, identity/,
    );
    assert.equal(await (await login({ ...password, interface: "internal" })).tokens.endpoint(), home);
  });

  await t.step("a fixed token and address need no Keystone", async () => {
    const { token } = await (await login(password)).tokens.get();
    const { tokens, asked } = await login({ token: token!, endpoint: home });
    assert.equal((await trove(tokens)({ method: "GET", path: "/instances" })).status, 200);
    assert.deepEqual(asked, []);
  });

  await t.step("ten requests refused for a revoked token make one login, and succeed", async () => {
    const { tokens, asked } = await login(password);
    const send = trove(tokens);
    assert.equal((await send({ method: "GET", path: "/instances" })).status, 200);
    const token = (await tokens.get()).token!.reveal();
    const headers = { "x-auth-token": token, "x-subject-token": token };
    const revoked = await fetch(`${authUrl}/auth/tokens`, { method: "DELETE", headers });
    assert.equal(revoked.status, 204);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send({ method: "GET", path: "/instances" })),
    );
    assert.ok(answers.every(({ status }) => status === 200));
    assert.equal(asked.length, 2);
    assert.notEqual((await tokens.get()).token!.reveal(), token);
  });

  await t.step("being no administrator is a 401 as well, and makes no login", async () => {
    const { tokens, asked } = await login(password);
    const request = trove(tokens)({ method: "GET", path: "/mgmt/instances" });
    const error = await request.then(() => assert.fail("it was allowed"), (error) => error);
    assert.ok(error instanceof ApiError && error.status === 401 && error.code === "unauthorized");
    assert.match(error.message, /User does not have admin privileges/);
    assert.equal(asked.length, 1);
  });

  await t.step("Trove's error shapes become one", async () => {
    const { token } = await (await login(password)).tokens.get();
    const ask = async (path: string, init: RequestInit = {}, auth = token!.reveal()) => {
      const headers = { "x-auth-token": auth, "content-type": "application/json", ...init.headers };
      const response = await fetch(`${home}${path}`, { ...init, headers });
      const text = await response.text();
      const json = response.headers.get("content-type")?.includes("json");
      const raw = {
        status: response.status,
        headers: response.headers,
        body: json ? JSON.parse(text) : text || undefined,
      };
      return { status: raw.status, ...explain(raw), keystone: keystoneRefused(raw) };
    };
    const none = await ask("/instances", {}, "no-token");
    assert.deepEqual([none.status, none.code, none.keystone, none.executed], [
      401,
      "Unauthorized",
      true,
      false,
    ]);
    const missing = await ask(`/instances/${crypto.randomUUID()}`);
    assert.deepEqual([missing.status, missing.code], [404, "itemNotFound"]);
    const foreign = await ask(`/../${seed.projects.alt}/instances`);
    assert.equal(foreign.status, 403);
    assert.match(
      foreign.message,
      /^Access was denied to this resource\. User with tenant id \w+ cannot access/,
    );
    const page = await ask("/instances", {
      method: "POST",
      body: "x",
      headers: { "content-type": "text/plain" },
    });
    assert.equal(page.status, 415);
    assert.doesNotMatch(page.message, /[<>\n]/);
    const broken = await ask("/instances", { method: "POST", body: "{" });
    assert.equal(broken.status, 400);
    assert.doesNotMatch(broken.message, /[<>\n]/);
    const instance = {
      name: "x",
      flavorRef: "1",
      volume: { size: 1 },
      users: [{ name: "u", password: 7_654_321 }],
    };
    const echoed = await ask("/instances", { method: "POST", body: JSON.stringify({ instance }) });
    assert.equal(echoed.status, 400);
    assert.doesNotMatch(echoed.message, /7654321/);
    const quota = await ask("/instances", {
      method: "POST",
      body: JSON.stringify({ instance: { name: "x", flavorRef: "1", volume: { size: 99 } } }),
    });
    assert.deepEqual([quota.status, quota.code, quota.throttle], [413, "overLimit", undefined]);
  });

  await t.step("a parameter's limit beyond 2^53 is what the server said", async () => {
    const { tokens } = await login(password);
    const send = trove(tokens);
    const versions = await send({ method: "GET", path: "/datastores/mysql/versions" });
    const { id } = (versions.body as { versions: { id: string }[] }).versions[0]!;
    const path = `/datastores/versions/${id}/parameters`;
    const { body } = await send({ method: "GET", path });
    const rows = body as { "configuration-parameters": { name: string; max?: number | bigint }[] };
    const exact = rows["configuration-parameters"].filter(({ max }) => typeof max === "bigint");
    assert.ok(exact.length > 0);
    const headers = { "x-auth-token": (await tokens.get()).token!.reveal() };
    const text = await (await fetch(home + path, { headers })).text();
    for (const { max } of exact) assert.ok(text.includes(String(max)));
  });
}

/**
 * Both Keystones accept each other's tokens, because they have the same keys. So the Trove here is the other pair's,
 * whose own token does not expire every two seconds as well.
 */
async function withShortLife(
  t: Deno.TestContext,
  { authUrl, fakeAuthUrl, seed }: OpenStack,
  troveUrl: string,
) {
  const endpoint = `${troveUrl}/%(project_id)s`;
  const demo = { authUrl, username: "demo", password: seed.users.demo!.password, project: "demo", endpoint };

  await t.step("a token that has run out is renewed before it is used", async () => {
    const { tokens, asked } = await login(demo);
    const first = await tokens.get();
    assert.ok(first.expiresAt - systemClock.now() <= 2000);
    await until(async () => {
      const headers = { "x-auth-token": first.token!.reveal() };
      const response = await fetch(`${authUrl}/auth/projects`, { headers });
      await response.body?.cancel();
      return response.status === 401;
    });
    assert.equal((await trove(tokens)({ method: "GET", path: "/instances" })).status, 200);
    assert.ok(asked.length >= 2);
    const fixed = await login({ token: first.token!, endpoint: `${troveUrl}/${seed.projects.demo}` });
    await assert.rejects(trove(fixed.tokens)({ method: "GET", path: "/instances" }), (error) => {
      return error instanceof ApiError && error.status === 401 &&
        /requires authentication/.test(error.message);
    });
    const again = await login({ authUrl, token: first.token!, project: "demo" });
    await assert.rejects(again.tokens.get(), /It has expired, was revoked, or is from another cloud/);
  });

  await t.step("a rate limit says how long and how many", async () => {
    // Through the door without Keystone: its short tokens would slow the requests down to below the limit.
    const headers = { "x-auth-token": "somebody" };
    const answers = await Promise.all(Array.from({ length: 40 }, async () => {
      const response = await fetch(`${fakeAuthUrl}/somebody/instances`, { headers });
      return { status: response.status, headers: response.headers, body: await response.json() };
    }));
    const limited = answers.filter(({ status }) => status === 413);
    assert.ok(limited.length > 0 && limited.length < 40, String(limited.length));
    const { throttle, executed, message } = explain(limited[0]!);
    assert.equal(executed, false);
    assert.match(message, /rate-limited/);
    assert.ok(throttle!.retryAfter! > 0 && throttle!.retryAfter! <= 60_000, JSON.stringify(throttle));
    assert.equal(throttle!.perSecond, 20 / 60);
  });
}

/** Polls every 100 ms, for the two seconds of a token's lifetime and one more. */
async function until(done: () => Promise<boolean>): Promise<void> {
  for (let nth = 0; nth < 35; nth++) {
    if (await done()) return;
    await systemClock.sleep(100);
  }
  assert.fail("it did not happen within 3.5 s");
}
