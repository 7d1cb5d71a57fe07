/**
 * A creation whose answer was lost, and that does not show: if the API would create a second one of the same name, it
 * is not sent again, and the report says that the member may exist.
 */
import assert from "node:assert/strict";
import { TransportError } from "../../../lib/engine/errors.ts";
import { world as machineWorld } from "../../clouds/cloudapi/world.ts";
import { world } from "../../clouds/openstack/trove/world.ts";

const posts = (end: string) => ({ method, url }: Request) => method === "POST" && url.endsWith(end);

Deno.test("a lost Trove instance that does not show is not asked for again", async () => {
  const { db, sim } = await world();
  let sent = 0;
  const when = (request: Request) => posts("/instances")(request) && ++sent > 0;
  sim.faults.add({ do: "drop-before", when });
  const report = await db.createInstance({ name: "one", flavor: "1", volume: 1 }).run({
    throwOnError: false,
  });
  assert.equal(sent, 1);
  assert.match(report.failed[0]!.why, /^Cannot tell whether instance one was made: .*It may exist/);
  assert.deepEqual(report.doubtful.map(({ doubtful }) => doubtful), ["create()"]);
});

Deno.test("a lost Trove configuration that does not show is not asked for again", async () => {
  const { db, sim } = await world();
  let sent = 0;
  const when = (request: Request) => posts("/configurations")(request) && ++sent > 0;
  sim.faults.add({ do: "drop-before", when });
  const error = await db.configurations.create({ name: "wide", values: { max_connections: 5 } })
    .catch((error) => error);
  assert.equal(sent, 1);
  assert.ok(error instanceof TransportError && error.sent === "unknown");
  assert.match(error.message, /^Cannot tell whether "create configuration wide" was carried out/);
});

Deno.test("a lost machine that does not show is asked for again, as its name would be refused a second time", async () => {
  const { dc, sim } = await machineWorld();
  sim.faults.add({ do: "drop-before", times: 1, when: posts("/machines") });
  const report = await dc.createMachine({ name: "new", image: "base-64-lts", package: "sample-1G" }).run();
  assert.equal(report.succeeded.length, 1);
  assert.equal(sim.machines().length, 1);
});
