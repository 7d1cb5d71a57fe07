/**
 * Something that is not Trove answers instead of it: no method of `dbaas()` takes its word for anything.
 */
import assert from "node:assert/strict";
import { type Chain, ChainError, MusterError, TransportError } from "../../../lib/muster.ts";
import { exitCodeOf } from "../../../lib/command/exit_codes.ts";
import { BackupStrategies } from "../../../lib/clouds/openstack/trove/backups/backup_strategies.ts";
import { Configurations } from "../../../lib/clouds/openstack/trove/catalogue/configurations.ts";
import { Datastores } from "../../../lib/clouds/openstack/trove/catalogue/datastores.ts";
import { Flavors } from "../../../lib/clouds/openstack/trove/catalogue/flavor_group.ts";
import { Group } from "../../../lib/clouds/openstack/trove/group.ts";
import { Management } from "../../../lib/clouds/openstack/trove/operator/management.ts";
import { ManagedVersions } from "../../../lib/clouds/openstack/trove/operator/management_versions.ts";
import { Modules } from "../../../lib/clouds/openstack/trove/catalogue/modules.ts";
import { world } from "../../clouds/openstack/trove/world.ts";
import { behind, FOREIGN, methodsOf } from "./foreign_answers.ts";

async function scene() {
  const made = await world({
    clusters: true,
    release: 26,
    instances: [{ name: "a", version: "5.7.29" }, { name: "b" }, { name: "c", replicaOf: "b" }],
  });
  const { sim, db: plain } = made;
  await plain.instance("a").createDatabases(["one"]).createUser({
    name: "app",
    password: "p",
    databases: ["one"],
  });
  await plain.backupStrategies.create({ container: "here" });
  await plain.createBackup({ name: "weekly", instance: "a" }).waitUntil("ready");
  const values = { max_connections: 100 };
  const { id: configuration } = await plain.configurations.create({
    name: "wide",
    values,
    datastore: "mysql@5.7.29",
  });
  const { id: module } = await plain.modules.create({ name: "ping", type: "ping", contents: "hello" });
  await plain.modules.create({ name: "applied", type: "ping", contents: "there" });
  await plain.instance("a").applyModules(["applied"]);
  const cassandra = (await plain.datastores.list()).find((one) => one.name === "cassandra")!;
  const datastore = `cassandra@${cassandra.versions[0]!.name}`;
  const size = [{ flavor: "1", volume: 1 }, { flavor: "1", volume: 1 }];
  await plain.createCluster({ name: "ring", datastore, instances: size }).waitUntil("ready");
  const ring = await plain.cluster("ring");
  const version = (await plain.datastores.version("mysql@5.7.29")).id;
  const id = sim.instance("a")!.id, project = await plain.projectId();
  // Both are logged in. Later something else than Trove answers, but Keystone is unchanged.
  const place = behind(sim.fetch as typeof fetch);
  const db = made.with({ fetch: place.fetch });
  const admin = made.with({
    fetch: place.fetch,
    username: "admin",
    password: "admin-of-sim",
    project: "admin",
  });
  await Promise.all([db.flavors.list(), admin.flavors.list()]);
  return { sim, db, admin, place, id, ring, version, configuration, module, project };
}
type Scene = Awaited<ReturnType<typeof scene>>;
type Table = Readonly<Record<string, (scene: Scene) => PromiseLike<unknown>>>;

