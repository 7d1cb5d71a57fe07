import assert from "node:assert/strict";
import { CredentialsError } from "../../../../lib/engine/errors.ts";
import { type CloudOptions, resolveCloud } from "../../../../lib/clouds/openstack/settings/clouds.ts";
import { UnreadableError } from "../../../../lib/clouds/openstack/settings/clouds_files.ts";
import type { Login } from "../../../../lib/clouds/openstack/settings/settings.ts";

/** Resolves with these variables and files. Nobody is at the terminal, unless `typed` has the answers. */
async function resolve(
  options: string | CloudOptions,
  variables: Record<string, string> = {},
  contents: Record<string, string> = {},
  typed?: string,
) {
  const questions: string[] = [];
  const found = await resolveCloud(options, {
    env: { get: (name) => ({ HOME: "/home/me", ...variables })[name], readable: () => true },
    files: { os: "linux", read: (path) => Promise.resolve(contents[path]) },
    ask: (question) => {
      questions.push(question);
      return Promise.resolve(typed);
    },
  });
  return { ...found, login: found.settings.login, questions };
}

/** A login with its secrets opened, to compare. */
function opened(login: Login): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(login).filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, typeof value === "object" && "reveal" in value ? value.reveal() : value]),
  );
}

const OPENRC = {
  OS_AUTH_URL: "http://env.test/v3",
  OS_USERNAME: "demo",
  OS_PASSWORD: "env-password",
  OS_PROJECT_NAME: "demo",
  OS_USER_DOMAIN_NAME: "Corp",
  OS_REGION_NAME: "North",
};

const HOME = "/home/me/.config/openstack/clouds.yaml";
const CLOUDS = `
x-common: &common
  auth_url: http://file.test/v3
  user_domain_name: Default
clouds:
  staging:
    auth: { <<: *common, username: demo, password: 0123, project_name: 1e5 }
    regions: [North, { name: South, values: { database_endpoint_override: "http://south.test/{region_name}" } }]
  prod:
    auth-type: v3applicationcredential
    auth: { auth_url: http://prod.test, application_credential_id: abc }
    interface: internalURL
    verify: false
`;

Deno.test("an openrc's variables make a cloud, and each setting says where it is from", async () => {
  const { name, login, settings, origins } = await resolve({}, { ...OPENRC, OS_INTERFACE: "internalURL" });
  assert.equal(name, "envvars");
  assert.deepEqual(opened(login), {
    method: "password",
    authUrl: "http://env.test/v3",
    user: { name: "demo", domain: { name: "Corp" } },
    password: "env-password",
    scope: { project: { name: "demo", domain: { id: "default" } } },
  });
  assert.equal(settings.service.region, "North");
  assert.equal(settings.service.interface, "internal");
  assert.equal(origins.username, "OS_USERNAME");
  assert.equal(origins.region_name, "OS_REGION_NAME");
  assert.doesNotMatch(Deno.inspect({ settings, origins }, { depth: 9 }), /env-password/);
});

