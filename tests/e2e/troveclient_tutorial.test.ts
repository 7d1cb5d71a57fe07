/**
 * The tutorial of python-troveclient, from its first line to its last, done with muster against the simulator. Prints
 * which line of ours replaced which of its lines.
 */
import assert from "node:assert/strict";
import { type DatabaseService, dbaas, type Instance, type Report } from "../../mod.ts";
import { type SimulatedDatabases, simulatedDatabases } from "../../lib/sim/openstack/mod.ts";

interface Step {
  /** Lines of the tutorial. */
  theirs: string;
  /** What does that here. */
  ours: string;
  /** Does it and checks what came of it. */
  walk: () => Promise<void> | void;
}

/** How an instance answers "how are you" in the tutorial's own words. */
const line = (one: Instance) => `${one.name}\n   Status=${one.status} Flavor=${one.flavor.id}`;

Deno.test("everything the tutorial of python-troveclient does is done here, line by line", async (t) => {
  const { authUrl, fetch, clock, sim }: SimulatedDatabases = await simulatedDatabases({
    instances: [{ name: "old-1" }, { name: "old-2" }],
  });
  const options = { authUrl, username: "jsmith", password: "abcdef", project: "demo", region: "RegionOne" };
  const wire = { fetch: fetch as typeof globalThis.fetch, clock };
  const server = sim.addresses.database.RegionOne!.public;
  let client!: DatabaseService;
  let made!: Report<Instance>;

  const steps: Step[] = [
    {
      theirs: `client = Dbaas("jsmith", "abcdef", tenant="12345", auth_url=AUTH_URL)\nclient.authenticate()`,
      ours: `const client = dbaas({ authUrl, username: "jsmith", password, project: "demo" });`,
      walk() {
        client = dbaas({ ...options, ...wire });
        assert.equal(sim.log.length, 0, "logging in is left to the first request");
      },
    },
    {
      theirs: `instances = [1]\nwhile len(instances) > 0:\n    instances = client.instances.list()\n` +
        `    for instance in instances:\n        try:\n            instance.delete()\n        except:\n            pass`,
      ours: `await client.instances().all().delete().waitUntil("gone");`,
      async walk() {
        const report = await client.instances().all().delete().waitUntil("gone");
        assert.equal(report.succeeded.length, 2);
        assert.equal(sim.instances().length, 0);
      },
    },
    {
      theirs: `flavor_id = "1"\nfor i in range(30):\n    name = "Instance #%d" % i\n` +
        `    client.instances.create(name, flavor_id, None)`,
      ours: `await client.createInstance({ name: "Instance #{n}", count: 30, flavor: "1", volume: 1 });`,
      async walk() {
        const spec = { name: "Instance #{n}", count: 30, flavor: "1", volume: 1 };
        made = await client.createInstance(spec).waitUntil("ready");
        assert.equal(made.succeeded.length, 30);
      },
    },
    {
      theirs: `auth_strategy='rax'`,
      ours: `dbaas({ authUrl: "…/v2.0", username, apiKey })`,
      async walk() {
        const old = await simulatedDatabases({ legacyIdentity: "rackspace", instances: [{ name: "a" }] });
        const rackspace = dbaas({
          authUrl: old.authUrl.replace(/\/v3$/, "/v2.0"),
          username: "jsmith",
          apiKey: "abcdef",
          region: "RegionOne",
          fetch: old.fetch as typeof globalThis.fetch,
          clock: old.clock,
        });
        assert.equal(await rackspace.instances().count(), 1);
      },
    },
    {
      theirs: `versions = client.versions.index("http://localhost:8779")\nfor version in versions:\n` +
        `    print(version.id)\n    for link in version.links:\n        if link['rel'] == 'self':\n` +
        `            print("    %s" % link['href'])`,
      ours: `for (const { id, links } of await client.versions("http://localhost:8779")) …`,
      async walk() {
        const before = sim.log.length;
        const said: string[] = [];
        for (const { id, links } of await dbaas(wire).versions(server)) {
          said.push(id, `    ${links.find(({ rel }) => rel === "self")!.href}`);
        }
        assert.deepEqual(said, ["v1.0", `    ${server}/v1.0/`]);
        assert.equal(sim.log.length, before + 1, "without logging in");
      },
    },
    {
      theirs:
        `volume = {'size':1}\ndatabases = [{"name": "my_db", "character_set": "latin2", "collate": …}]\n` +
        `users = [{"name": "jsmith", "password": "12345", "databases": [{"name": "my_db"}]}]\n` +
        `instance = client.instances.create("My Instance", flavor_id, volume, databases, users)`,
      ours: `await client.createInstance({ name: "My Instance", flavor: "1", volume: 1, databases, users });`,
      async walk() {
        made = await client.createInstance({
          name: "My Instance",
          flavor: "1",
          volume: 1,
          databases: [{ name: "my_db", characterSet: "latin2", collate: "latin2_general_ci" }],
          users: [{ name: "jsmith", password: "12345", databases: ["my_db"] }],
        });
        assert.equal(made.succeeded.length, 1);
        assert.ok(!Deno.inspect(made, { depth: 9 }).includes("12345"));
      },
    },
    {
      theirs: `updated_instance = client.instances.get(instance.id)\nprint(updated_instance.name)\n` +
        `print("   Status=%s Flavor=%s" % (updated_instance.status, updated_instance.flavor['id']))`,
      ours: "const { name, status, flavor } = await client.instance(id);",
      async walk() {
        const { id } = made.members[0]!;
        assert.equal(line(await client.instance(id)), "My Instance\n   Status=BUILD Flavor=1");
      },
    },
    {
      theirs: `while instance.status == "BUILD":\n    instance.get()\n    time.sleep(1)\n` +
        `print("Ready in an %s state." % instance.status)\ninstance.delete()\nwhile True:\n    try:\n` +
        `        instance = client.instances.get(instance.id)\n        assert instance.status == "SHUTDOWN"\n` +
        `    except NotFound:\n        break`,
      ours: `await client.instance("My Instance").waitUntil("ready").delete().waitUntil("gone");`,
      async walk() {
        const report = await client.instance("My Instance").waitUntil("ready").delete().waitUntil("gone");
        const path = report.members[0]!.path.map((seen) => seen.state);
        assert.deepEqual(path, ["BUILD", "ACTIVE", "SHUTDOWN", "DELETED"]);
        assert.equal(sim.instance("My Instance"), undefined);
      },
    },
    {
      theirs: `instances = client.instances.list()\nprint(len(instances))\nprint(instances.next is None)\n` +
        `instances2 = client.instances.list(marker=instances.next)\nprint(len(instances2))\n` +
        `print(instances2.next is None)`,
      ours: `const instances = await client.instances();`,
      async walk() {
        const before = sim.log.length;
        const instances = await client.instances();
        assert.equal(instances.length, 30);
        assert.equal(new Set(instances.map(({ id }) => id)).size, 30);
        assert.equal(sim.log.length - before, 2, "20 and 10, and nobody has to know");
        assert.equal((await client.instance("Instance #30")).name, "Instance #30", "on whatever page");
      },
    },
  ];

  for (const { theirs, ours, walk } of steps) {
    await t.step(`${theirs.replaceAll(/\n */g, " ; ")}  →  ${ours}`, async () => await walk());
  }
  const table = steps.map(({ theirs, ours }) => `  ${theirs.replaceAll("\n", "\n  ")}\n    → ${ours}\n`).join(
    "",
  );
  Deno.stdout.writeSync(
    new TextEncoder().encode(`python-troveclient's tutorial, line by line:\n${table}`),
  );
});