/** Every method that reads: of the handle, of an instance, of a cluster, of the groups. */
const READS: Table = {
  instances: ({ db }) => db.instances(),
  instance: ({ db, id }) => db.instance(id),
  backups: ({ db }) => db.backups(),
  backup: ({ db }) => db.backup("weekly"),
  clusters: ({ db }) => db.clusters(),
  cluster: ({ db, ring }) => db.cluster(ring.id),
  limits: ({ db }) => db.limits(),
  quotas: ({ db }) => db.quotas(),
  versions: ({ db }) => db.versions(),
  request: ({ db }) => db.request("GET", "/instances"),
  "instance.databases": ({ db, id }) => db.instance(id).databases(),
  "instance.users": ({ db, id }) => db.instance(id).users(),
  "instance.user": ({ db, id }) => db.instance(id).user("app"),
  "instance.grants": ({ db, id }) => db.instance(id).grants("app"),
  "instance.root": ({ db, id }) => db.instance(id).root(),
  "instance.logs": ({ db, id }) => db.instance(id).logs(),
  "instance.log": ({ db, id }) => db.instance(id).log("error"),
  "instance.configuration": ({ db, id }) => db.instance(id).configuration(),
  "instance.backups": ({ db, id }) => db.instance(id).backups(),
  "instance.modules": ({ db, id }) => db.instance(id).modules(),
  "instance.ssl": ({ db, id }) => db.instance(id).ssl(),
  "cluster.root": ({ db, ring }) => db.cluster(ring.id).root(),
  "cluster.member": ({ db, ring }) => db.cluster(ring.id).member(ring.instances[0]!),
  "configurations.list": ({ db }) => db.configurations.list(),
  "configurations.get": ({ db, configuration }) => db.configurations.get(configuration),
  "configurations.instances": ({ db, configuration }) => db.configurations.instances(configuration),
  "datastores.list": ({ db }) => db.datastores.list(),
  "datastores.get": ({ db }) => db.datastores.get("mysql"),
  "datastores.versions": ({ db }) => db.datastores.versions("mysql"),
  "datastores.version": ({ db }) => db.datastores.version("mysql@5.7.29"),
  "datastores.flavors": ({ db, version }) => db.datastores.flavors(version),
  "datastores.volumeTypes": ({ db, version }) => db.datastores.volumeTypes(version),
  "datastores.parameters": ({ db, version }) => db.datastores.parameters(version),
  "datastores.parameter": ({ db, version }) => db.datastores.parameter(version, "max_connections"),
  "flavors.list": ({ db }) => db.flavors.list(),
  "flavors.get": ({ db }) => db.flavors.get("m1.tiny"),
  "modules.list": ({ db }) => db.modules.list(),
  "modules.get": ({ db, module }) => db.modules.get(module),
  "modules.instances": ({ db, module }) => db.modules.instances(module),
  "modules.counts": ({ db, module }) => db.modules.counts(module),
  "backupStrategies.list": ({ db }) => db.backupStrategies.list(),
  "management.instances": ({ admin }) => admin.management.instances(),
  "management.instance": ({ admin, id }) => admin.management.instance(id),
  "management.backups": ({ admin }) => admin.management.backups(),
  "management.rootHistory": ({ admin, id }) => admin.management.rootHistory(id),
  "management.diagnostics": ({ admin, id }) => admin.management.diagnostics(id),
  "management.hardware": ({ admin, id }) => admin.management.hardware(id),
  "management.ping": ({ admin, id }) => admin.management.ping(id),
  "management.clusters": ({ admin }) => admin.management.clusters(),
  "management.cluster": ({ admin, ring }) => admin.management.cluster(ring.id),
  "datastoreVersions.list": ({ admin }) => admin.datastoreVersions.list(),
  "datastoreVersions.get": ({ admin, version }) => admin.datastoreVersions.get(version),
  "datastoreVersions.parameters": ({ admin, version }) => admin.datastoreVersions.parameters(version),
  "datastoreVersions.parameter": ({ admin, version }) =>
    admin.datastoreVersions.parameter(version, "max_connections"),
};
const SPEC = { name: "depth", type: "integer", restartRequired: false } as const;
/** Every method that changes something by itself. */
const WRITES: Table = {
  setQuotas: ({ admin, project }) => admin.setQuotas(project, { instances: 60 }),
  request: ({ db, id }) => db.request("POST", `/instances/${id}/action`, { body: { restart: {} } }),
  "configurations.create": ({ db }) =>
    db.configurations.create({ name: "x", values: {}, datastore: "mysql@5.7.29" }),
  "configurations.set": ({ db, configuration }) =>
    db.configurations.set(configuration, { max_connections: 7 }),
  "configurations.replace": ({ db, configuration }) =>
    db.configurations.replace(configuration, { name: "y" }),
  "configurations.delete": ({ db, configuration }) => db.configurations.delete(configuration),
  "datastores.delete": ({ admin }) => admin.datastores.delete("mysql"),
  "modules.create": ({ db }) => db.modules.create({ name: "pong", type: "ping", contents: "x" }),
  "modules.update": ({ db, module }) => db.modules.update(module, { description: "new" }),
  "modules.delete": ({ db, module }) => db.modules.delete(module),
  "modules.reapply": ({ admin, module }) => admin.modules.reapply(module, { force: true }),
  "backupStrategies.create": ({ db }) => db.backupStrategies.create({ container: "there" }),
  "backupStrategies.delete": ({ db }) => db.backupStrategies.delete(),
  "management.stop": ({ admin, id }) => admin.management.stop(id),
  "management.reboot": ({ admin, id }) => admin.management.reboot(id),
  "management.migrate": ({ admin, id }) => admin.management.migrate(id),
  "management.resetTaskStatus": ({ admin, id }) => admin.management.resetTaskStatus(id),
  "management.rebuild": ({ admin, id }) =>
    admin.management.rebuild(id, "11111111-2222-4333-8444-555555555555"),
  "management.upgradeGuest": ({ admin, id }) => admin.management.upgradeGuest(id, { version: "2" }),
  "management.resetClusterTask": ({ admin, ring }) => admin.management.resetClusterTask(ring.id),
  "datastoreVersions.create": ({ admin }) =>
    admin.datastoreVersions.create({
      name: "11",
      datastore: "newsql",
      manager: "newsql",
      active: true,
      image: "i",
    }),
  "datastoreVersions.update": ({ admin, version }) =>
    admin.datastoreVersions.update(version, { packages: ["p"] }),
  "datastoreVersions.delete": ({ admin, version }) => admin.datastoreVersions.delete(version),
  "datastoreVersions.createParameter": ({ admin, version }) =>
    admin.datastoreVersions.createParameter(version, SPEC),
  "datastoreVersions.updateParameter": ({ admin, version }) =>
    admin.datastoreVersions.updateParameter(version, { ...SPEC, name: "max_connections" }),
  "datastoreVersions.deleteParameter": ({ admin, version }) =>
    admin.datastoreVersions.deleteParameter(version, "max_connections"),
};
// deno-lint-ignore no-explicit-any
const STEPS: Readonly<Record<string, (scene: Scene) => Chain<any, any>>> = {
  createInstance: ({ db }) => db.createInstance({ name: "new", flavor: "m1.tiny", volume: 1 }),
  createBackup: ({ db }) => db.createBackup({ name: "daily", instance: "a" }),
  createCluster: ({ db }) =>
    db.createCluster({ name: "other", datastore: "cassandra", instances: [{ flavor: "1", volume: 1 }] }),
  "instance.restart": ({ db }) => db.instance("a").restart(),
  "instance.rename": ({ db }) => db.instance("a").rename("aa"),
  "instance.resizeFlavor": ({ db }) => db.instance("a").resizeFlavor("3"),
  "instance.resizeVolume": ({ db }) => db.instance("a").resizeVolume(30),
  "instance.attachConfiguration": ({ db }) => db.instance("a").attachConfiguration("wide"),
  "instance.detachConfiguration": ({ db }) =>
    db.instance("a").attachConfiguration("wide").detachConfiguration(),
  "instance.upgrade": ({ db }) => db.instance("a").upgrade("8.0.29"),
  "instance.promote": ({ db }) => db.instance("c").promote(),
  "instance.eject": ({ db }) => db.instance("b").eject(),
  "instance.detachReplica": ({ db }) => db.instance("c").detachReplica(),
  "instance.access": ({ db }) => db.instance("a").access({ isPublic: true }),
  "instance.delete": ({ db }) => db.instance("a").delete(),
  "instance.createDatabase": ({ db }) => db.instance("a").createDatabase("two"),
  "instance.createDatabases": ({ db }) => db.instance("a").createDatabases(["two"]),
  "instance.deleteDatabase": ({ db }) => db.instance("a").deleteDatabase("one"),
  "instance.createUser": ({ db }) => db.instance("a").createUser({ name: "u", password: "p" }),
  "instance.createUsers": ({ db }) => db.instance("a").createUsers([{ name: "u", password: "p" }]),
  "instance.deleteUser": ({ db }) => db.instance("a").deleteUser("app"),
  "instance.changePassword": ({ db }) => db.instance("a").changePassword({ name: "app", password: "q" }),
  "instance.changePasswords": ({ db }) => db.instance("a").changePasswords([{ name: "app", password: "q" }]),
  "instance.changeUser": ({ db }) => db.instance("a").changeUser("app", { host: "10.0.0.1" }),
  "instance.grant": ({ db }) => db.instance("a").grant("app", "two"),
  "instance.revoke": ({ db }) => db.instance("a").revoke("app", "one"),
  "instance.enableRoot": ({ db }) => db.instance("a").enableRoot(),
  "instance.disableRoot": ({ db }) => db.instance("a").disableRoot(),
  "instance.backup": ({ db }) => db.instance("a").backup("nightly"),
  "instance.enableLog": ({ db }) => db.instance("a").enableLog("general"),
  "instance.disableLog": ({ db }) => db.instance("a").disableLog("general"),
  "instance.publishLog": ({ db }) => db.instance("a").publishLog("error"),
  "instance.discardLog": ({ db }) => db.instance("a").discardLog("error"),
  "instance.applyModules": ({ db }) => db.instance("a").applyModules(["ping"]),
  "instance.enableSsl": ({ db }) => db.instance("a").enableSsl({ container: "https://keys.test/own" }),
  "instance.disableSsl": ({ db }) => db.instance("a").disableSsl(),
  "instance.rollbackSsl": ({ db }) => db.instance("a").rollbackSsl(),
  "instance.removeModule": ({ db }) => db.instance("a").removeModule("applied"),
  "backup.delete": ({ db }) => db.backup("weekly").delete(),
  "cluster.restart": ({ db }) => db.cluster("ring").restart(),
  "cluster.grow": ({ db }) => db.cluster("ring").grow([{ flavor: "1", volume: 1 }]),
  "cluster.shrink": ({ db, ring }) => db.cluster("ring").shrink([ring.instances[0]!]),
  "cluster.enableRoot": ({ db }) => db.cluster("ring").enableRoot(),
  "cluster.delete": ({ db }) => db.cluster("ring").delete(),
};
/** What sends nothing by itself, or needs a datastore that the simulator does not have. */
const ELSEWHERE = [
  ..."endpoint projectId toString configurations datastores flavors backupStrategies modules management"
    .split(" "),
  ..."datastoreVersions with step where protect max expect all waitUntil waitWhile barrier plan run count"
    .split(" "),
  ..."isOne ask then cluster.addShard cluster.upgrade cluster.attachConfiguration cluster.detachConfiguration"
    .split(" "),
  "cluster.resetStatus",
  "resetStatus", // an instance that is well is skipped
];