Deno.test("older and rarer variables are understood", async () => {
  const old = await resolve({}, {
    OS_AUTH_URL: "http://h/v2.0",
    OS_USER_ID: "u1",
    OS_PASSWORD: "x",
    OS_TENANT_ID: "p1",
    OS_PROJECT_NAME: "",
    OS_ENDPOINT_TYPE: "adminURL",
    TROVE_BYPASS_URL: "http://t/%(project_id)s",
    OS_CACERT: "/ca.pem",
    OS_INSECURE: "1",
    OS_CLOUD_NAME: "mine",
  });
  assert.equal(old.name, "mine");
  assert.deepEqual(opened(old.login).scope, { project: { id: "p1" } });
  assert.deepEqual(opened(old.login).user, { id: "u1" });
  assert.equal(old.settings.endpoint, "http://t/%(project_id)s");
  assert.equal(old.settings.service.interface, "admin");
  assert.deepEqual([old.settings.tls.caCert, old.settings.tls.insecure], ["/ca.pem", true]);

  // The method of an application credential need not be given.
  const credential = await resolve({}, {
    OS_AUTH_URL: "http://h",
    OS_APPLICATION_CREDENTIAL_ID: "a",
    OS_APPLICATION_CREDENTIAL_SECRET: "s",
  });
  assert.deepEqual(opened(credential.login), {
    method: "application-credential",
    authUrl: "http://h",
    id: "a",
    secret: "s",
  });
  const token = await resolve({}, { OS_AUTH_URL: "http://h", OS_TOKEN: "t", OS_AUTH_TYPE: "v3token" });
  assert.deepEqual(opened(token.login), { method: "token", authUrl: "http://h", version: "3", token: "t" });
  const fixed = await resolve({}, { OS_TOKEN: "t", OS_ENDPOINT: "http://t/v1.0/p" });
  assert.deepEqual([fixed.login.method, fixed.settings.endpoint], ["fixed", "http://t/v1.0/p"]);
  await assert.rejects(
    resolve({}, { ...OPENRC, OS_AUTH_TYPE: "v3oidcpassword" }),
    /not known: v3oidcpassword \(OS_AUTH_TYPE\)/,
  );
  await assert.rejects(resolve({}, { ...OPENRC, OS_INTERFACE: "sideways" }), /sideways \(OS_INTERFACE\)/);
});

Deno.test("clouds.yaml keeps a password 0123 and a project 1e5 as they stand, and knows anchors and regions", async () => {
  const { login, settings, origins } = await resolve("staging", {}, { [HOME]: CLOUDS });
  assert.equal(opened(login).password, "0123");
  assert.deepEqual(opened(login).scope, { project: { name: "1e5", domain: { id: "default" } } });
  assert.equal(opened(login).authUrl, "http://file.test/v3");
  assert.equal(settings.service.region, "North");
  assert.equal(settings.endpoint, undefined);
  assert.equal(origins.password, HOME);
  const south = await resolve({ cloud: "staging", region: "South" }, {}, { [HOME]: CLOUDS });
  assert.equal(south.settings.endpoint, "http://south.test/South");
});

Deno.test("secure.yaml lies over clouds.yaml, and the first file found of each kind counts", async () => {
  const secure = "clouds: { prod: { auth: { application_credential_secret: 'null' } } }";
  const { login, settings, origins } = await resolve("prod", {}, {
    [HOME]: CLOUDS,
    "/etc/openstack/clouds.yaml": "clouds: { other: {} }",
    "./secure.yml": secure,
  });
  assert.deepEqual(opened(login), {
    method: "application-credential",
    authUrl: "http://prod.test",
    id: "abc",
    secret: "null",
  });
  assert.deepEqual([origins.application_credential_secret, origins.auth_url], ["./secure.yml", HOME]);
  assert.deepEqual([settings.service.interface, settings.tls.insecure], ["internal", true]);
  const both = await resolve("staging", {}, {
    [HOME]: CLOUDS,
    "./secure.yaml": "clouds: { staging: { auth: { password: kept-apart } } }",
  });
  assert.equal(opened(both.login).password, "kept-apart");
  const named = await resolve("only", { OS_CLIENT_CONFIG_FILE: "/x.yaml" }, {
    [HOME]: CLOUDS,
    "/x.yaml": "clouds: { only: { auth: { auth_url: http://x, username: u, password: p } } }",
  });
  assert.deepEqual(named.clouds, ["only"]);
  await assert.rejects(
    resolve("only", { OS_CLIENT_CONFIG_FILE: "/none.yaml" }),
    /OS_CLIENT_CONFIG_FILE names does not exist/,
  );
});

