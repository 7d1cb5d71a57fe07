import assert from "node:assert/strict";
import { CredentialsError, TransportError } from "../../../../lib/engine/errors.ts";
import { createTokens, type Tokens } from "../../../../lib/clouds/openstack/keystone/keystone.ts";
import { Secret } from "../../../../lib/clouds/openstack/settings/secret.ts";
import type { Login } from "../../../../lib/clouds/openstack/settings/settings.ts";
import { VirtualClock } from "../../../../lib/sim/clock.ts";
import { keystoneDouble, refused, tokenV2, tokenV3, versions } from "./keystone_double.ts";

const START = Date.UTC(2026, 0, 1);
const password: Login = {
  method: "password",
  authUrl: "http://keystone.test/v3",
  user: { name: "demo" },
  password: new Secret("hunter2"),
  scope: { project: { name: "demo" } },
};

function tokensOf(login: Login, double: { fetch: typeof fetch }): { tokens: Tokens; clock: VirtualClock } {
  const clock = new VirtualClock({ start: START });
  return {
    clock,
    tokens: createTokens({ settings: { login, service: {}, tls: {} }, clock, fetch: double.fetch }),
  };
}

const unknownToken = () => ({ status: 401, headers: new Headers(), body: { error: { code: 401 } } });

Deno.test("nothing is sent before a token is asked for, and then once for all who ask", async () => {
  const double = keystoneDouble(() => tokenV3("t1", START, 3600));
  const { tokens } = tokensOf(password, double);
  assert.equal(double.asked.length, 0);
  const sessions = await Promise.all(Array.from({ length: 50 }, () => tokens.get()));
  assert.equal(new Set(sessions).size, 1);
  assert.equal(double.asked.length, 1);
});

Deno.test("a token is renewed a minute before its end, or a tenth of a short life, once for all", async () => {
  for (const [seconds, holds, renews] of [[3600, 3539, 3541], [100, 89, 91]] as const) {
    const double = keystoneDouble((_asked, nth) => tokenV3(`t${nth}`, START, seconds));
    const { tokens, clock } = tokensOf(password, double);
    const first = await tokens.get();
    await clock.sleep(holds * 1000);
    assert.equal(await tokens.get(), first);
    await clock.sleep((renews - holds) * 1000);
    const later = await Promise.all(Array.from({ length: 20 }, () => tokens.get()));
    assert.equal(later[0]!.token!.reveal(), "t1");
    assert.equal(double.asked.length, 2);
  }
});

Deno.test("a clock that is an hour wrong does not matter", async () => {
  for (const wrong of [-3_600_000, 3_600_000]) {
    const double = keystoneDouble((_asked, nth) => tokenV3(`t${nth}`, START + wrong, 600));
    const { tokens, clock } = tokensOf(password, double);
    assert.equal((await tokens.get()).expiresAt, START + 600_000);
    await clock.sleep(300_000);
    await tokens.get();
    assert.equal(double.asked.length, 1);
  }
});

Deno.test("a refused token is dropped once, and never for a 401 of the service's own", async () => {
  const double = keystoneDouble((_asked, nth) => tokenV3(`t${nth}`, START, 3600));
  const { tokens } = tokensOf(password, double);
  const { token } = await tokens.get();
  const admin = { ...unknownToken(), body: { unauthorized: { code: 401, message: "no admin" } } };
  assert.equal(tokens.refused(admin, token), false);
  await tokens.get();
  assert.equal(double.asked.length, 1);
  assert.equal(tokens.refused(unknownToken(), token), true);
  await tokens.get();
  // Late answers to requests with the old token do not cost the new one.
  for (let nth = 0; nth < 9; nth++) assert.equal(tokens.refused(unknownToken(), token!.reveal()), true);
  assert.equal((await tokens.get()).token!.reveal(), "t1");
  assert.equal(double.asked.length, 2);
});

Deno.test("refused credentials are remembered for half a minute, so that nobody is locked out", async () => {
  const double = keystoneDouble(() => refused());
  const { tokens, clock } = tokensOf({ ...password, scope: undefined }, double);
  for (let nth = 0; nth < 5; nth++) await assert.rejects(tokens.get(), CredentialsError);
  assert.equal(double.asked.length, 1);
  await clock.sleep(31_000);
  await assert.rejects(tokens.get(), CredentialsError);
  assert.equal(double.asked.length, 2);
});