Deno.test("the tables of this file have every method there is", () => {
  const known = new Set([READS, WRITES, STEPS].flatMap((table) => Object.keys(table)).concat(ELSEWHERE));
  return scene().then(({ db, ring }) => {
    const all = [
      ...methodsOf(db),
      ...methodsOf(db.instance("a")).map((name) => ELSEWHERE.includes(name) ? name : `instance.${name}`),
      ...methodsOf(db.backup("a")).map((name) => ELSEWHERE.includes(name) ? name : `backup.${name}`),
      ...methodsOf(db.cluster(ring)).map((name) => ELSEWHERE.includes(name) ? name : `cluster.${name}`),
    ];
    const groups = {
      configurations: Configurations,
      datastores: Datastores,
      flavors: Flavors,
      modules: Modules,
      backupStrategies: BackupStrategies,
      management: Management,
      datastoreVersions: ManagedVersions,
    };
    for (const [name, { prototype }] of Object.entries(groups)) {
      all.push(...methodsOf(Object.create(prototype), Group.prototype).map((method) => `${name}.${method}`));
    }
    assert.deepEqual(all.filter((name) => !known.has(name)), []);
  });
});

/** Of the others a few are enough: they go the same way. */
const THOROUGH = ["a login page with 200", "an empty record", "a proxy's page with 404"];
const FEW = [
  "createInstance",
  "instance.restart",
  "instance.delete",
  "backup.delete",
  "modules.create",
  "request",
];

