/**
 * What was read before an action was sent never decides a wait after it: lists take long, and pushed changes move
 * members on while a list is in flight.
 */
import assert from "node:assert/strict";
import { feedOpener } from "../../../lib/sim/mod.ts";
import { Farm } from "../../engine/farm.ts";
import { describe, selectOne } from "../../../lib/engine/mod.ts";
import { job } from "../../engine/job.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";

/** A hundred machines whose changes are pushed, and whose lists take 1.2 s. */
async function slowLists(seed: number) {
  const made = await world({ seed, machines: machines(100), transition: { min: 1500, max: 4500 } });
  made.sim.faults.latency = (request) => {
    const list = request.method === "GET" && /\/machines(\?|$)/.test(request.url);
    return list ? 1200 : 40;
  };
  return { ...made, dc: made.with({ changefeed: feedOpener(made.sim) }) };
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  Deno.test(`stopped and started again, every machine that is said to run runs (world ${seed})`, async () => {
    const { dc, sim } = await slowLists(seed);
    const wrong: string[] = [];
    const report = await dc.machines({ type: "test" }).max(100)
      .stop().waitUntil("stopped").start().waitUntil("running")
      .run({
        throwOnError: false,
        on(event) {
          const id = event.type === "waited" ? event.member.id : "";
          if (event.type === "waited" && sim.machine(id)?.state !== event.state) {
            wrong.push(`${id}: ${event.state}`);
          }
        },
      });
    assert.deepEqual(report.failed.map((one) => one.why), []);
    assert.deepEqual(wrong, []);
    assert.deepEqual(sim.machines().filter(({ state }) => state !== "running"), []);
  });

  Deno.test(`stopped and deleted, no machine is said not to become deleted (world ${seed})`, async () => {
    const { dc, sim } = await slowLists(seed);
    const report = await dc.machines({ type: "test" }).max(100)
      .stop().waitUntil("stopped").delete().waitUntil("deleted").run({ throwOnError: false });
    assert.deepEqual(report.failed.map((one) => one.why), []);
    assert.equal(report.succeeded.length, 100);
    assert.deepEqual(sim.machines().filter(({ state }) => state !== "deleted"), []);
  });
}

/** Jobs that can be poked: nothing in them shows that it was done. */
const pokeable = describe({
  ...job,
  actions: {
    poke: { from: ["working"], request: ({ id }) => ({ method: "POST", path: `/jobs/${id}/poke` }) },
  },
});

Deno.test("what the plan read does not end a wait after an action that shows in nothing", async () => {
  const farm = new Farm(1, { way: () => ({ there: 5, back: 0 }) });
  const done: string[] = [];
  const send = farm.send.bind(farm);
  farm.send = async (request, options) => {
    if (!request.path.endsWith("/poke")) {
      done.push(request.method);
      return await send(request, options);
    }
    await farm.clock.sleep(5);
    done.push("poke");
    farm.jobs.get("j0")!.phase = "broken";
    return { status: 202, headers: new Headers(), body: undefined };
  };
  const report = await selectOne(pokeable, "j0", { endpoint: farm.handle, handle: "farm" })
    .poke().waitUntil("working").run({ throwOnError: false });
  assert.deepEqual(done, ["GET", "poke", "GET"]);
  assert.match(
    report.failed[0]?.why ?? "it succeeded",
    /a job that is broken does not become working by itself/,
  );
});