Deno.test("a vendor's profile lies under a cloud", async () => {
  const cloud = "clouds: { rs: { profile: rackspace, region_name: DFW, auth: { username: u, api_key: k } } }";
  const { login, settings } = await resolve("rs", {}, { [HOME]: cloud });
  assert.deepEqual(opened(login), {
    method: "api-key",
    authUrl: "https://identity.api.rackspacecloud.com/v2.0/",
    username: "u",
    apiKey: "k",
  });
  assert.deepEqual(settings.service.types, ["rax:database"]);
  const files = { [HOME]: "clouds: { c: { profile: acme, auth: { username: u, password: p } } }" };
  await assert.rejects(resolve("c", {}, files), /profile is not known: acme\. Known profiles are rackspace/);
  const vendors = {
    ...files,
    "./clouds-public.yaml": "public-clouds: { acme: { auth: { auth_url: http://acme.test } } }",
  };
  assert.equal(opened((await resolve("c", {}, vendors)).login).authUrl, "http://acme.test");
});

Deno.test("the cloud is the argument's, else OS_CLOUD, else the variables', else the only one", async () => {
  const files = { [HOME]: CLOUDS };
  assert.equal((await resolve({ cloud: "staging" }, { ...OPENRC, OS_CLOUD: "prod" }, files)).name, "staging");
  const chosen = await resolve({}, { ...OPENRC, OS_CLOUD: "staging" }, files);
  assert.equal(chosen.name, "staging");
  // The variables' password is the other cloud's; their region is a choice that counts.
  assert.equal(opened(chosen.login).password, "0123");
  assert.equal(chosen.origins.region_name, "OS_REGION_NAME");
  assert.equal((await resolve({}, OPENRC, files)).name, "envvars");
  const one = { [HOME]: "clouds: { only: { auth: { auth_url: http://x, username: u, password: p } } }" };
  assert.equal((await resolve({}, {}, one)).name, "only");
  await assert.rejects(
    resolve({}, {}, files),
    /there are several: there are prod, staging; OS_CLOUD chooses one/,
  );
  await assert.rejects(
    resolve({ cloud: "nope" }, {}, files),
    /cloud "nope" \(arguments\): .*there are prod, staging/,
  );
  await assert.rejects(resolve({}, { OS_CLOUD: "nope" }, files), /cloud "nope" \(OS_CLOUD\)/);
  await assert.rejects(resolve({}), /no clouds.yaml was found and OS_AUTH_URL is not set.*dbaas\("sim"\)/);
});

Deno.test("a name that is no cloud's is a region of the current cloud", async () => {
  const { name, settings } = await resolve("South", { OS_CLOUD: "staging" }, { [HOME]: CLOUDS });
  assert.equal(name, "staging");
  assert.deepEqual(settings.service.clouds, ["prod", "staging"]);
  assert.deepEqual([settings.service.region, settings.endpoint], ["South", "http://south.test/South"]);
  const beside = await resolve("South", { OS_CLOUD: "staging", OS_REGION_NAME: "North" }, { [HOME]: CLOUDS });
  assert.equal(beside.settings.service.region, "South");
  await assert.rejects(resolve({ name: "x", region: "y" }, OPENRC), /cloud "x" \(arguments\)/);
  const env = await resolve("West", OPENRC);
  assert.equal(env.settings.service.region, "West");
  await assert.rejects(
    resolve("West", {}, { [HOME]: CLOUDS }),
    /Cannot find "West": it is not a cloud.*prod, staging/,
  );
  // A fixed address would lead a misspelt name to whatever is there.
  const bypass = { ...OPENRC, TROVE_BYPASS_URL: "http://t/v1.0/p" };
  await assert.rejects(
    resolve("West", bypass),
    /region "West": the address of the database service is set by TROVE_BYPASS_URL/,
  );
  assert.equal((await resolve("North", bypass)).settings.endpoint, "http://t/v1.0/p");
});

