import assert from "node:assert/strict";
import { CredentialsError } from "../../../../lib/engine/errors.ts";
import { type LocalFiles, localFiles } from "../../../../lib/platform/local_files.ts";
import { fixedEnvironment } from "../../../../lib/platform/permissions.ts";
import {
  type ConnectionOptions,
  resolveConnection,
} from "../../../../lib/clouds/cloudapi/profile/profile.ts";
import { profiles } from "../../../../lib/clouds/cloudapi/profile/profile_store.ts";

type Tree = Record<string, string>;

/** A file system with only these files; counts how often each was read. */
function fakeFiles(tree: Tree) {
  const reads: string[] = [];
  const files: LocalFiles = {
    denied: new Set(),
    read(path) {
      if (Object.hasOwn(tree, path)) reads.push(path);
      return Promise.resolve(Object.hasOwn(tree, path) ? new TextEncoder().encode(tree[path]!) : undefined);
    },
    list(folder) {
      const inside = Object.keys(tree).filter((path) => path.startsWith(`${folder}/`));
      const names = new Set(inside.map((path) => path.slice(folder.length + 1).split("/")[0]!));
      return Promise.resolve(names.size === 0 ? undefined : [...names].sort());
    },
    exposed: () => Promise.resolve(false),
  };
  return { files, reads };
}

const TRITON: Tree = {
  "/home/me/.triton/config.json": JSON.stringify({ profile: "east", oldProfile: "west", cacheDir: "cache" }),
  "/home/me/.triton/profiles.d/east.json": JSON.stringify({
    url: "https://east.example.com/",
    account: "demo",
    keyId: "aa:bb",
    user: "sub",
    roles: ["ops", "read"],
    actAsAccount: "customer",
    insecure: false,
    later: "a field of tomorrow",
  }),
  "/home/me/.triton/profiles.d/west.json": JSON.stringify({
    url: "https://west.example.com",
    account: "demo",
    keyId: "k",
  }),
};
const YAML: Tree = {
  "/home/me/.config/muster/muster.yaml": `
current: home
profiles:
  home:
    url: https://home.example.com
    account: yaml
    keyPath: keys/home
  east:
    url: https://yaml-east.example.com
    account: yaml
    keyPath: ~/.ssh/east
    roles: [a, b]
    actAs: other
    insecure: true
`,
};

async function resolve(options: ConnectionOptions, env: Record<string, string>, tree: Tree = {}) {
  const notices: string[] = [];
  const { files, reads } = fakeFiles(tree);
  const connection = await resolveConnection(
    options,
    fixedEnvironment({ HOME: "/home/me", ...env }),
    files,
    (line) => {
      notices.push(line);
    },
  );
  const { source, ...values } = connection;
  return { values, source, notices, reads };
}

async function refused(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => undefined, (error) => error);
  assert.ok(error instanceof CredentialsError, `no refusal: ${error?.stack}`);
  return error.message;
}

const ENV = { TRITON_URL: "https://env.example.com", TRITON_ACCOUNT: "env", TRITON_KEY_ID: "env-key" };

Deno.test("the official client's current profile is used, with all its fields", async () => {
  const { values, source, notices } = await resolve({}, {}, TRITON);
  assert.deepEqual(values, {
    name: "east",
    url: "https://east.example.com",
    account: "demo",
    user: "sub",
    keyId: "aa:bb",
    roles: ["ops", "read"],
    actAs: "customer",
    insecure: false,
  });
  assert.equal(source.url, 'profile "east" (/home/me/.triton/profiles.d/east.json)');
  assert.deepEqual(notices, []);
});

