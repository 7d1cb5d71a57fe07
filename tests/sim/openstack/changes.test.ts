import assert from "node:assert/strict";
import { type Session, session } from "./session.ts";

const PAIR = [{ name: "source", databases: ["d"] }, { name: "replica", replicaOf: "source" }];

async function instanceOf(demo: Session, id: string) {
  return (await demo.call("GET", `/instances/${id}`)).json.instance;
}

Deno.test("a promoted replica becomes the source, and both were busy", async () => {
  const demo = await session({ instances: PAIR, transition: 1000 });
  const [source, replica] = ["source", "replica"].map((name) => demo.sim.instance(name)!.id) as [
    string,
    string,
  ];
  assert.equal((await demo.call("DELETE", `/instances/${source}`)).status, 403);
  const action = { promote_to_replica_source: {} };
  assert.equal((await demo.call("POST", `/instances/${source}/action`, action)).status, 400);
  assert.equal((await demo.call("POST", `/instances/${replica}/action`, action)).status, 202);
  assert.equal((await instanceOf(demo, source)).status, "PROMOTE");
  assert.equal((await instanceOf(demo, replica)).status, "PROMOTE");
  demo.sim.advance(10_000);
  assert.equal((await instanceOf(demo, source)).replica_of.id, replica);
  assert.equal((await instanceOf(demo, replica)).replica_of, undefined);
  assert.equal((await instanceOf(demo, replica)).replicas[0].id, source);
  assert.equal(
    (await demo.call("PUT", `/instances/${source}`, { instance: { replica_of: null } })).status,
    202,
  );
  assert.equal((await instanceOf(demo, source)).status, "DETACH");
  demo.sim.advance(10_000);
  assert.equal((await instanceOf(demo, source)).replica_of, undefined);
});

Deno.test("only a source that no longer reports can be ejected", async () => {
  const demo = await session({ instances: PAIR, transition: 1000 });
  const [source, replica] = ["source", "replica"].map((name) => demo.sim.instance(name)!.id) as [
    string,
    string,
  ];
  const action = { eject_replica_source: {} };
  const early = await demo.call("POST", `/instances/${source}/action`, action);
  assert.match(early.json.badRequest.message, /current heartbeat/);
  demo.sim.setState(source, "ACTIVE", "SHUTDOWN");
  assert.equal((await demo.call("POST", `/instances/${source}/action`, action)).status, 202);
  assert.equal((await instanceOf(demo, source)).status, "EJECT");
  demo.sim.advance(10_000);
  assert.equal((await instanceOf(demo, source)).replica_of, undefined);
  assert.equal((await instanceOf(demo, replica)).replica_of, undefined);
});

Deno.test("replicas are made of their source, and numbered when there are several", async () => {
  const demo = await session({ instances: PAIR.slice(0, 1), transition: 1000 });
  const source = demo.sim.instance("source")!.id;
  const twice = { name: "r", replica_of: source, replica_count: 2 };
  assert.equal(
    (await demo.call("POST", "/instances", { instance: { ...twice, flavorRef: "1" } })).status,
    400,
  );
  assert.equal((await demo.call("POST", "/instances", { instance: twice })).status, 200);
  demo.sim.advance(10_000);
  assert.deepEqual(demo.sim.instance("r-2")!.databases, ["d"]);
  assert.equal(demo.sim.instance("r-1")!.replicaOf, source);
});

Deno.test("a value for start-up only asks for a restart, which takes it up", async () => {
  const demo = await session({ instances: [{ name: "a" }], transition: 1000 });
  const { id } = demo.sim.instance("a")!;
  const values = { innodb_buffer_pool_size: 57671680 };
  const made = await demo.call("POST", "/configurations", { configuration: { name: "c", values } });
  const configuration = made.json.configuration.id;
  assert.equal((await demo.call("PUT", `/instances/${id}`, { instance: { configuration } })).status, 202);
  assert.equal((await instanceOf(demo, id)).status, "RESTART_REQUIRED");
  assert.equal((await instanceOf(demo, id)).operating_status, "RESTART_REQUIRED");
  await demo.call("POST", `/instances/${id}/action`, { restart: {} });
  demo.sim.advance(10_000);
  const after = await instanceOf(demo, id);
  assert.deepEqual([after.status, after.configuration.id], ["ACTIVE", configuration]);
  const detach = await demo.call("PUT", `/instances/${id}`, { instance: { configuration: null } });
  assert.equal(detach.status, 202);
  assert.equal((await demo.call("DELETE", `/configurations/${configuration}`)).status, 202);
});

Deno.test("numbers beyond 2^53 keep every digit, out and in", async () => {
  const demo = await session();
  const limits = await demo.call("GET", "/datastores/mysql/versions/5.7.29/parameters/join_buffer_size");
  assert.match(limits.text, /"max":18446744073709547520,/);
  const body = '{"configuration":{"name":"big","values":{"bulk_insert_buffer_size":9223372036854775806}}}';
  const headers = { "content-type": "application/json", "x-auth-token": demo.token };
  const made = await demo.sim.fetch(`${demo.base}/configurations`, { method: "POST", headers, body });
  assert.match(await made.text(), /"bulk_insert_buffer_size":9223372036854775806}/);
  const tooLarge = body.replace("9223372036854775806", "9223372036854775808");
  const refused = await demo.sim.fetch(`${demo.base}/configurations`, {
    method: "POST",
    headers,
    body: tooLarge,
  });
  assert.equal(refused.status, 422);
  assert.match(await refused.text(), /greater than the maximum allowed: 9223372036854775807/);
});