Deno.test("a password is not taken along to another server or another user", async () => {
  const server = await resolve({ authUrl: "http://evil.test", username: "demo" }, OPENRC).catch((error) =>
    error
  );
  assert.ok(server instanceof CredentialsError);
  assert.match(server.message, /password \(OS_PASSWORD\) is missing/);
  await assert.rejects(resolve({ username: "root" }, OPENRC), /password \(OS_PASSWORD\) is missing/);
  const other = { cloud: "staging", authUrl: "http://evil.test" };
  await assert.rejects(
    resolve(other, {}, { [HOME]: CLOUDS }),
    /username .*or user_id .*and password .*are missing/,
  );
  const same = await resolve({ authUrl: "http://env.test/v3/", username: "demo", project: "other" }, OPENRC);
  assert.equal(opened(same.login).password, "env-password");
  const alone = await resolve({ authUrl: "http://new.test", username: "me" }, { OS_PASSWORD: "for-this" });
  assert.equal(opened(alone.login).password, "for-this");
});

Deno.test("arguments lie over a cloud's settings", async () => {
  const files = { [HOME]: CLOUDS };
  const { login, settings } = await resolve(
    { cloud: "staging", projectId: "p9", password: "other", interface: "admin", endpoint: "http://t" },
    {},
    files,
  );
  assert.deepEqual(opened(login).scope, { project: { id: "p9" } });
  assert.equal(opened(login).password, "other");
  assert.deepEqual([settings.service.interface, settings.endpoint], ["admin", "http://t"]);
  const byName = await resolve({ project: "mine" }, { ...OPENRC, OS_PROJECT_NAME: "", OS_PROJECT_ID: "p1" });
  assert.deepEqual(opened(byName.login).scope, { project: { name: "mine", domain: { id: "default" } } });
  const token = await resolve({ cloud: "staging", token: "t" }, {}, files);
  assert.equal(token.login.method, "token");
  const secret = { secret: "s", id: "abc" };
  await assert.rejects(
    resolve({ cloud: "prod", project: "x", applicationCredential: secret }, {}, files),
    /project "x": an application credential belongs to its own project/,
  );
});

Deno.test("only a missing password is asked for, and never echoed into settings' print", async () => {
  const { OS_PASSWORD: _, ...bare } = OPENRC;
  const { login, origins, questions } = await resolve({}, bare, {}, "typed");
  assert.deepEqual(questions, ["Password of demo at env.test"]);
  assert.deepEqual([opened(login).password, origins.password], ["typed", "terminal"]);
  await assert.rejects(
    resolve({}, bare),
    /Cannot log in to cloud "envvars" by password: password \(OS_PASSWORD\) is missing/,
  );
  const { OS_AUTH_URL: __, ...less } = bare;
  const twoMissing = await resolve({}, less, {}, "typed").catch((error) => error);
  assert.match(twoMissing.message, /auth_url \(OS_AUTH_URL\) and password \(OS_PASSWORD\) are missing/);
});

Deno.test("what may not be read is named with the flag to grant", async () => {
  const files = {
    os: "linux",
    read: (path: string) => Promise.reject(new UnreadableError(`run with --allow-read=${path}`, true)),
  };
  const env = { get: () => undefined, readable: () => false };
  const error = await resolveCloud("x", { env, files }).catch((error) => error);
  assert.ok(error instanceof CredentialsError);
  assert.match(error.message, /--allow-read=\.,\/etc\/openstack/);
  assert.match(error.message, /--allow-env=HOME/);
  assert.match(error.message, /Not all OS_ variables may be read/);
  const named = {
    get: (name: string) => name === "OS_CLIENT_CONFIG_FILE" ? "/x.yaml" : undefined,
    readable: () => true,
  };
  await assert.rejects(
    resolveCloud("x", { env: named, files }),
    /\/x\.yaml \(OS_CLIENT_CONFIG_FILE\).*--allow-read=\/x\.yaml/,
  );
});