Deno.test("a profile is used by its name, and muster.yaml's before the official client's", async () => {
  assert.equal((await resolve({ name: "west" }, {}, TRITON)).values.url, "https://west.example.com");
  const { values, source } = await resolve({ name: "east" }, {}, { ...TRITON, ...YAML });
  assert.deepEqual(values, {
    name: "east",
    url: "https://yaml-east.example.com",
    account: "yaml",
    keyPath: "/home/me/.ssh/east",
    roles: ["a", "b"],
    actAs: "other",
    insecure: true,
  });
  assert.equal(source.keyPath, 'profile "east" (/home/me/.config/muster/muster.yaml)');
});

Deno.test("muster.yaml says which profile is current, and paths in it are from where it lies", async () => {
  const { values } = await resolve({}, {}, { ...TRITON, ...YAML });
  assert.equal(values.name, "home");
  assert.equal(values.keyPath, "/home/me/.config/muster/keys/home");
});

Deno.test("muster.yaml in the working folder goes before the one in the config folder", async () => {
  const here = {
    "muster.yaml": "profiles: {home: {url: 'https://here.example.com', account: here, keyPath: k}}",
  };
  const { values } = await resolve({}, {}, { ...YAML, ...here });
  assert.deepEqual([values.url, values.keyPath], ["https://here.example.com", "k"]);
  const other = { "muster.yaml": "current: east" };
  assert.equal((await resolve({}, {}, { ...YAML, ...other })).values.name, "east");
});

Deno.test("XDG_CONFIG_HOME moves muster.yaml and the official client's profiles", async () => {
  const moved = {
    "/xdg/muster/muster.yaml": "current: m\nprofiles: {m: {url: 'https://m.example.com', account: a}}",
    "/xdg/triton/profiles.d/t.json": '{"url":"https://t.example.com","account":"a"}',
  };
  assert.equal((await resolve({}, { XDG_CONFIG_HOME: "/xdg" }, moved)).values.name, "m");
  assert.equal(
    (await resolve({ name: "t" }, { XDG_CONFIG_HOME: "/xdg" }, moved)).values.url,
    "https://t.example.com",
  );
  // The official client's old place still counts while the new one is not there.
  assert.equal((await resolve({}, { XDG_CONFIG_HOME: "/none" }, TRITON)).values.name, "east");
});

Deno.test("TRITON_CONFIG_DIR says where the official client's profiles are, before anything else", async () => {
  const moved = {
    ...TRITON,
    "/etc/triton/config.json": JSON.stringify({ profile: "moved" }),
    "/etc/triton/profiles.d/moved.json": JSON.stringify({
      url: "https://m.example.com",
      account: "m",
      keyId: "k",
    }),
  };
  const env = { TRITON_CONFIG_DIR: "/etc/triton", XDG_CONFIG_HOME: "/xdg" };
  assert.equal((await resolve({}, env, moved)).values.name, "moved");
  await assert.rejects(resolve({ name: "east" }, env, moved), CredentialsError);
});

Deno.test("the environment wins over the current profile, and that is said", async () => {
  const { values, source, notices } = await resolve({}, ENV, TRITON);
  assert.deepEqual(values, {
    name: "env.example.com",
    url: "https://env.example.com",
    account: "env",
    keyId: "env-key",
  });
  assert.deepEqual(source, { url: "TRITON_URL", account: "TRITON_ACCOUNT", keyId: "TRITON_KEY_ID" });
  assert.deepEqual(notices, [
    "TRITON_URL, TRITON_ACCOUNT, TRITON_KEY_ID from the environment win over the current profile " +
    '"east" (/home/me/.triton/profiles.d/east.json)',
  ]);
});

Deno.test("without a current profile the environment is used silently", async () => {
  assert.deepEqual((await resolve({}, ENV)).notices, []);
});

Deno.test("MUSTER_ goes before TRITON_, and TRITON_ before SDC_", async () => {
  const all = {
    MUSTER_ACCOUNT: "m",
    TRITON_ACCOUNT: "t",
    SDC_ACCOUNT: "s",
    SDC_URL: "https://s.example.com",
    TRITON_KEY_ID: "k",
  };
  const { values, source } = await resolve({}, all);
  assert.deepEqual([values.account, values.url, values.keyId], ["m", "https://s.example.com", "k"]);
  assert.deepEqual(source, { url: "SDC_URL", account: "MUSTER_ACCOUNT", keyId: "TRITON_KEY_ID" });
});