Deno.test("a Keystone that fails for a moment costs nothing while the token in hand holds", async () => {
  let up = true;
  const double = keystoneDouble((_asked, nth) =>
    up ? tokenV3(`t${nth}`, START, 3600) : new Response("busy", { status: 503 })
  );
  const { tokens, clock } = tokensOf(password, double);
  const first = await tokens.get();
  up = false;
  await clock.sleep(3_550_000);
  assert.equal(await tokens.get(), first);
  const tried = double.asked.length;
  assert.equal(await tokens.get(), first);
  assert.equal(double.asked.length, tried, "it was asked again at once");
  await clock.sleep(60_000);
  await assert.rejects(tokens.get(), /503/);
  up = true;
  assert.match((await tokens.get()).token!.reveal(), /^t\d/);
});

Deno.test("who gives up waiting leaves the login to the others", async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => release = resolve);
  const double = keystoneDouble(async () => {
    await gate;
    return tokenV3("t1", START, 3600);
  });
  const { tokens } = tokensOf(password, double);
  const patient = tokens.get();
  const leaving = new AbortController();
  const impatient = tokens.get({ signal: leaving.signal });
  leaving.abort(new Error("enough"));
  await assert.rejects(impatient, /enough/);
  release();
  assert.equal((await patient).token!.reveal(), "t1");
  await assert.rejects(tokens.get({ signal: leaving.signal }), /enough/);
  assert.equal(double.asked.length, 1);
});

Deno.test("a token login is not repeated before its end, and ends with a sentence", async () => {
  const double = keystoneDouble((_asked, nth) => nth === 0 ? tokenV3("t1", START, 600) : refused());
  const { tokens, clock } = tokensOf({
    method: "token",
    authUrl: "http://keystone.test",
    token: new Secret("t0"),
  }, double);
  await tokens.get();
  await clock.sleep(599_000);
  await tokens.get();
  assert.equal(double.asked.length, 1);
  await clock.sleep(2_000);
  await assert.rejects(tokens.get(), /refused the given token\. It has expired, was revoked/);
});

Deno.test("v2.0 logs in by password, finds Rackspace's databases, and believes the server's date", async () => {
  const double = keystoneDouble(() => tokenV2("t1", "2030-05-05T13:00:00Z", "Sun, 05 May 2030 12:00:00 GMT"));
  const authUrl = "https://identity.test/v2.0/tokens";
  const login: Login = {
    ...password,
    authUrl,
    user: { name: "jsmith" },
    scope: { project: { name: "12345" } },
  };
  const { tokens } = tokensOf(login, double);
  assert.equal(await tokens.endpoint(), "https://dfw.databases.test/v1.0/12345");
  const session = await tokens.get();
  assert.equal(session.expiresAt, START + 3_600_000);
  assert.deepEqual([session.project?.id, session.user?.name, session.roles], ["12345", "jsmith", ["member"]]);
  assert.deepEqual(double.asked, [{
    line: "POST /v2.0/tokens",
    body: { auth: { passwordCredentials: { username: "jsmith", password: "hunter2" }, tenantName: "12345" } },
  }]);
});

Deno.test("an API key goes to v2.0 whatever the address says", async () => {
  const double = keystoneDouble(() => tokenV2("t1", "2030-05-05T13:00:00Z"));
  const login: Login = {
    method: "api-key",
    authUrl: "https://identity.test",
    username: "jsmith",
    apiKey: new Secret("k3y"),
    tenant: { name: "12345" },
  };
  await tokensOf(login, double).tokens.get();
  assert.deepEqual(double.asked, [{
    line: "POST /v2.0/tokens",
    body: {
      auth: { "RAX-KSKEY:apiKeyCredentials": { username: "jsmith", apiKey: "k3y" }, tenantName: "12345" },
    },
  }]);
});

Deno.test("an address without a version finds an old Keystone's v2.0 by asking", async () => {
  const double = keystoneDouble(({ line }) => {
    if (line === "GET /") return versions("v2.0");
    return line === "POST /v2.0/tokens"
      ? tokenV2("t1", "2030-05-05T13:00:00Z")
      : new Response("no", { status: 404 });
  });
  const { tokens } = tokensOf({ ...password, authUrl: "http://keystone.test" }, double);
  const { token } = await tokens.get();
  tokens.refused(unknownToken(), token);
  await tokens.get();
  assert.deepEqual(
    double.asked.map(({ line }) => line),
    ["POST /v3/auth/tokens", "GET /", "POST /v2.0/tokens", "POST /v2.0/tokens"],
  );
});

