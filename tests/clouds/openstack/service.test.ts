/** A service of a cloud is trusted as the cloud's settings say, and not only its Keystone. */
import assert from "node:assert/strict";
import { api, describe } from "../../../lib/api/mod.ts";
import { openstack } from "../../../lib/clouds/openstack/service.ts";
import { closeHttpClients } from "../../../lib/http/client.ts";

const fixtures = new URL("../../http/fixtures/", import.meta.url);
const fixture = (name: string) => Deno.readTextFileSync(new URL(name, fixtures));

const volume = describe({
  kind: "volume",
  path: "/volumes",
  state: (_: { id: string }) => "there",
  states: ["there", "gone"],
  drift: {},
  actions: {},
});

/** Keystone and a service of it on one port, with a certificate that no public authority vouches for. */
async function withCloud(work: (origin: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    cert: fixture("localhost.crt"),
    key: fixture("localhost.key"),
    onListen() {},
  }, (request) => {
    const { pathname, origin } = new URL(request.url);
    if (pathname === "/service/volumes") {
      return Response.json(request.headers.get("x-auth-token") === "token-1" ? [{ id: "v1" }] : []);
    }
    const endpoints = [{ interface: "public", region: "R", region_id: "R", url: `${origin}/service` }];
    return Response.json({
      token: {
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
        issued_at: new Date().toISOString(),
        methods: ["password"],
        user: { id: "u", name: "me", domain: { id: "default", name: "Default" } },
        project: { id: "p", name: "p", domain: { id: "default", name: "Default" } },
        roles: [],
        catalog: [{ type: "volumev3", name: "cinder", id: "c", endpoints }],
      },
    }, { status: 201, headers: { "x-subject-token": "token-1" } });
  });
  try {
    await work(`https://localhost:${server.addr.port}`);
  } finally {
    closeHttpClients();
    await server.shutdown();
  }
}

const login = (origin: string) => ({
  authUrl: `${origin}/v3`,
  username: "me",
  password: "a-password",
  project: "p",
  userDomain: "Default",
  projectDomain: "Default",
  serviceType: "volumev3",
});

Deno.test("the authority that a cloud's settings name is trusted for its service, for reads and writes", async () => {
  await withCloud(async (origin) => {
    const service = openstack({ ...login(origin), caCert: new URL("ca.crt", fixtures).pathname });
    const handle = api("cinder", service);
    assert.equal((await handle.of(volume)()).length, 1);
    assert.equal((await handle.request("POST", "/volumes")).status, 200);
  });
});

Deno.test("insecure of a cloud's settings counts for its service, and is said", async () => {
  const said: string[] = [];
  const { writeSync } = Deno.stderr;
  Deno.stderr.writeSync = (bytes) => said.push(new TextDecoder().decode(bytes)) && bytes.length;
  try {
    await withCloud(async (origin) => {
      const handle = api("cinder", openstack({ ...login(origin), insecure: true }));
      assert.equal((await handle.of(volume)()).length, 1);
    });
  } finally {
    Deno.stderr.writeSync = writeSync;
  }
  assert.match(said.join(""), /localhost/);
});

Deno.test("an API of one's own may be told to trust an authority, and trusts nobody else", async () => {
  await withCloud(async (origin) => {
    const url = `${origin}/service`;
    const own = api("own", { url, caCerts: [fixture("ca.crt")] });
    assert.deepEqual((await own.request("GET", "/volumes")).body, []);
    await assert.rejects(api("other", { url }).request("GET", "/volumes"), /its certificate is not trusted/);
  });
});