for (const [kind, answer] of Object.entries(FOREIGN)) {
  const isAsked = (name: string) =>
    THOROUGH.includes(kind) || FEW.includes(name) || /list|get|\.user/.test(name);

  Deno.test(`${kind}: nothing that is read is believed`, async () => {
    const here = await scene();
    here.place.instead = ({ url }) => url.includes("keystone") ? undefined : answer();
    for (const [name, read] of Object.entries(READS)) {
      if (!isAsked(name)) continue;
      const error = await Promise.resolve(read(here)).then(
        (value) => assert.fail(`${name} gave ${Deno.inspect(value)}`),
        (error) => error,
      );
      assert.ok(error instanceof TransportError, `${name}: ${error.stack}`);
      assert.match(error.message, /: \S+ does not answer as Trove does: /, name);
      assert.equal(exitCodeOf(error, false), 5);
      assert.doesNotMatch(error.message, /secret|undefined/);
    }
  });

  Deno.test(`${kind}: nothing is said to be done`, async () => {
    const here = await scene();
    const before = JSON.stringify([here.sim.instances(), here.sim.writes.length]);
    here.place.instead = ({ method, url }) =>
      method === "GET" || url.includes("keystone") ? undefined : answer();
    for (const [name, write] of Object.entries(WRITES)) {
      if (!isAsked(name)) continue;
      const error = await Promise.resolve(write(here)).then(
        (value) => assert.fail(`${name} gave ${Deno.inspect(value)}`),
        (error) => error,
      );
      assert.ok(error instanceof MusterError, `${name}: ${error.stack}`);
    }
    for (const [name, step] of Object.entries(STEPS)) {
      if (!isAsked(name)) continue;
      const error = await step(here).run().then(
        (report) =>
          assert.fail(`${name}: ${report.succeeded.length} succeeded, ${report.skipped.length} skipped`),
        (error) => error,
      );
      assert.ok(error instanceof ChainError, `${name}: ${error.stack}`);
      assert.deepEqual([error.report.succeeded.length, error.report.skipped.length], [0, 0], name);
      assert.ok(error.errors[0] instanceof MusterError, `${name}: ${(error.errors[0] as Error).stack}`);
    }
    assert.equal(JSON.stringify([here.sim.instances(), here.sim.writes.length]), before);
    assert.deepEqual(here.place.answered.filter((one) => /undefined|null|\/\/|\/$/.test(one)), []);
  });
}