Deno.test("each way of logging in has its own request", async () => {
  const bodies: [Login, unknown][] = [
    [{ ...password, user: { id: "u1" }, scope: { project: { id: "p1" } } }, {
      identity: { methods: ["password"], password: { user: { id: "u1", password: "hunter2" } } },
      scope: { project: { id: "p1" } },
    }],
    [{
      ...password,
      user: { name: "demo", domain: { name: "Corp" } },
      passcode: new Secret("123"),
      scope: { system: true },
    }, {
      identity: {
        methods: ["password", "totp"],
        password: { user: { name: "demo", domain: { name: "Corp" }, password: "hunter2" } },
        totp: { user: { name: "demo", domain: { name: "Corp" }, passcode: "123" } },
      },
      scope: { system: { all: true } },
    }],
    [{ method: "application-credential", authUrl: "http://k", id: "a1", secret: new Secret("s") }, {
      identity: { methods: ["application_credential"], application_credential: { id: "a1", secret: "s" } },
    }],
    [{ method: "token", authUrl: "http://k", token: new Secret("t"), scope: { trust: "x" } }, {
      identity: { methods: ["token"], token: { id: "t" } },
      scope: { "OS-TRUST:trust": { id: "x" } },
    }],
  ];
  for (const [login, auth] of bodies) {
    const double = keystoneDouble(() => tokenV3("t1", START, 3600));
    await tokensOf(login, double).tokens.get();
    assert.deepEqual(double.asked.map(({ body }) => body), [{ auth }]);
  }
});

Deno.test("an address that is no Keystone's is said to be none", async () => {
  const addresses = {
    "ftp://h": /is not an http or https address/,
    "nonsense": /is not an http or https address/,
    "http://u:p@h/v3": /a user or a password/,
    "http://h/v1.0/auth": /v1\.0/,
  };
  for (const [authUrl, said] of Object.entries(addresses)) {
    const double = keystoneDouble(() => assert.fail("something was sent"));
    const error = await tokensOf({ ...password, authUrl }, double).tokens.get().catch((error) => error);
    assert.ok(error instanceof CredentialsError);
    assert.match(error.message, said);
    assert.doesNotMatch(error.message, /u:p|hunter2/);
  }
  const page = keystoneDouble(() =>
    new Response("<html>Welcome</html>", { headers: { "content-type": "text/html" } })
  );
  await assert.rejects(
    tokensOf(password, page).tokens.get(),
    /no Keystone answers at http:\/\/keystone\.test\/v3/,
  );
});

Deno.test("a Keystone out of reach is named, and the password is not", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const clock = new VirtualClock({ start: START });
  const real: typeof fetch = (input, init) => clock.hold(() => fetch(input, init));
  const login: Login = { ...password, authUrl: `http://127.0.0.1:${port}` };
  const tokens = createTokens({ settings: { login, service: {}, tls: {} }, clock, fetch: real });
  const error = await tokens.get().catch((error) => error);
  assert.ok(error instanceof TransportError && error.sent === "no", String(error));
  assert.match(
    error.message,
    new RegExp(`^Cannot reach Keystone at http://127.0.0.1:${port}: .*refused.*OS_AUTH_URL`),
  );
  assert.doesNotMatch(Deno.inspect(error, { depth: 9 }), /hunter2/);
});

Deno.test("no secret is printed with tokens, sessions, settings or errors", async () => {
  const double = keystoneDouble((_asked, nth) =>
    nth === 0
      ? tokenV3("t0ps3cret", START, 3600)
      : Response.json({ error: { code: 400, message: "what is hunter2?", title: "Bad Request" } }, {
        status: 400,
      })
  );
  const { tokens } = tokensOf(password, double);
  const session = await tokens.get();
  tokens.refused(unknownToken(), session.token);
  const error = await tokens.get().catch((error) => error);
  for (const one of [tokens, session, password, error, session.token]) {
    for (
      const shown of [Deno.inspect(one, { depth: 9, showHidden: true }), JSON.stringify(one), String(one)]
    ) {
      assert.doesNotMatch(shown ?? "", /t0ps3cret|hunter2/);
    }
  }
});

