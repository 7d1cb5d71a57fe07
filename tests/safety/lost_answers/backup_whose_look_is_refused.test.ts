/**
 * A write whose answer was lost, and whose effect cannot be checked: nobody knows the result, and the report says so,
 * by name.
 */
import assert from "node:assert/strict";
import { instances, world } from "../../clouds/openstack/trove/world.ts";

Deno.test("a backup whose answer was lost is doubtful where the list of backups is refused then", async () => {
  const { db, sim } = await world({ instances: instances(1) });
  const isList = (request: Request) => request.method === "GET" && request.url.includes("/backups");
  sim.faults.add({
    do: "drop-after",
    times: 1,
    when: (request) => request.method === "POST" && request.url.endsWith("/backups"),
  });
  let lists = 0;
  sim.faults.add({
    do: "status",
    status: 403,
    body: { forbidden: { message: "no", code: 403 } },
    when: (request) => isList(request) && ++lists > 1,
  });
  const report = await db.instance("staging-0").backup("nightly").run({ throwOnError: false });
  assert.equal(report.failed.length, 1);
  assert.deepEqual(report.doubtful.map(({ doubtful }) => doubtful), ['backup("nightly")']);
});
