/** A write whose answer was lost: of what is seen afterwards, only what this write alone can cause proves it. */
import assert from "node:assert/strict";
import type { DatacenterOptions } from "../../../lib/muster.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";
import { instances, world as trove } from "../../clouds/openstack/trove/world.ts";

const RESET = "error sending request: client error (SendRequest): connection reset by peer (os error 104)";

/** Loses `lose` answers of such requests, after they were carried out or before. */
function losing(
  inner: unknown,
  which: (url: URL, method: string) => boolean,
  { done, lose = 1, then }: { done: boolean; lose?: number; then?: () => unknown },
): NonNullable<DatacenterOptions["fetch"]> {
  let left = lose;
  return (async (url: string, init: RequestInit) => {
    const send = inner as typeof fetch;
    if (left === 0 || !which(new URL(url), init.method ?? "GET")) return await send(url, init);
    left--;
    if (done) await send(url, init);
    await then?.();
    throw new TypeError(RESET);
  }) as typeof fetch;
}

Deno.test("a delete that was lost and shows is still waited for until the instance is gone", async () => {
  const made = await trove({ instances: instances(1) });
  const fetch = losing(made.sim.fetch, (_, method) => method === "DELETE", { done: true });
  const { succeeded } = await made.with({ fetch }).instance("staging-0").delete().waitUntil("DELETED");
  assert.equal(succeeded.length, 1);
  assert.deepEqual(made.sim.instances().map(({ status }) => status), []);
});

Deno.test("somebody's stop does not show that a delete was carried out whose answer was lost", async () => {
  const made = await world({ machines: machines(1), transition: { min: 40_000, max: 40_000 } });
  const [one] = [...made.sim.machines()];
  const fetch = losing(made.sim.fetch, (_, method) => method === "DELETE", {
    done: false,
    then: () => made.dc.machine(one!.id).stop().run({ view: false }),
  });
  const report = await made.with({ fetch }).machine(one!.id).delete().run({ view: false });
  assert.equal(report.succeeded.length, 1);
  assert.deepEqual(made.sim.executions(one!.id).map(({ action }) => action), ["stop", "destroy"]);
});

Deno.test("a tag that is not there yet does not show that it was taken away", async () => {
  const made = await world({ machines: machines(1), lag: { min: 3_000, max: 3_000 } });
  const [one] = [...made.sim.machines()];
  const fetch = losing(made.sim.fetch, (url, method) => method === "DELETE" && /tags/.test(url.pathname), {
    done: false,
  });
  const chain = made.with({ fetch }).machine(one!.id).tag({ owner: "me" }).untag("owner");
  const report = await chain.run({ view: false });
  assert.equal(report.succeeded.length, 1);
  assert.deepEqual(made.sim.executions(one!.id).map(({ action }) => action), ["set_tags", "remove_tags"]);
});

Deno.test("a machine that goes while it is in doubt is not asked for again and again", async () => {
  for (const action of ["reboot", "stop", "enableFirewall"] as const) {
    const made = await world({ machines: machines(1), purgeAfter: 0 });
    const [one] = [...made.sim.machines()];
    const fetch = losing(made.sim.fetch, (_, method) => method === "POST", {
      done: false,
      then: () => made.sim.remove(one!.id),
    });
    const began = made.clock.now();
    const report = await made.with({ fetch }).machine(one!.id)[action]().run({
      view: false,
      throwOnError: false,
    });
    assert.equal(report.failed.length, 1, action);
    const requests = made.sim.requests.entries.length;
    assert.ok(requests < 80, `${action}: ${requests} requests in ${made.clock.now() - began} ms`);
    assert.equal(report.failed[0]!.doubtful, `${action}()`);
  }
});