Deno.test("every variable is understood as the official clients do", async () => {
  const { values } = await resolve({}, {
    ...ENV,
    TRITON_USER: "sub",
    TRITON_ROLE: "ops, read",
    TRITON_ACT_AS: "customer",
    SDC_TESTING: "anything",
  });
  assert.deepEqual(values, {
    name: "env.example.com",
    url: "https://env.example.com",
    account: "env",
    user: "sub",
    keyId: "env-key",
    roles: ["ops", "read"],
    actAs: "customer",
    insecure: true,
  });
  assert.equal(
    (await resolve({}, { ...ENV, TRITON_TLS_INSECURE: "false", SDC_TESTING: "1" })).values.insecure,
    false,
  );
  assert.match(
    await refused(resolve({}, { ...ENV, TRITON_TLS_INSECURE: "maybe" })),
    /neither "true" nor "false": maybe/,
  );
});

Deno.test("TRITON_KEY_MATERIAL is a key or a path, and a printed connection shows no key", async () => {
  const pem = "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----";
  const env = { TRITON_URL: ENV.TRITON_URL, TRITON_ACCOUNT: "a" };
  const { values } = await resolve({}, { ...env, TRITON_KEY_MATERIAL: pem });
  assert.equal(values.keyMaterial!(), pem);
  assert.doesNotMatch(Deno.inspect(values) + JSON.stringify(values), /SECRET/);
  assert.equal(
    (await resolve({}, { ...env, TRITON_KEY_MATERIAL: "/keys/mine" })).values.keyPath,
    "/keys/mine",
  );
});

Deno.test("options beat everything, field by field", async () => {
  const { values, source } = await resolve({ keyPath: "/my/key" }, ENV, TRITON);
  assert.deepEqual([values.account, values.keyPath, values.keyId], ["env", "/my/key", undefined]);
  assert.equal(source.keyPath, "options");
  const named = await resolve({ name: "east", account: "me" }, {}, TRITON);
  // Another account: the profile's sub-user, roles and act-as are not its.
  assert.deepEqual(named.values, {
    name: "east",
    url: "https://east.example.com",
    account: "me",
    keyId: "aa:bb",
    insecure: false,
  });
});

Deno.test("a named profile goes before the environment, which fills what it leaves open", async () => {
  const { values, notices } = await resolve({ name: "west" }, { ...ENV, TRITON_USER: "nobody" }, TRITON);
  assert.deepEqual(values, { name: "west", url: "https://west.example.com", account: "demo", keyId: "k" });
  assert.deepEqual(notices, [
    'the profile "west" (/home/me/.triton/profiles.d/west.json) was named, so TRITON_URL is not used',
  ]);
  const open = { "muster.yaml": "profiles: {p: {url: 'https://p.example.com'}}" };
  const filled = await resolve({ name: "p" }, { ...ENV, TRITON_USER: "sub" }, open);
  assert.deepEqual(filled.values, {
    name: "p",
    url: "https://p.example.com",
    account: "env",
    user: "sub",
    keyId: "env-key",
  });
});

Deno.test("TRITON_PROFILE names a profile, and `env` means the environment alone", async () => {
  assert.equal((await resolve({}, { TRITON_PROFILE: "west" }, TRITON)).values.name, "west");
  assert.equal(
    (await resolve({}, { TRITON_PROFILE: "east", MUSTER_PROFILE: "west" }, TRITON)).values.name,
    "west",
  );
  const { values, notices } = await resolve({}, { ...ENV, TRITON_PROFILE: "env" }, TRITON);
  assert.deepEqual([values.name, values.url, notices.length], ["env", "https://env.example.com", 0]);
  assert.equal((await resolve({ name: "env" }, ENV, TRITON)).values.account, "env");
});