Deno.test("an upgrade, a restore and a failed backup go their way", async () => {
  const demo = await session({ instances: [{ name: "a", databases: ["kept"] }], transition: 1000 });
  const { id } = demo.sim.instance("a")!;
  assert.equal(
    (await demo.call("PUT", `/instances/${id}`, { instance: { datastore_version: "8.0.29" } })).status,
    202,
  );
  assert.equal((await instanceOf(demo, id)).status, "UPGRADE");
  demo.sim.advance(10_000);
  assert.equal((await instanceOf(demo, id)).datastore.version, "8.0.29");

  const { backup } = (await demo.call("POST", "/backups", { backup: { name: "b", instance: id } })).json;
  const seen: string[] = [];
  for (let i = 0; i < 40; i++) {
    const { status } = (await demo.call("GET", `/backups/${backup.id}`)).json.backup;
    if (seen.at(-1) !== status) seen.push(status);
    demo.sim.advance(50);
  }
  assert.deepEqual(seen, ["NEW", "BUILDING", "SAVING", "COMPLETED"]);
  const instance = {
    name: "restored",
    flavorRef: "1",
    volume: { size: 1 },
    datastore: { type: "mysql", version: "8.0.29" },
    restorePoint: { backupRef: backup.id },
  };
  assert.equal((await demo.call("POST", "/instances", { instance })).status, 200);
  assert.deepEqual(demo.sim.instance("restored")!.databases, ["kept"]);

  const child = { name: "x BACKUP_ERROR", instance: id, incremental: 1 };
  const bad = (await demo.call("POST", "/backups", { backup: child })).json.backup;
  assert.equal(bad.parent_id, backup.id);
  demo.sim.advance(10_000);
  assert.equal((await demo.call("GET", `/backups/${bad.id}`)).json.backup.status, "FAILED");
});

Deno.test("unknown fields are taken by a create and refused by a change", async () => {
  const demo = await session({ instances: [{ name: "a" }] });
  const create = { name: "b", flavorRef: "1", volume: { size: 1 }, flavour: "typo" };
  assert.equal((await demo.call("POST", "/instances", { instance: create })).status, 200);
  for (const method of ["PUT", "PATCH"]) {
    const { status, json } = await demo.call(method, `/instances/${demo.sim.instance("a")!.id}`, {
      instance: { nmae: "x" },
    });
    assert.equal(status, 400);
    assert.match(json.badRequest.message, /Additional properties are not allowed \('nmae' was unexpected\)/);
  }
});

Deno.test("a cluster is built, grown, shrunk and deleted where the cloud has a datastore for it", async () => {
  const demo = await session({ clusters: true, transition: 1000 });
  const member = { flavorRef: "1", volume: { size: 1 } };
  const datastore = { type: "cassandra", version: "3.11" };
  const made = await demo.call("POST", "/clusters", {
    cluster: { name: "c", datastore, instances: [member, member] },
  });
  assert.equal(made.status, 200);
  const { id } = made.json.cluster;
  assert.equal(made.json.cluster.task.name, "BUILDING");
  assert.equal((await demo.call("POST", `/clusters/${id}`, { restart: {} })).status, 422);
  demo.sim.advance(10_000);
  assert.equal((await demo.call("POST", `/clusters/${id}`, { grow: [member] })).status, 202);
  demo.sim.advance(10_000);
  const { cluster } = (await demo.call("GET", `/clusters/${id}`)).json;
  assert.deepEqual([cluster.task.name, cluster.instances.length], ["NONE", 3]);
  assert.equal((await demo.call("GET", "/instances")).json.instances.length, 0, "clustered ones are hidden");
  const shrunk = await demo.call("POST", `/clusters/${id}`, { shrink: [{ id: cluster.instances[0].id }] });
  assert.equal(shrunk.status, 202);
  demo.sim.advance(10_000);
  assert.equal((await demo.call("DELETE", `/clusters/${id}`)).status, 202);
  demo.sim.advance(10_000);
  assert.equal((await demo.call("GET", `/clusters/${id}`)).status, 404);
  assert.equal(demo.sim.instances().length, 0);
});

Deno.test("a form instead of JSON is answered with a page", async () => {
  const demo = await session();
  const headers = { "content-type": "application/x-www-form-urlencoded", "x-auth-token": demo.token };
  const answer = await demo.sim.fetch(`${demo.base}/instances`, { method: "POST", headers, body: "a=b" });
  assert.deepEqual([answer.status, answer.headers.get("content-type")], [415, "text/html; charset=utf-8"]);
  await answer.body?.cancel();
});

Deno.test("two hundred instances restart, and each was told once", async () => {
  const instances = Array.from({ length: 200 }, (_, i) => ({ name: `staging-${i}` }));
  const demo = await session({ instances });
  const ids = demo.sim.instances().map((one) => one.id);
  await Promise.all(ids.map((id) => demo.call("POST", `/instances/${id}/action`, { restart: {} })));
  demo.sim.advance(120_000);
  assert.ok(
    demo.sim.instances().every((one) => one.status === "ACTIVE" && one.operatingStatus === "HEALTHY"),
  );
  assert.ok(ids.every((id) => demo.sim.executions(id).length === 1));
});
