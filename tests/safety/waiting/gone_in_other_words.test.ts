/**
 * A 404 in the API's own words that is not about the member: it is not gone for that, and nothing is "already deleted".
 */
import assert from "node:assert/strict";
import { type ChainError, WaitTimeoutError } from "../../../lib/muster.ts";
import { machines, world as cloudapi } from "../../clouds/cloudapi/world.ts";
import { instances, world as trove } from "../../clouds/openstack/trove/world.ts";
import { behind } from "../answers/foreign_answers.ts";

const json = (body: unknown, status: number) => Response.json(body, { status });
/** What says 404, by which cloud: in front of it, or of something else. */
const MACHINES = {
  "a page of a proxy": () =>
    new Response("<h1>404</h1>", { status: 404, headers: { "content-type": "text/html" } }),
  "an empty answer": () => new Response(null, { status: 404 }),
  "another API": () => json({ error: { code: 404, message: "no route" } }, 404),
  "another code of CloudAPI": () => json({ code: "AccountBlocked", message: "no such account" }, 404),
  "an empty 410": () => new Response(null, { status: 410 }),
  "a 410 with nobody's record": () => json({ state: "deleted" }, 410),
};
const INSTANCES = {
  "a page of a proxy": MACHINES["a page of a proxy"],
  "an empty answer": MACHINES["an empty answer"],
  "the layer in front of Trove": () =>
    json(
      { message: "The resource could not be found.<br />", code: "404 Not Found", title: "Not Found" },
      404,
    ),
  "another API": () => json({ code: "ResourceNotFound", message: "no route" }, 404),
};

for (const [who, answer] of Object.entries(MACHINES)) {
  Deno.test(`${who} says 404 or 410 to a delete: no machine is "already deleted"`, async () => {
    const { sim, with: open } = await cloudapi({ machines: machines(2) });
    const place = behind(sim.fetch as typeof fetch);
    const dc = open({ fetch: place.fetch });
    place.instead = ({ method }) => method === "DELETE" ? answer() : undefined;
    const { report } = await dc.machines({ type: "test" }).delete().run().then(
      () => assert.fail("it succeeded"),
      (error: ChainError) => error,
    );
    assert.deepEqual([report.failed.length, report.skipped.length], [2, 0]);
    assert.equal(sim.machines().filter(({ state }) => state === "running").length, 2);
  });

  Deno.test(`${who} says 404 or 410 to every look: no machine is said to be deleted`, async () => {
    const { sim, with: open } = await cloudapi({ machines: machines(1) });
    const place = behind(sim.fetch as typeof fetch);
    const dc = open({ fetch: place.fetch });
    const chain = dc.machine(sim.machines()[0]!.id).waitUntil("deleted", { timeout: "2m" });
    const { report } = await chain.run({
      on: (event) => event.type === "planned" && void (place.instead = answer),
    }).then(() => assert.fail("it succeeded"), (error: ChainError) => error);
    assert.equal(report.failed.length, 1);
    assert.equal(sim.machines()[0]!.state, "running");
  });
}

for (const [who, answer] of Object.entries(INSTANCES)) {
  Deno.test(`${who} says 404: no instance is "already deleted", and none is said to be gone`, async () => {
    const { sim, with: open } = await trove({ instances: instances(2) });
    const place = behind(sim.fetch as typeof fetch);
    const db = open({ fetch: place.fetch });
    const isTrove = (url: string) => !url.includes("keystone");
    place.instead = ({ method, url }) => method === "DELETE" && isTrove(url) ? answer() : undefined;
    const { report } = await db.instances().where({ name: /^staging/ }).delete().run().then(
      () => assert.fail("it succeeded"),
      (error: ChainError) => error,
    );
    assert.deepEqual([report.failed.length, report.skipped.length], [2, 0]);
    place.instead = undefined;
    const waiting = db.instance("staging-0").waitUntil("gone", { timeout: "2m" });
    const waited = await waiting.run({
      on: (event) =>
        event.type === "planned" && void (place.instead = ({ url }) => isTrove(url) ? answer() : undefined),
    }).then(() => assert.fail("it succeeded"), (error: ChainError) => error);
    assert.equal(waited.report.failed.length, 1);
    assert.equal(sim.instances().length, 2);
  });
}

Deno.test("the API's own 404 is what gone is", async () => {
  const { sim, dc } = await cloudapi({ machines: machines(1) });
  const { id } = sim.machines()[0]!;
  const report = await dc.machine(id).delete().waitUntil("deleted");
  assert.equal(report.succeeded.length, 1);
  const never = await dc.machine(id).waitUntil("running").run({ throwOnError: false }).catch((error) =>
    error
  );
  assert.ok(!(never instanceof WaitTimeoutError));
});