Deno.test("a URL takes its credentials from options, environment, the profile with that URL, the current one", async () => {
  const known = await resolve({ url: "https://west.example.com/" }, {}, TRITON);
  assert.deepEqual([known.values.url, known.values.account, known.values.keyId], [
    "https://west.example.com",
    "demo",
    "k",
  ]);
  const strange = await resolve({ url: "https://strange.example.com" }, {}, { ...YAML });
  assert.equal(strange.values.account, "yaml");
  const insecure = await resolve(
    { url: "https://strange.example.com" },
    { SDC_TESTING: "1", ...ENV },
    TRITON,
  );
  assert.equal(insecure.values.insecure, undefined, "another address's `insecure` was taken over");
  assert.equal(insecure.values.account, "env");
});

Deno.test("a keyId with the account in it says the account too", async () => {
  const env = { TRITON_URL: ENV.TRITON_URL, TRITON_KEY_ID: "/demo/users/sub/keys/laptop" };
  const { values } = await resolve({}, env);
  assert.deepEqual([values.account, values.user], ["demo", "sub"]);
});

Deno.test("a complete environment is enough even when the current profile is broken", async () => {
  const broken = { "/home/me/.triton/config.json": '{"profile":"gone"}' };
  assert.equal((await resolve({}, ENV, broken)).values.account, "env");
  assert.match(
    await refused(resolve({}, {}, broken)),
    /Cannot use the current profile that .*config\.json names: gone does not exist/,
  );
});

Deno.test("with nothing set, the error names the simulator as the way to try things", async () => {
  const message = await refused(resolve({}, {}));
  assert.match(message, /^Cannot connect: no datacenter is set\. Set MUSTER_URL/);
  assert.match(message, /use dc\("sim"\)\.$/);
  assert.match(
    await refused(resolve({ url: "https://x.example.com" }, {})),
    /no account is set for https:\/\/x\.example\.com\. .*dc\("sim"\)\.$/,
  );
});

Deno.test("an unknown profile is refused with those there are", async () => {
  assert.match(
    await refused(resolve({ name: "north" }, ENV, { ...TRITON, ...YAML })),
    /: there is no profile "north" \(there are home, east, west\)/,
  );
});

Deno.test("a profile's name leads to no file outside its folder", async () => {
  const tree = {
    ...TRITON,
    "/home/me/.triton/profiles.d/../secret.json": '{"url":"https://x.example.com","account":"a"}',
  };
  assert.match(await refused(resolve({ name: "../secret" }, {}, tree)), /there is no profile "\.\.\/secret"/);
});

const BROKEN: [string, Tree, RegExp][] = [
  [
    "YAML",
    { "muster.yaml": "profiles: {a: [\nsecret: x" },
    /^Cannot use muster\.yaml: it is not valid YAML: .* in line \d+$/,
  ],
  ["YAML of another shape", { "muster.yaml": "- a\n- b" }, /must have `profiles`/],
  [
    "a YAML profile that is a text",
    { "muster.yaml": "profiles: {x: hello}" },
    /profile "x" in muster\.yaml: it is not a mapping/,
  ],
  [
    "a field that does not exist",
    { "muster.yaml": "profiles: {x: {ulr: y}}" },
    /unknown field, ulr\. The fields are url, account/,
  ],
  ["a URL that is a number", { "muster.yaml": "profiles: {x: {url: 5}}" }, /its `url` is not a text\.$/],
  [
    "a role that is a text",
    { "muster.yaml": "profiles: {x: {roles: ops}}" },
    /its `roles` is not a list of names\.$/,
  ],
  [
    "an insecure that is a text",
    { "muster.yaml": "profiles: {x: {insecure: 'no'}}" },
    /neither true nor false\.$/,
  ],
  [
    "JSON",
    { "/home/me/.triton/profiles.d/x.json": '{"secret": tru' },
    /^Cannot use .*x\.json: it is not valid JSON\.$/,
  ],
];
for (const [what, tree, says] of BROKEN) {
  Deno.test(`broken settings are one clear sentence: ${what}`, async () => {
    const message = await refused(resolve({ name: "x" }, {}, tree));
    assert.match(message, says);
    assert.doesNotMatch(message, /secret|\n/);
  });
}

