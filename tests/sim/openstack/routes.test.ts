import assert from "node:assert/strict";
import { ROUTES } from "../../../lib/sim/openstack/trove/routes.ts";
import { ask, session } from "./session.ts";

/** What the table's paths are filled with. */
interface Ids {
  instance: string;
  replica: string;
  backup: string;
  datastore: string;
  version: string;
  spare: string;
  configuration: string;
  module: string;
  cluster: string;
  member: string;
  project: string;
}

interface Row {
  /** In the reference's form, with `{}` for a variable segment. */
  route: string;
  status: number;
  /** Fills the `{}`. */
  ids?: (ids: Ids) => string[];
  body?: unknown | ((ids: Ids) => unknown);
  as?: "admin";
}

const instance = (ids: Ids) => [ids.instance];
const admin = { as: "admin" } as const;
const NEW = { name: "n", flavorRef: "1", volume: { size: 1 } };
const MEMBER = { flavorRef: "1", volume: { size: 1 } };
const PARAMETER = {
  "configuration-parameter": {
    name: "mine",
    data_type: "integer",
    restart_required: 0,
    max_size: "9",
    min_size: "0",
  },
};

/** All 99 routes of Trove 18.0.0, each asked once, in an order in which all of them succeed. */
const TABLE: readonly Row[] = [
  { route: "GET /", status: 200 },

  { route: "GET /instances", status: 200 },
  { route: "GET /instances/detail", status: 200 },
  { route: "POST /instances", status: 200, body: { instance: NEW } },
  { route: "GET /instances/{}", status: 200, ids: instance },
  { route: "PUT /instances/{}", status: 202, ids: instance, body: { instance: { name: "put" } } },
  { route: "PATCH /instances/{}", status: 202, ids: instance, body: { instance: { name: "patched" } } },
  { route: "POST /instances/{}/action", status: 202, ids: (ids) => [ids.replica], body: { restart: {} } },
  { route: "GET /instances/{}/backups", status: 200, ids: instance },
  { route: "GET /instances/{}/configuration", status: 200, ids: instance },
  { route: "GET /instances/{}/log", status: 200, ids: instance },
  { route: "POST /instances/{}/log", status: 200, ids: instance, body: { name: "general" } },
  {
    route: "POST /instances/{}/modules",
    status: 200,
    ids: instance,
    body: (ids: Ids) => ({ modules: [{ id: ids.module }] }),
  },
  { route: "GET /instances/{}/modules", status: 200, ids: instance },
  { route: "GET /modules/{}/instances", status: 200, ids: (ids) => [ids.module] },
  {
    route: "PUT /modules/{}/instances",
    status: 202,
    ids: (ids) => [ids.module],
    body: { reapply: { force: 1 } },
    ...admin,
  },
  { route: "DELETE /instances/{}/modules/{}", status: 200, ids: (ids) => [ids.instance, ids.module] },

  { route: "GET /instances/{}/databases", status: 200, ids: instance },
  { route: "POST /instances/{}/databases", status: 202, ids: instance, body: { databases: [{ name: "d" }] } },
  { route: "GET /instances/{}/databases/{}", status: 501, ids: (ids) => [ids.instance, "d"] },
  { route: "DELETE /instances/{}/databases/{}", status: 202, ids: (ids) => [ids.instance, "d"] },

  { route: "GET /instances/{}/users", status: 200, ids: instance },
  {
    route: "POST /instances/{}/users",
    status: 202,
    ids: instance,
    body: { users: [{ name: "u", password: "p" }] },
  },
  {
    route: "PUT /instances/{}/users",
    status: 202,
    ids: instance,
    body: { users: [{ name: "u", password: "q" }] },
  },
  { route: "GET /instances/{}/users/{}", status: 200, ids: (ids) => [ids.instance, "u"] },
  {
    route: "PUT /instances/{}/users/{}",
    status: 202,
    ids: (ids) => [ids.instance, "u"],
    body: { user: { host: "10.0.0.1" } },
  },
  {
    route: "PUT /instances/{}/users/{}/databases",
    status: 202,
    ids: (ids) => [ids.instance, "u@10.0.0.1"],
    body: { databases: [{ name: "d" }] },
  },
  { route: "GET /instances/{}/users/{}/databases", status: 200, ids: (ids) => [ids.instance, "u@10.0.0.1"] },
  {
    route: "DELETE /instances/{}/users/{}/databases/{}",
    status: 202,
    ids: (ids) => [ids.instance, "u@10.0.0.1", "d"],
  },
  { route: "DELETE /instances/{}/users/{}", status: 202, ids: (ids) => [ids.instance, "u@10.0.0.1"] },

  { route: "GET /instances/{}/root", status: 200, ids: instance },
  { route: "POST /instances/{}/root", status: 200, ids: instance },
  { route: "DELETE /instances/{}/root", status: 204, ids: instance },
  { route: "GET /clusters/{}/root", status: 200, ids: (ids) => [ids.cluster] },
  { route: "POST /clusters/{}/root", status: 200, ids: (ids) => [ids.cluster] },

  { route: "GET /backups", status: 200 },
  {
    route: "POST /backups",
    status: 202,
    body: (ids: Ids) => ({ backup: { name: "b", instance: ids.instance } }),
  },
  { route: "GET /backups/{}", status: 200, ids: (ids) => [ids.backup] },
  { route: "DELETE /backups/{}", status: 202, ids: (ids) => [ids.backup] },
  { route: "POST /backup_strategies", status: 202, body: { backup_strategy: { swift_container: "mine" } } },
  { route: "GET /backup_strategies", status: 200 },
  { route: "DELETE /backup_strategies", status: 202 },

  { route: "GET /datastores", status: 200 },
  { route: "GET /datastores/{}", status: 200, ids: () => ["mysql"] },
  { route: "GET /datastores/{}/versions", status: 200, ids: () => ["mysql"] },
  { route: "GET /datastores/{}/versions/{}", status: 200, ids: () => ["mysql", "5.7.29"] },
  { route: "GET /datastores/versions/{}", status: 200, ids: (ids) => [ids.version] },
  { route: "GET /datastores/{}/versions/{}/flavors", status: 200, ids: (ids) => ["mysql", ids.version] },
  { route: "GET /datastores/{}/versions/{}/volume-types", status: 200, ids: (ids) => ["mysql", ids.version] },
  { route: "GET /datastores/{}/versions/{}/parameters", status: 200, ids: () => ["mysql", "5.7.29"] },
  {
    route: "GET /datastores/{}/versions/{}/parameters/{}",
    status: 200,
    ids: () => ["mysql", "5.7.29", "autocommit"],
  },
  { route: "GET /datastores/versions/{}/parameters", status: 200, ids: (ids) => [ids.version] },
  {
    route: "GET /datastores/versions/{}/parameters/{}",
    status: 200,
    ids: (ids) => [ids.version, "autocommit"],
  },
  { route: "GET /flavors", status: 200 },
  { route: "GET /flavors/{}", status: 200, ids: () => ["custom"] },
  { route: "GET /limits", status: 200 },

  { route: "GET /configurations", status: 200 },
  { route: "POST /configurations", status: 200, body: { configuration: { name: "c", values: {} } } },
  { route: "GET /configurations/{}", status: 200, ids: (ids) => [ids.configuration] },
  { route: "GET /configurations/{}/instances", status: 200, ids: (ids) => [ids.configuration] },
  {
    route: "PATCH /configurations/{}",
    status: 200,
    ids: (ids) => [ids.configuration],
    body: { configuration: { values: {} } },
  },
  {
    route: "PUT /configurations/{}",
    status: 202,
    ids: (ids) => [ids.configuration],
    body: { configuration: { values: {} } },
  },
  { route: "DELETE /configurations/{}", status: 202, ids: (ids) => [ids.configuration] },

  { route: "GET /modules", status: 200 },
  {
    route: "POST /modules",
    status: 200,
    body: { module: { name: "m2", module_type: "ping", contents: "eA==" } },
  },
  { route: "GET /modules/{}", status: 200, ids: (ids) => [ids.module] },
  {
    route: "PUT /modules/{}",
    status: 200,
    ids: (ids) => [ids.module],
    body: { module: { description: "d" } },
  },
  { route: "DELETE /modules/{}", status: 200, ids: (ids) => [ids.module] },

  { route: "GET /clusters", status: 200 },
  {
    route: "POST /clusters",
    status: 200,
    body: { cluster: { name: "c2", datastore: { type: "cassandra", version: "3.11" }, instances: [MEMBER] } },
  },
  { route: "GET /clusters/{}", status: 200, ids: (ids) => [ids.cluster] },
  { route: "GET /clusters/{}/instances/{}", status: 200, ids: (ids) => [ids.cluster, ids.member] },
  { route: "POST /clusters/{}", status: 202, ids: (ids) => [ids.cluster], body: { restart: {} } },
  {
    route: "POST /mgmt/clusters/{}/action",
    status: 202,
    ids: (ids) => [ids.cluster],
    body: { "reset-task": {} },
    ...admin,
  },
  { route: "GET /mgmt/clusters", status: 200, ...admin },
  { route: "GET /mgmt/clusters/{}", status: 200, ids: (ids) => [ids.cluster], ...admin },
  { route: "DELETE /clusters/{}", status: 202, ids: (ids) => [ids.cluster] },

  { route: "GET /mgmt/instances", status: 200, ...admin },
  { route: "GET /mgmt/instances/{}", status: 200, ids: instance, ...admin },
  { route: "GET /mgmt/instances/{}/root", status: 200, ids: instance, ...admin },
  { route: "GET /mgmt/instances/{}/diagnostics", status: 200, ids: instance, ...admin },
  { route: "GET /mgmt/instances/{}/hwinfo", status: 200, ids: instance, ...admin },
  { route: "GET /mgmt/instances/{}/rpc_ping", status: 204, ids: instance, ...admin },
  {
    route: "POST /mgmt/instances/{}/upgrade",
    status: 202,
    ids: instance,
    body: { upgrade: { instance_version: "1" } },
    ...admin,
  },
  { route: "POST /mgmt/instances/{}/action", status: 202, ids: instance, body: { stop: {} }, ...admin },
  { route: "GET /mgmt/quotas/{}", status: 200, ids: (ids) => [ids.project] },
  {
    route: "PUT /mgmt/quotas/{}",
    status: 200,
    ids: (ids) => [ids.project],
    body: { quotas: { instances: 9 } },
    ...admin,
  },
  { route: "GET /mgmt/datastore-versions", status: 200, ...admin },
  { route: "GET /mgmt/datastore-versions/{}", status: 200, ids: (ids) => [ids.version], ...admin },
  {
    route: "POST /mgmt/datastore-versions",
    status: 202,
    body: {
      version: { name: "1", datastore_name: "redis", datastore_manager: "redis", active: true, image: "i" },
    },
    ...admin,
  },
  {
    route: "PATCH /mgmt/datastore-versions/{}",
    status: 202,
    ids: (ids) => [ids.version],
    body: { image: "j" },
    ...admin,
  },
  {
    route: "GET /mgmt/datastores/versions/{}/parameters",
    status: 200,
    ids: (ids) => [ids.version],
    ...admin,
  },
  {
    route: "POST /mgmt/datastores/versions/{}/parameters",
    status: 200,
    ids: (ids) => [ids.version],
    body: PARAMETER,
    ...admin,
  },
  {
    route: "GET /mgmt/datastores/versions/{}/parameters/{}",
    status: 200,
    ids: (ids) => [ids.version, "mine"],
    ...admin,
  },
  {
    route: "PUT /mgmt/datastores/versions/{}/parameters/{}",
    status: 200,
    ids: (ids) => [ids.version, "mine"],
    body: PARAMETER,
    ...admin,
  },
  {
    route: "DELETE /mgmt/datastores/versions/{}/parameters/{}",
    status: 204,
    ids: (ids) => [ids.version, "mine"],
    ...admin,
  },
  { route: "DELETE /mgmt/datastore-versions/{}", status: 202, ids: (ids) => [ids.spare], ...admin },
  { route: "DELETE /datastores/{}", status: 202, ids: (ids) => [ids.datastore], ...admin },

  { route: "DELETE /instances/{}", status: 202, ids: (ids) => [ids.replica] },
];

