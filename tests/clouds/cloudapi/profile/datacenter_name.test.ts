import assert from "node:assert/strict";
import { CredentialsError } from "../../../../lib/engine/errors.ts";
import { resolveDatacenter } from "../../../../lib/clouds/cloudapi/profile/datacenter_name.ts";
import type { LocalFiles } from "../../../../lib/platform/local_files.ts";
import { fixedEnvironment } from "../../../../lib/platform/permissions.ts";
import type {
  ConnectionOptions,
  ConnectionSettings,
} from "../../../../lib/clouds/cloudapi/profile/profile.ts";

const PROFILES: Record<string, string> = {
  "muster.yaml": `
current: prod
profiles:
  prod: { url: "https://east.example.com", account: demo, user: sub, keyId: k, insecure: true }
  stage: { url: "https://stage.example.com", account: demo, keyId: k }
`,
};

function resolve(
  wanted: string | ConnectionOptions | undefined,
  list: (connection: ConnectionSettings) => Promise<Record<string, string>>,
  tree = PROFILES,
) {
  const files: LocalFiles = {
    denied: new Set(),
    read: (path) =>
      Promise.resolve(tree[path] === undefined ? undefined : new TextEncoder().encode(tree[path])),
    list: () => Promise.resolve(undefined),
    exposed: () => Promise.resolve(false),
  };
  return resolveDatacenter(wanted, { env: fixedEnvironment({}), files, listDatacenters: list, notice() {} });
}

const never = () => Promise.reject(new Error("nothing was to be sent"));

async function refused(work: Promise<unknown>): Promise<CredentialsError> {
  const error = await work.then(() => undefined, (error) => error);
  assert.ok(error instanceof CredentialsError, `no refusal: ${error?.stack}`);
  return error;
}

Deno.test("dc() is the current profile, dc(profile) that profile, and neither asks the server", async () => {
  assert.equal((await resolve(undefined, never)).name, "prod");
  assert.equal((await resolve("stage", never)).url, "https://stage.example.com");
  assert.equal((await resolve({ name: "stage", account: "me" }, never)).account, "me");
});

Deno.test("dc(url) is that URL, with the current profile's credentials", async () => {
  const { url, account, name } = await resolve("http://127.0.0.1:8080/", never);
  assert.deepEqual([url, account, name], ["http://127.0.0.1:8080", "demo", "127.0.0.1:8080"]);
});

Deno.test("dc(name) with a URL is that URL under that name", async () => {
  const { url, name } = await resolve({ name: "lab", url: "https://lab.example.com" }, never);
  assert.deepEqual([url, name], ["https://lab.example.com", "lab"]);
});

Deno.test("dc(datacenter) is looked up at the current profile's server, and keeps its credentials", async () => {
  const asked: string[] = [];
  const found = await resolve("us-west-1", (connection) => {
    asked.push(`${connection.url} as ${connection.account}`);
    return Promise.resolve({
      "us-east-1": "https://east.example.com",
      "us-west-1": "https://west.example.com/",
    });
  });
  assert.deepEqual(asked, ["https://east.example.com as demo"]);
  const { source, ...values } = found;
  assert.deepEqual(values, {
    name: "us-west-1",
    url: "https://west.example.com",
    account: "demo",
    user: "sub",
    keyId: "k",
    insecure: true,
  });
  assert.equal(source.url, "the datacenters that https://east.example.com lists");
});

Deno.test("a name that is neither profile nor datacenter lists both", async () => {
  const list = () => Promise.resolve({ b: "https://b.example.com", a: "https://a.example.com" });
  for (const name of ["us-esat-1", "constructor", "__proto__"]) {
    const { message } = await refused(resolve(name, list));
    assert.ok(
      message.includes(
        `no profile "${name}" (there are prod, stage), and https://east.example.com has no datacenter with that name`,
      ),
      message,
    );
    assert.match(message, /with that name \(it lists a, b\)/);
    assert.match(message, /dc\("sim"\)\.$/);
  }
});

Deno.test("a name without any credentials fails, naming the simulator, and never becomes it", async () => {
  const { message } = await refused(resolve("us-east-1", never, {}));
  assert.match(
    message,
    /: there is no profile "us-east-1" \(there are none\), and there is no current profile, so no account/,
  );
  assert.match(message, /To try muster without an account, use dc\("sim"\)\.$/);
});

Deno.test("a server that cannot list its datacenters is an error with its cause", async () => {
  const error = await refused(
    resolve("us-west-1", () => Promise.reject(new TypeError("connection refused"))),
  );
  assert.match(
    error.message,
    /https:\/\/east\.example\.com could not be asked for its datacenters: connection refused/,
  );
  assert.ok(error.cause instanceof TypeError);
});

Deno.test("a datacenter whose listed address is no URL is refused", async () => {
  const { message } = await refused(resolve("x", () => Promise.resolve({ x: "ftp://x" })));
  assert.match(
    message,
    /URL of the datacenters that https:\/\/east\.example\.com lists: it starts neither/,
  );
});