for (
  const url of [
    "us-east-1.api.example.com",
    "ftp://x.example.com",
    "https://me:pw@x.example.com",
    "https://x.example.com/?a=b",
  ]
) {
  Deno.test(`${url} is no datacenter's URL`, async () => {
    const message = await refused(resolve({ url, account: "a", keyPath: "k" }, {}));
    assert.match(message, /^Cannot use the datacenter's URL of options: /);
    assert.doesNotMatch(message, /pw/);
  });
}

Deno.test("profiles() lists everything with its source, and what is broken with its problem", async () => {
  const { files } = fakeFiles({ ...TRITON, ...YAML, "/home/me/.triton/profiles.d/bad.json": "{" });
  const list = await profiles(
    fixedEnvironment({ HOME: "/home/me", TRITON_ACCOUNT: "a", TRITON_KEY_MATERIAL: "PRIVATE KEY" }),
    files,
  );
  assert.deepEqual(list.map(({ name, source, current }) => [name, source, current]), [
    ["env", "environment", false],
    ["home", "/home/me/.config/muster/muster.yaml", true],
    ["east", "/home/me/.config/muster/muster.yaml", false],
    ["bad", "?", false],
    ["west", "/home/me/.triton/profiles.d/west.json", false],
  ]);
  assert.match(list[3]!.problem!, /not valid JSON/);
  assert.ok(list.every((entry) => !("keyMaterial" in entry)));
  const byEnvironment = await profiles(fixedEnvironment({ HOME: "/home/me", ...ENV }), files);
  assert.deepEqual(byEnvironment.filter(({ current }) => current).map(({ name }) => name), ["env"]);
});

Deno.test("each file is read once for a handle, and not before it is needed", async () => {
  const folder = await Deno.makeTempDir({ prefix: "muster-profile-" });
  try {
    await Deno.mkdir(`${folder}/.triton/profiles.d`, { recursive: true });
    const path = `${folder}/.triton/profiles.d/x.json`;
    await Deno.writeTextFile(path, '{"url":"https://first.example.com","account":"a"}');
    const files = localFiles();
    const env = fixedEnvironment({ HOME: folder });
    const url = async (from: LocalFiles) => (await resolveConnection({ name: "x" }, env, from)).url;
    assert.equal(await url(files), "https://first.example.com");
    await Deno.writeTextFile(path, '{"url":"https://second.example.com","account":"a"}');
    assert.equal(await url(files), "https://first.example.com");
    assert.equal(await url(localFiles()), "https://second.example.com");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const { reads } = await resolve({ url: "https://x.example.com", account: "a", keyPath: "k" }, {}, {
    ...TRITON,
    ...YAML,
  });
  assert.deepEqual(reads, []);
});

Deno.test("who gives url, account and key gets just that: neither environment nor profiles add to it or break it", async () => {
  const given = { url: "https://own.example.com", account: "me", keyId: "cc:dd" };
  const { files, reads } = fakeFiles(TRITON);
  const asked: string[] = [];
  const env = {
    denied: new Set<string>(),
    get: (name: string) => (asked.push(name), name === "TRITON_TLS_INSECURE" ? "perhaps" : `${name}'s`),
  };
  const connection = await resolveConnection(given, env, files);
  const { url, account, keyId, user, roles, actAs, insecure } = connection;
  assert.deepEqual({ url, account, keyId }, given);
  assert.deepEqual(
    [user, roles?.length || undefined, actAs, insecure || undefined],
    Array(4).fill(undefined),
  );
  assert.deepEqual([asked, reads], [[], []]);
});
