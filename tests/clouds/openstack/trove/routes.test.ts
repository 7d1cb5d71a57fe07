/**
 * Sends every route of Trove through its methods, and checks the table in the docs.
 */
import assert from "node:assert/strict";
import { ROUTES } from "../../../../lib/sim/openstack/trove/routes.ts";
import { world } from "./world.ts";

const ALL = ["GET /", ...Object.keys(ROUTES)];

Deno.test("all 99 routes of Trove are reached by a method, and answered", async () => {
  const { db, admin, sim } = await world({
    clusters: true,
    instances: [{ name: "a", version: "5.7.29" }, { name: "b" }, { name: "c", replicaOf: "b" }],
  });
  await db.versions();

  // Instances
  const a = db.instance("a");
  await db.createInstance({ name: "new", flavor: "m1.tiny", volume: 1 }).waitUntil("ready");
  const { id } = await a;
  await db.instances().where({ name: "a" }).rename("aa").rename("a");
  await db.request("PATCH", `/instances/${id}`, { body: { instance: { name: "a" } } });
  await db.createInstance({ name: "d", replicaOf: "a" }).waitUntil("ready");
  await a.restart().waitUntil("ready");
  await db.instance("new").delete().waitUntil("gone");
  await a.configuration();
  await a.logs();
  await a.publishLog("error");

  // Databases, users, root
  await a.createDatabases(["one", "two"]).createUser({ name: "app", password: "p", databases: ["one"] });
  await a.databases();
  await db.request("GET", `/instances/${id}/databases/one`, { accept: [501] });
  await a.deleteDatabase("two");
  await a.users();
  await a.user("app");
  await a.changePassword({ name: "app", password: "q" }).changeUser("app", { host: "10.0.0.1" });
  const app = { name: "app", host: "10.0.0.1" };
  await a.grant(app, "two").revoke(app, "two");
  await a.grants(app);
  await a.deleteUser(app);
  await a.enableRoot();
  await a.root();
  await a.disableRoot();

  // Backups
  await db.backupStrategies.create({ container: "here" });
  await db.backupStrategies.list();
  await db.backupStrategies.delete();
  await a.backup("nightly").waitUntil("ready");
  await a.backups();
  await db.createBackup({ name: "weekly", instance: "a" }).waitUntil("ready");
  await db.backup("weekly").delete().waitUntil("gone");

  // Datastores, flavors, limits
  const [mysql] = await db.datastores.list();
  const version = await db.datastores.version("mysql@5.7.29");
  await db.datastores.get("mysql");
  await db.datastores.versions(mysql!);
  await db.datastores.version(version.id);
  await db.datastores.flavors("mysql@5.7.29");
  await db.datastores.volumeTypes("mysql@5.7.29");
  await db.datastores.parameters("mysql@5.7.29");
  await db.datastores.parameter("mysql@5.7.29", "max_connections");
  await db.datastores.parameters(version.id);
  await db.datastores.parameter(version.id, "max_connections");
  await db.flavors.list();
  await db.flavors.get("m1.tiny");
  await db.limits();

  // Configurations
  const values = { max_connections: 100 };
  const made = await db.configurations.create({ name: "wide", values, datastore: "mysql@5.7.29" });
  await db.configurations.list();
  await db.configurations.get("wide");
  await a.attachConfiguration("wide").waitUntil("ready");
  await db.configurations.instances(made);
  await db.configurations.set(made, { max_connections: 200 });
  await db.configurations.replace(made, { name: "wider" });
  await a.detachConfiguration();
  await db.configurations.delete(made);

  // Modules
  const ping = await db.modules.create({ name: "ping", type: "ping", contents: "hello" });
  await db.modules.list();
  await db.modules.get("ping");
  await db.modules.update(ping, { description: "says hello" });
  await a.applyModules(["ping"]);
  await a.modules();
  await db.modules.instances(ping);
  await admin.modules.reapply(ping.id, { force: true });
  await a.removeModule("ping");
  await db.modules.delete("ping");

  // Clusters
  const instances = [{ flavor: "1", volume: 1 }, { flavor: "1", volume: 1 }];
  const cassandra = (await db.datastores.list()).find((one) => one.name === "cassandra")!;
  const datastore = `cassandra@${cassandra.versions[0]!.name}`;
  await db.createCluster({ name: "ring", datastore, instances }).waitUntil("ready");
  const ring = await db.cluster("ring");
  await db.cluster(ring).member(ring.instances[0]!);
  await db.cluster(ring).enableRoot();
  await db.cluster(ring).root();
  await db.cluster(ring).restart().waitUntil("ready");

  // Management
  const { management, datastoreVersions } = admin;
  await management.instances();
  await management.instance(id);
  await management.stop(id);
  await management.reboot(id);
  await management.rootHistory(id);
  await admin.instance(id).waitUntil("ready");
  await management.diagnostics(id);
  await management.hardware(id);
  await management.ping(id);
  await management.upgradeGuest(id, { version: "2" });
  await management.clusters();
  await management.cluster(ring);
  await management.resetClusterTask(ring);
  await db.cluster(ring).delete().waitUntil("gone");
  await db.quotas();
  await admin.setQuotas(await db.projectId(), { instances: 60 });
  await datastoreVersions.create({
    name: "11",
    datastore: "newsql",
    manager: "newsql",
    active: true,
    image: "i",
  });
  const own = (await datastoreVersions.list()).find((one) => one.datastore_name === "newsql")!;
  await datastoreVersions.get(own);
  await datastoreVersions.update(own, { packages: ["newsql-11"] });
  const parameter = { name: "depth", type: "integer", restartRequired: false } as const;
  await datastoreVersions.createParameter(own, { ...parameter, max: 18446744073709547520n });
  await datastoreVersions.updateParameter(own, { ...parameter, max: 9 });
  await datastoreVersions.parameters(own);
  await datastoreVersions.parameter(own, "depth");
  await datastoreVersions.deleteParameter(own, "depth");
  await datastoreVersions.delete(own);
  await admin.datastores.delete("newsql");

  const reached = new Set(
    sim.log.filter((one) => one.status < 400 || one.status === 501).map((one) => one.route),
  );
  assert.deepEqual(ALL.filter((route) => !reached.has(route)), []);
  // One route is asked for that only Trove 26 has: to know whether it is one.
  const refused = sim.log.filter((one) => one.status >= 400 && one.route !== "")
    .map((one) => `${one.status} ${one.route}`);
  const expected = ["404 GET /backups/{}", "404 GET /clusters/{}", "404 GET /instances/{}"];
  assert.deepEqual(
    [...new Set(refused)].sort(),
    [...expected, "501 GET /instances/{}/databases/{}"],
  );
});

Deno.test("the table of the docs has every route once, each with a method and a test that exists", async () => {
  const text = await Deno.readTextFile(new URL("../../../../docs/trove-coverage.md", import.meta.url));
  const rows = text.split("\n").filter((line) => /^\| `(GET|POST|PUT|PATCH|DELETE) /.test(line))
    .map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
  const routes = rows.map(([route]) => route!.replaceAll("`", ""));
  assert.deepEqual(routes.toSorted(), ALL.toSorted());
  assert.equal(routes.length, 99);
  for (const [route, method, tests] of rows) {
    assert.ok(method, `${route} has a method`);
    const files = tests!.match(/tests\/[\w/.]+/g) ?? [];
    assert.ok(files.length > 0, `${route} has a test`);
    for (const file of files) {
      assert.ok((await Deno.stat(new URL(`../../../../${file}`, import.meta.url))).isFile);
    }
  }
});