/** A world in which every route has something to be asked of. */
async function world() {
  const demo = await session({
    instances: [{ name: "a" }, { name: "r", replicaOf: "a" }],
    clusters: true,
    transition: 1000,
  });
  const { sim } = demo;
  const made = async (path: string, body: unknown) => (await demo.call("POST", path, body)).json;
  const a = sim.instance("a")!.id;
  const cluster = { name: "c", datastore: { type: "cassandra", version: "3.11" }, instances: [MEMBER] };
  const { id: clusterId, instances } = (await made("/clusters", { cluster })).cluster;
  const { backup } = await made("/backups", { backup: { name: "b", instance: a } });
  const { configuration } = await made("/configurations", { configuration: { name: "c", values: {} } });
  const { module } = await made("/modules", { module: { name: "m", module_type: "ping", contents: "eA==" } });
  sim.advance(60_000);
  const [mysql, postgresql] = sim.region().datastores;
  // A datastore without versions, as only such a one can be deleted.
  sim.region().datastores.push({ ...postgresql!, id: "empty-one", name: "empty", versions: [] });
  const ids: Ids = {
    instance: a,
    replica: sim.instance("r")!.id,
    backup: backup.id,
    datastore: "empty-one",
    version: mysql!.versions[0]!.id,
    spare: postgresql!.versions[1]!.id,
    configuration: configuration.id,
    module: module.id,
    cluster: clusterId,
    member: instances[0].id,
    project: sim.projectId("demo"),
  };
  return { demo, admin: await demo.as("admin"), ids };
}