Deno.test("a login that is refused after it was accepted is told of once, at once, and tried ever more rarely", async () => {
  let open = true;
  const double = keystoneDouble((_asked, nth) => open ? tokenV3(`t${nth}`, START, 600) : refused());
  const clock = new VirtualClock({ start: START });
  const notices: string[] = [];
  const login: Login = { ...password, scope: undefined };
  const tokens = createTokens({
    settings: { login, service: {}, tls: {} },
    clock,
    fetch: double.fetch,
    notice: (text) => notices.push(text),
  });
  const { token } = await tokens.get();
  open = false;
  tokens.forget(token!.reveal());
  await assert.rejects(tokens.get(), CredentialsError);
  assert.equal(notices.length, 1);
  assert.match(notices[0]!, /Keystone refused user "demo".*It was accepted before/);
  const before = double.asked.length;
  for (let second = 0; second < 1800; second += 5) {
    await clock.sleep(5000);
    await assert.rejects(tokens.get(), CredentialsError);
  }
  // After 30 s, 1, 2, 4, 8 and 10 minutes: sixty wrong logins in half an hour would lock the user.
  assert.equal(double.asked.length - before, 6);
  assert.equal(notices.length, 1);
  open = true;
  await clock.sleep(600_000);
  assert.ok((await tokens.get()).token);
});

const json = (body: unknown, status: number, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
const loginOf = (authUrl: string): Login => ({ ...password, authUrl, scope: undefined }) as Login;
const failure = async (login: Login, answer: (path: string) => Response) => {
  const double = keystoneDouble(({ line }) => answer(line.split(" ")[1]!));
  return await tokensOf(login, double).tokens.get().then(
    () => assert.fail("it logged in"),
    (error) => String(error),
  );
};

Deno.test("a wrong path that is answered with 404 in JSON is not a wrong password", async () => {
  const said = await failure(
    loginOf("http://cloud.test/wrong/v3"),
    () =>
      json({ error: { code: 404, title: "Not Found", message: "The resource could not be found." } }, 404),
  );
  assert.match(said, /no Keystone answers at http:\/\/cloud\.test\/wrong\/v3: it answers 404/);
  assert.doesNotMatch(said, /refused user|password/);
});

Deno.test("advice is never the address that was given", async () => {
  const said = await failure(
    loginOf("http://cloud.test/v3"),
    (path) =>
      path === "/"
        ? versions("v3.14")
        : json({ error: { code: 404, message: "The resource could not be found." } }, 404),
  );
  assert.match(said, /The server lists this version and has no login there/);
  assert.doesNotMatch(said, /should be http:\/\/cloud\.test\/v3/);
});

Deno.test("a Keystone of v2.0 alone is found from an address without a version, also where v3 is a 404 in JSON", async () => {
  const double = keystoneDouble(({ line }) => {
    const pathname = line.split(" ")[1]!;
    if (pathname === "/") return versions("v2.0");
    return pathname.startsWith("/v2.0")
      ? tokenV2("t", "2026-01-01T01:00:00Z")
      : json({ error: { code: 404, message: "The resource could not be found." } }, 404);
  });
  const { tokens } = tokensOf(loginOf("http://cloud.test"), double);
  assert.ok((await tokens.get()).token);
});

Deno.test("where a login is redirected to is told, and no password goes there", async () => {
  const asked: string[] = [];
  const said = await failure(loginOf("http://cloud.test/v3"), (path) => {
    asked.push(path);
    return new Response(null, {
      status: 301,
      headers: { location: "https://cloud.test:5000/v3/auth/tokens?x=1" },
    });
  });
  assert.match(
    said,
    /the server redirects to https:\/\/cloud\.test:5000\/v3\. A password is not sent after a redirect/,
  );
  assert.deepEqual(asked, ["/v3/auth/tokens"]);
});

Deno.test("a reason that Keystone gives is the reason, and nothing is guessed beside it", async () => {
  const said = await failure(
    loginOf("http://cloud.test/v3"),
    () =>
      json(
        { error: { code: 401, title: "Unauthorized", message: "The account is locked for user: u1." } },
        401,
      ),
  );
  assert.match(said, /Keystone refused user "demo" \(domain "default"\): The account is locked for user: u1/);
  assert.doesNotMatch(said, /does not say|may be/);
});
