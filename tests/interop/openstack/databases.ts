/**
 * The life of databases on a real Keystone and a real Trove, from the first request to the last: the same for every release.
 *
 * @module
 */
import assert from "node:assert/strict";
import { closeHttpClients } from "../../../lib/http/client.ts";
import { ApiError, type DatabaseService, type DatabaseServiceOptions, dbaas } from "../../../lib/muster.ts";
import { match } from "../../../lib/sim/openstack/trove/router.ts";
import { startOpenStack, type SUITES } from "./servers.ts";

/**
 * Runs it, as steps of a test, on a release.
 *
 * @param brief Whether what takes long and is the same in every release is left out.
 */
export async function lifeOfDatabases(
  t: Deno.TestContext,
  { release, brief = false }: { release: keyof typeof SUITES; brief?: boolean },
): Promise<void> {
  const started = await Promise.all([
    startOpenStack({ release, maxInstances: 40 }),
    brief ? undefined : startOpenStack({ release, rate: 20 }),
  ]);
  const [servers, slow] = started;
  if ("skipped" in servers || (slow && "skipped" in slow)) {
    const reason = "skipped" in servers ? servers.skipped : "";
    await t.step({ name: `skipped: ${reason}`, ignore: true, fn: () => {} });
    return;
  }
  const as = (user: string, more: DatabaseServiceOptions = {}, at = servers): DatabaseService =>
    dbaas({
      authUrl: at.authUrl,
      username: user,
      password: at.seed.users[user]!.password,
      project: user,
      region: at.seed.region,
      ...more,
    });
  const db = as("demo");
  const step = (name: string, fn: () => Promise<void>) => t.step(name, fn);
  /** A step that is left out of a short run. */
  const long = (name: string, fn: () => Promise<void>) => t.step({ name, ignore: brief, fn });
  // Which routes were answered, seen below the client so that it keeps its own connections.
  const answered = new Set<string>();
  const { fetch } = globalThis;
  globalThis.fetch = async (url, init) => {
    const answer = await fetch(url, init);
    const { pathname, href } = new URL(String(url));
    if (href.startsWith(servers.troveUrl.replace("/v1.0", "")) && (answer.ok || answer.status === 501)) {
      const path = pathname.replace(/^\/v1\.0\/[0-9a-f]{32}/, "");
      answered.add(path === "/" ? "GET /" : match(init?.method ?? "GET", path)?.route ?? path);
    }
    return answer;
  };
  const ready = (one: { status: string; operating_status?: string }) =>
    assert.deepEqual([one.status, one.operating_status], ["ACTIVE", "HEALTHY"]);
  try {
    await step("versions, without credentials", async () => {
      const [version] = await dbaas({ endpoint: servers.troveUrl }).versions();
      assert.equal(version!.id, "v1.0");
    });

    await step("created by names, with databases and users in it", async () => {
      const report = await db.createInstance({
        name: "orders",
        flavor: (await db.flavors.list())[0]!.name,
        volume: 1,
        datastore: "mysql@5.7.29",
        databases: [{ name: "my_db", characterSet: "latin2", collate: "latin2_general_ci" }],
        users: [{ name: "jsmith", password: "12345", databases: ["my_db"] }],
      }).waitUntil("ready");
      assert.equal(report.members[0]!.path.map((seen) => seen.state).join(), "BUILD,ACTIVE");
      ready(await db.instance("orders"));
    });

    const orders = db.instance("orders");
    await step("what has no method", async () => {
      const { id } = await orders;
      const patch = { body: { instance: { name: "orders" } } };
      assert.equal((await db.request("PATCH", `/instances/${id}`, patch)).status, 202);
      const one = await db.request("GET", `/instances/${id}/databases/my_db`, { accept: [501] });
      assert.equal(one.status, 501);
    });

    await step("databases, users with odd names, grants", async () => {
      await orders.createDatabases(Array.from({ length: 25 }, (_, n) => `db_${n}`));
      assert.equal((await orders.databases()).length, 26);
      assert.deepEqual((await orders.createDatabase("my_db")).skipped.map((one) => one.why), [
        "it has my_db",
      ]);
      await orders.deleteDatabase("db_24");
      const names = ["app", "a.b.c", "with_dash-1"];
      await orders.createUsers(names.map((name) => ({ name, password: "p", host: "10.0.0.1" })));
      for (const name of names) {
        const user = { name, host: "10.0.0.1" };
        await orders.grant(user, ["my_db", "db_1"]).revoke(user, "db_1");
        assert.deepEqual(await orders.grants(user), [{ name: "my_db" }]);
        assert.equal((await orders.user(user)).name, name);
      }
      await orders.changePassword({ name: "app", host: "10.0.0.1", password: "q" });
      await orders.changeUser({ name: "app", host: "10.0.0.1" }, { name: "renamed", host: "%" });
      await orders.deleteUser("renamed");
      assert.equal((await orders.deleteUser("renamed")).skipped.length, 1);
      assert.deepEqual((await orders.users()).map((one) => one.name).sort(), [
        "a.b.c",
        "jsmith",
        "with_dash-1",
      ]);
    });

    await long("names that a path must hold encoded twice", async () => {
      // Each alone: with some of them among them the real server's own listing of users fails with 500.
      for (const name of ["per%41cent", "na@me", "ünïcode", "with blank"]) {
        for (const user of [{ name, host: "%" }, { name, host: "10.0.%" }]) {
          await orders.createUser({ ...user, password: "p" }).grant(user, "my_db");
          assert.deepEqual(await orders.user(user), { ...user, databases: [{ name: "my_db" }] });
          assert.equal((await orders.revoke(user, "my_db").deleteUser(user)).skipped.length, 0);
        }
      }
    });

    await long("more users than a page holds", async () => {
      const many = Array.from({ length: 45 }, (_, n) => ({ name: `u${n}`, password: "p", host: "10.0.%" }));
      await orders.createUsers(many);
      assert.equal((await orders.users()).length, 48);
    });

    await step("root and logs", async () => {
      assert.equal(await orders.root(), false);
      const report = await orders.enableRoot();
      assert.ok(
        !Deno.inspect(report, { depth: 9 }).includes(
          (report.members[0]!.output[0] as { password: { reveal(): string } }).password.reveal(),
        ),
      );
      assert.equal(await orders.root(), true);
      await orders.disableRoot();
      assert.ok((await orders.logs()).length > 0);
    });

    await step("backups: full, incremental, restored", async () => {
      const taken = await orders.backup("full").waitUntil("ready");
      assert.equal(taken.members[0]!.path.at(-1)!.state, "ACTIVE");
      await db.backup("full").waitUntil("COMPLETED");
      await db.createBackup({ name: "more", instance: "orders", parent: "full" }).waitUntil("COMPLETED");
      assert.equal((await orders.backups()).length, 2);
      const flavor = (await orders).flavor.id;
      await db.createInstance({ name: "restored", flavor, volume: 1, restore: "full" }).waitUntil("ready");
      await db.backup("more").delete().waitUntil("gone");
    });

    await step("lists that are sorted by their last change, with a position as marker", async () => {
      const get = async (path: string, limit: number, as = db) =>
        (await as.request("GET", path, { query: { limit } })).body as {
          backups: { updated: string }[];
          instances: object[];
          links?: { href: string }[];
        };
      const first = await get("/backups", 1), all = await get("/backups", 1000);
      assert.equal(new URL(first.links![0]!.href).searchParams.get("marker"), "1");
      assert.equal(all.links, undefined);
      const times = all.backups.map(({ updated }) => updated);
      assert.deepEqual(times, times.toSorted().reverse());
      const managed = await get("/mgmt/instances", 1, as("admin"));
      assert.equal(managed.instances.length === 1, release >= 26);
      assert.equal(managed.links !== undefined, release >= 26);
      const { management } = as("admin");
      assert.equal((await management.instances()).length, (await db.instances()).length);
      assert.ok((await management.instances()).every((one) => !one.deleted));
    });

    await step("a replica, promoted and detached", async () => {
      await db.createInstance({ name: "replica", replicaOf: "orders" }).waitUntil("ready");
      assert.equal((await db.instance("replica")).replica_of!.id, (await db.instance("orders")).id);
      const refused = await db.instance("orders").delete().run({ throwOnError: false });
      // The record shows it beforehand: nothing is sent. The server's own word is asked for by hand.
      assert.match(refused.failed[0]!.why, /it has a replica.*It was not begun/);
      assert.equal(refused.requests.writes, 0);
      const { id } = await db.instance("orders");
      const answer = await db.request("DELETE", `/instances/${id}`, { accept: [403] });
      assert.equal(answer.status, 403);
      await db.instance("replica").promote().waitUntil("ready");
      assert.equal((await db.instance("orders")).replica_of!.id, (await db.instance("replica")).id);
      await db.instance("orders").waitUntil("ready").detachReplica().waitUntil("ready");
    });

    await step("configurations, whose numbers stay exact", async () => {
      const parameters = await db.datastores.parameters("mysql@5.7.29");
      const large = parameters.filter((one) => typeof one.max === "bigint");
      assert.ok(large.length > 0);
      const wide = { name: "wide", values: { max_connections: 200 }, datastore: "mysql@5.7.29" };
      const made = await db.configurations.create(wide);
      await db.instance("orders").attachConfiguration("wide").waitUntil("ready");
      assert.equal((await db.configurations.instances("wide")).length, 1);
      // A whole number is none of the type float to the server.
      await db.configurations.set(made, { max_connections: 300, long_query_time: 2 });
      assert.deepEqual((await db.configurations.get(made)).values, {
        max_connections: 300,
        long_query_time: 2,
      });
      await db.configurations.replace(made, { name: "wider", values: { max_connections: 250 } });
      assert.equal((await db.configurations.get("wider")).values!.max_connections, 250);
      await assert.rejects(
        db.configurations.delete(made),
        (error) => error instanceof ApiError && error.status === 400,
      );
    });

    await step(
      "a change of an instance leaves its configuration, is refused, or says that it may not",
      async () => {
        const before = await db.instance("orders");
        const allowed = { mayDetachConfiguration: true };
        if (release < 26) {
          await assert.rejects(
            async () => await db.instance("orders").rename("sold"),
            /may detach its configuration "wider"/,
          );
          assert.equal((await db.instance("orders")).configuration?.name, "wider");
        }
        for (const name of ["sold", "orders"]) {
          await db.instance(before).rename(name, release < 26 ? allowed : {}).waitUntil("ready");
          assert.equal((await db.instance(name)).configuration?.name, release === 23 ? undefined : "wider");
          await db.instance(name).attachConfiguration("wider").waitUntil("ready");
        }
        const after = await db.instance("orders");
        const changed = Object.keys(after).filter((field) =>
          JSON.stringify(after[field as keyof typeof after]) !==
            JSON.stringify(before[field as keyof typeof before])
        );
        const expected = ["updated", "service_status_updated"];
        assert.deepEqual(changed.filter((field) => !expected.includes(field)), []);
        await db.instance("orders").detachConfiguration().waitUntil("ready");
        await db.configurations.delete("wider");
      },
    );

    await step("TLS, which came with Trove 26", async () => {
      const one = db.instance("orders");
      if (release < 26) {
        await assert.rejects(one.ssl(), /this server does not offer it. It comes with Trove 26/);
        return;
      }
      assert.deepEqual(await one.ssl(), { status: "off", mode: "builtin" });
      const own = { container: "https://barbican.test/v1/containers/own", mode: "enforced" } as const;
      const report = await one.enableSsl(own).restart().waitUntil("ready");
      assert.equal((report.members[0]!.output[0] as { restart_required: boolean }).restart_required, true);
      const on = await one.ssl({ includeCertificate: true });
      assert.deepEqual([on.status, on.mode, on.certificate!.cn], ["on", "enforced", "db.example.test"]);
      assert.match(on.certificate!.payload!, /BEGIN CERTIFICATE/);
      await one.rollbackSsl();
      assert.equal((await one.ssl()).status, "off");
      await one.waitUntil("ready");
    });

    await step("resized, renamed, restarted", async () => {
      const flavors = await db.flavors.list();
      const other = flavors.find((one) => one.str_id !== "1" && /^\d+$/.test(one.str_id))!;
      await db.instance("orders").resizeFlavor(other.name).waitUntil("ready");
      assert.equal((await db.instance("orders")).flavor.id, other.str_id);
      await db.instance("orders").resizeVolume(2).waitUntil("ready").rename("sales").restart().waitUntil(
        "ready",
      );
      const sales = await db.instance("sales");
      assert.equal(sales.volume!.size, 2);
      ready(sales);
    });

    await long("a build that fails tells why", async () => {
      const flavor = "1";
      const report = await db.createInstance({ name: "x_SERVER_ERROR", flavor, volume: 1 }).waitUntil("ready")
        .run({ throwOnError: false });
      assert.match(report.failed[0]!.why, /it is ERROR\. Its states were BUILD → ERROR\. It says: ./);
    });

    await step("flavors, datastores, limits, strategies and modules", async () => {
      assert.equal((await db.flavors.get("1")).str_id, "1");
      const [mysql] = await db.datastores.list();
      assert.equal((await db.datastores.get(mysql!)).id, mysql!.id);
      await db.datastores.versions(mysql!);
      const version = await db.datastores.version("mysql@5.7.29");
      assert.deepEqual(await db.datastores.version(version.id), version);
      assert.equal((await db.datastores.parameter(version.id, "max_connections")).name, "max_connections");
      assert.ok((await db.datastores.parameters(version.id)).length > 10);
      assert.equal((await db.datastores.parameter("mysql@5.7.29", "max_connections")).type, "integer");
      assert.ok((await db.datastores.flavors("mysql@5.7.29")).length > 0);
      assert.ok(Array.isArray(await db.datastores.volumeTypes("mysql@5.7.29")));
      assert.equal((await db.limits()).absolute!.max_instances, 40);
      await db.backupStrategies.create({ container: "here" });
      assert.equal((await db.backupStrategies.list())[0]!.swift_container, "here");
      await db.backupStrategies.delete();
      await db.instance("sales").configuration();
      const made = await db.modules.create({ name: "ping", type: "ping", contents: "message=hello" });
      assert.equal((await db.modules.get("ping")).id, made.id);
      assert.equal(
        (await db.modules.update("ping", { description: "says hello" })).description,
        "says hello",
      );
      assert.deepEqual(await db.modules.instances("ping"), []);
      assert.equal((await db.modules.list()).length, 1);
      await db.modules.delete("ping");
      assert.equal(await db.clusters().count(), 0);
    });

    await long("guests, as far as Trove's fakes go: logs, modules, diagnostics", async () => {
      const sales = db.instance("sales");
      const { id } = await sales;
      const { management, modules } = as("admin");
      assert.equal((await sales.log("general")).status, "Disabled");
      assert.equal((await sales.enableLog("general")).succeeded.length, 1);
      await db.modules.create({ name: "pong", type: "ping", contents: "message=hello" });
      await sales.applyModules(["pong"]);
      assert.equal((await sales.applyModules(["pong"])).failed.length, 0);
      assert.deepEqual((await sales.modules()).map((one) => one.name), ["pong"]);
      await modules.reapply((await db.modules.get("pong")).id, { force: true });
      await sales.removeModule("pong");
      await db.modules.delete("pong");
      assert.ok((await management.diagnostics(id)).threads > 0);
      assert.ok((await management.hardware(id)).num_cpus > 0);
      await management.ping(id);
      assert.deepEqual(await management.clusters(), []);
      await management.stop(id);
      await management.reboot(id);
      await as("admin").instance(id).waitUntil("ready");
    });

    await long("versions of datastores, and their parameters", async () => {
      const { datastoreVersions: versions, datastores } = as("admin");
      const image = (await versions.list())[0]!.image!;
      await versions.create({ name: "11", datastore: "newsql", manager: "mysql", active: true, image });
      const own = (await versions.list()).find((one) => one.datastore_name === "newsql")!;
      await versions.update(own, { packages: ["newsql-11"] });
      assert.equal((await versions.get(own)).id, own.id);
      const parameter = { name: "depth", type: "integer", restartRequired: false } as const;
      await versions.createParameter(own, { ...parameter, max: 2n ** 62n + 1n });
      assert.equal((await versions.parameter(own, "depth")).max, 2n ** 62n + 1n);
      await versions.updateParameter(own, { ...parameter, max: 9 });
      assert.equal((await versions.parameters(own)).length, 1);
      await versions.deleteParameter(own, "depth");
      assert.deepEqual(await db.datastores.parameters(own.id), []);
      await versions.delete(own);
      await datastores.delete("newsql");
    });

    await step("what only an operator may do, and how anybody else is told", async () => {
      const before = await db.instance("sales");
      await assert.rejects(
        db.management.instances(),
        (error) => error instanceof ApiError && error.status === 401 && /admin/i.test(error.message),
      );
      const admin = as("admin");
      const all = await admin.management.instances();
      assert.ok(all.some((one) => one.id === before.id));
      assert.equal((await admin.management.instance(before.id)).tenant_id, await db.projectId());
      assert.equal((await admin.management.rootHistory(before.id)).id, before.id);
      assert.ok((await admin.datastoreVersions.list()).length > 3);
      assert.equal((await db.quotas()).find((one) => one.resource === "instances")!.limit, 40);
    });

    await step("deleted, and gone", async () => {
      const report = await db.instances().all().delete().waitUntil("gone");
      assert.equal(report.failed.length, 0);
      assert.equal((await db.instances()).length, 0);
      assert.equal((await db.backups().all().delete().waitUntil("gone")).failed.length, 0);
    });

    await long(
      "more than a page are made, listed as 20 and 2, found by name, restarted, deleted",
      async () => {
        const made = await db.createInstance({ name: "n{n}", count: 22, flavor: "1", volume: 1 }).waitUntil(
          "ready",
        );
        assert.equal(made.succeeded.length, 22);
        const pages: number[] = [];
        const asked: typeof fetch = async (url, init) => {
          const answer = await fetch(url, init);
          if (String(url).includes("/instances/detail")) {
            pages.push((await answer.clone().json()).instances.length);
          }
          return answer;
        };
        assert.equal((await as("demo", { fetch: asked }).instances()).length, 22);
        assert.deepEqual(pages, [20, 2]);
        for (const n of [1, 15, 22]) assert.equal((await db.instance(`n${n}`)).name, `n${n}`);
        const restarted = await db.instances().where({ name: /^n\d+$/ }).restart().waitUntil("ready");
        assert.equal(restarted.succeeded.length, 22);
        await as("admin").setQuotas(await db.projectId(), { instances: 1 });
        const quota = await db.createInstance({ name: "q", flavor: "1", volume: 1 }).run({
          throwOnError: false,
        });
        assert.match(quota.failed[0]!.why, /413.*Quota exceeded/);
        assert.equal(quota.requests.writes, 1);
        await db.instances().all().max(40).delete().waitUntil("gone");
      },
    );

    await long("a rate limit is waited out", async () => {
      if (!slow || "skipped" in slow) return;
      const waits: number[] = [];
      const limited = as("demo", {}, slow);
      const endpoint = await limited.endpoint();
      await Promise.all(Array.from({ length: 24 }, () =>
        endpoint.send({ method: "GET", path: "/flavors" }, {
          on: (event) => event.type === "throttled" && waits.push(event.at),
        })));
      assert.ok(waits.length > 0);
    });

    await long("the table of the docs says nothing of the real server that was not done here", async () => {
      const text = await Deno.readTextFile(new URL("../../../docs/trove-coverage.md", import.meta.url));
      const rows = text.split("\n").filter((line) =>
        line.includes("tests/interop/openstack/") && /^\| `/.test(line)
      );
      const claimed = rows.map((line) => /`([^`]+)`/.exec(line)![1]!);
      assert.ok(claimed.length > 85, String(claimed.length));
      assert.deepEqual(claimed.filter((route) => !answered.has(route)), []);
    });
  } finally {
    globalThis.fetch = fetch;
    closeHttpClients();
    await Promise.all([servers.stop(), slow?.stop()]);
  }
}