Deno.test("every route of Trove 18 is there and answers as the reference says", async () => {
  const { demo, admin, ids } = await world();
  const unlike: string[] = [];
  for (const { route, status, ids: fill, body, as } of TABLE) {
    const [method, path] = route.split(" ") as [string, string];
    const parts = fill?.(ids) ?? [];
    const filled = path.replaceAll("{}", () => encodeURIComponent(parts.shift()!));
    const said = typeof body === "function" ? body(ids) : body;
    const answer = route === "GET /"
      ? await ask(demo.sim, method, "https://trove.sim.invalid:8779/")
      : await (as === "admin" ? admin : demo).call(method, filled, said);
    const served = demo.sim.log.at(-1)!.route;
    if (answer.status !== status || served !== route) {
      unlike.push(`${route}: ${answer.status} ${served} ${answer.text}`);
    }
  }
  assert.deepEqual(unlike, []);
  assert.deepEqual(TABLE.map((row) => row.route).sort(), ["GET /", ...Object.keys(ROUTES)].sort());
  assert.equal(new Set(TABLE.map((row) => row.route)).size, 99);
  Deno.stderr.writeSync(new TextEncoder().encode(`routes asked: ${TABLE.length} of 99\n`));
});

Deno.test("administrators' routes are refused to members with 401, and their fault is Trove's own", async () => {
  const { demo, ids } = await world();
  for (const { route, ids: fill, as } of TABLE) {
    const [method, path] = route.split(" ") as [string, string];
    if (as !== "admin" || !path.startsWith("/mgmt/") || path.startsWith("/mgmt/quotas") && method === "GET") {
      continue;
    }
    const parts = fill?.(ids) ?? [];
    const { status, json } = await demo.call(method, path.replaceAll("{}", () => parts.shift()!));
    assert.deepEqual([route, status], [route, 401]);
    assert.equal(json.unauthorized.message, "User does not have admin privileges.");
  }
});

Deno.test("what troveclient still offers and no server has, HEAD, and a trailing slash are 404", async () => {
  const { demo } = await world();
  const gone = [
    "GET /volume-types",
    "GET /security-groups",
    "GET /mgmt/hosts",
    "GET /instances/",
    "DELETE /instances",
  ];
  for (const route of gone) {
    const [method, path] = route.split(" ") as [string, string];
    assert.deepEqual([route, (await demo.call(method, path)).status], [route, 404]);
  }
  assert.equal((await demo.call("HEAD", "/instances")).status, 404);
});