Deno.test("broken YAML is named by file and line, without showing what stands there", async () => {
  const broken = "clouds:\n  a:\n    auth: { password: hunter2\n  b: ]";
  const error = await resolve("a", {}, { [HOME]: broken }).catch((error) => error);
  assert.ok(error instanceof CredentialsError);
  assert.match(error.message, /clouds\.yaml: it is not valid YAML: .*line \d/);
  assert.doesNotMatch(Deno.inspect(error, { depth: 9 }), /hunter2/);
});

const MIN = `auth_url: "http://h.test/v3", username: demo, password: real, project_name: demo`;

Deno.test("null is not set, also over a real value; a quoted null is a word", async () => {
  const file =
    `clouds: { a: { auth: { ${MIN}, user_domain_name: null, project_id: ~ }, cacert: null, region_name: } }`;
  const secure = "/home/me/.config/openstack/secure.yaml";
  const found = await resolve("a", {}, {
    [HOME]: file,
    [secure]: "clouds: { a: { auth: { password: null } } }",
  });
  assert.equal(opened(found.login).password, "real");
  assert.equal(found.settings.tls.caCert, undefined);
  assert.equal(found.settings.service.region, undefined);
  assert.deepEqual(opened(found.login).user, { name: "demo", domain: { id: "default" } });
  const word = file.replace("password: real", `password: "null"`);
  assert.equal(opened((await resolve("a", {}, { [HOME]: word })).login).password, "null");
});

Deno.test("clouds.json needs no YAML, and its booleans, numbers and nulls count", async () => {
  const json = "/home/me/.config/openstack/clouds.json";
  const auth = {
    auth_url: "http://h.test/v3",
    username: "demo",
    password: 12345,
    project_name: "demo",
    user_id: null,
  };
  const file = JSON.stringify({ clouds: { a: { auth, verify: false, cacert: null, api_timeout: 2.5 } } });
  const { login, settings } = await resolve("a", {}, { [json]: file });
  assert.equal(opened(login).password, "12345");
  assert.equal(settings.tls.insecure, true);
  assert.equal(settings.timeout, 2500);
  // A tab is valid there, and a mistake is reported without the text around it.
  assert.equal((await resolve("a", {}, { [json]: `\t${file}` })).name, "a");
  await assert.rejects(resolve("a", {}, { [json]: `{"password": "geheim"` }), (error) => {
    assert.match(String(error), /clouds\.json: it is not valid JSON/);
    return !/geheim/.test(Deno.inspect(error));
  });
});

Deno.test("what openstacksdk knows is known: ~ in paths, database_endpoint, several interfaces, api_timeout", async () => {
  const more =
    `cacert: ~/ca.pem, database_endpoint: "http://trove.test/v1.0/x", interface: [internal, public], api_timeout: 30`;
  const { settings } = await resolve("a", {}, { [HOME]: `clouds: { a: { auth: { ${MIN} }, ${more} } }` });
  assert.equal(settings.tls.caCert, "/home/me/ca.pem");
  assert.equal(settings.endpoint, "http://trove.test/v1.0/x");
  assert.deepEqual(settings.service.interface, ["internal", "public"]);
  assert.equal(settings.timeout, 30_000);
  assert.equal(
    (await resolve({}, { ...OPENRC, OS_CACERT: "~/x.pem" })).settings.tls.caCert,
    "/home/me/x.pem",
  );
  for (
    const [wrong, says] of [
      ["api_timeout: soon", /Cannot use api_timeout: it is not a number of seconds above zero: soon/],
      ["interface: [outside]", /the given interface: it does not exist/],
      ["cacert: [a, b]", /clouds\.yaml: its setting "cacert" is a list, and should be a text/],
      ["region_name: { a: b }", /its setting "region_name" is a group of settings/],
    ] as const
  ) {
    await assert.rejects(resolve("a", {}, { [HOME]: `clouds: { a: { auth: { ${MIN} }, ${wrong} } }` }), says);
  }
  await assert.rejects(
    resolve("a", {}, { [HOME]: "clouds: { a: { auth: demo } }" }),
    /its setting auth is not a group/,
  );
});
