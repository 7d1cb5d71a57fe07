/**
 * `deno task demo-databases`: one line restarts a fleet of databases and waits for them. Then a database is created,
 * backed up, filled and deleted. Over real HTTP, with a simulated Keystone and Trove on a loopback port.
 */
import { dbaas } from "../mod.ts";
import { serveOpenStack } from "../lib/sim/openstack/mod.ts";
import { stderrDevice } from "../lib/view/output_device.ts";
import { viewFor } from "../lib/view/view_for.ts";

const staging = Array.from({ length: 25 }, (_, n) => ({ name: `staging-${n + 1}`, databases: ["orders"] }));
const server = await serveOpenStack({
  instances: [...staging, { name: "prod-billing" }, {
    name: "prod-billing-replica",
    replicaOf: "prod-billing",
  }],
  // Like a small cloud, but thirty times as fast.
  speed: 30,
  quota: { instances: 40 },
});
const { OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME, OS_REGION_NAME } = server.environment;
const db = dbaas({
  authUrl: OS_AUTH_URL,
  username: OS_USERNAME,
  password: OS_PASSWORD,
  project: OS_PROJECT_NAME,
  region: OS_REGION_NAME,
  clock: server.sim.clock,
});

const out = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text + "\n"));
const show = viewFor(Deno.stderr.isTerminal() ? "terminal" : "plain", stderrDevice);
out(
  `A simulated database service is at ${server.url}: ${await db.instances()
    .count()} instances. Nothing real is touched.`,
);

const restarts = db.instances().where({ name: /^staging-/ }).restart().waitUntil("ready");
out(`\nawait ${restarts};\n`);
const restarted = await restarts.run({ view: false, on: show });

const spec = {
  name: "fresh-{n}",
  count: 3,
  flavor: "m1.small",
  volume: 1,
  datastore: "mysql@5.7.29",
  databases: ["app"],
  users: [{ name: "app", password: crypto.randomUUID(), databases: ["app"] }],
};
const life = db.createInstance(spec).waitUntil("ready").createDatabase("reports").grant("app", "reports")
  .backup("first").waitUntil("ready").delete().waitUntil("gone");
out(`\nawait ${life};\n`);
const lived = await life.run({ view: false, on: show });

const names = new Set([...restarted.members, ...lived.members].map((member) => member.name));
const strayed = server.sim.instances().filter((one) =>
  !names.has(one.name) && server.sim.executions(one.id).length > 0
);
out(
  `\nCounted at the server: ${server.sim.writes.length} writes executed, ${strayed.length} of them on the instances of ` +
    `prod, which were not selected; ${await db.backups().count()} backups are left.`,
);
await server.close();
