/**
 * An argument that is a function of the record, such as a new name made from the old one: what was sent counts, not
 * what the function returns for the changed record.
 */
import assert from "node:assert/strict";
import { secret } from "../../../lib/clouds/openstack/settings/secret.ts";
import { stepKey } from "../../../lib/engine/run/overlapping.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";

const isRename = (request: Request) => request.url.includes("action=rename");

Deno.test("a wait after machines were renamed by a function of their name ends when they are renamed", async () => {
  const { dc, sim } = await world({ machines: machines(3) });
  const report = await dc.machines({ type: "test" }).rename((one) => `${one.name}-old`).stop().waitUntil(
    "stopped",
  );
  assert.equal(report.succeeded.length, 3);
  assert.ok(report.duration < 60_000, `${report.duration} ms`);
  assert.deepEqual(sim.machines().map(({ name }) => name).sort(), ["test-0-old", "test-1-old", "test-2-old"]);
});

Deno.test("a renaming by a function whose answer was lost is seen, and not done to the new name once more", async () => {
  for (const lost of ["drop-after", "drop-before"] as const) {
    const { dc, sim } = await world({ machines: machines(1) });
    sim.faults.add({ do: lost, times: 1, when: isRename });
    let asked = 0;
    const report = await dc.machine("test-0").rename((one) => `${one.name}-${++asked}`).waitUntil("running");
    assert.equal(report.succeeded.length, 1, lost);
    assert.match(sim.machines()[0]!.name, /^test-0-\d+$/, lost);
    const renamed = sim.executions(sim.machines()[0]!.id).filter(({ action }) => action === "rename");
    assert.equal(renamed.length, 1, lost);
  }
});

Deno.test("secrets that differ are not taken for one, as they look alike", () => {
  const step = (one: unknown) => stepKey({ kind: "action", name: "set", args: [{ password: one }] });
  const one = secret("one");
  assert.notEqual(step(one), step(secret("two")));
  assert.equal(step(one), step(one));
  assert.equal(step("a"), step("a"));
});
