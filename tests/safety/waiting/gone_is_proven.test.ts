/**
 * "Gone" is believed only if it is proved, and one refused poll does not fail a wait.
 */
import assert from "node:assert/strict";
import { machines, world } from "../../clouds/cloudapi/world.ts";

const NO_SUCH = { code: "ResourceNotFound", message: "VM not found" };
const PAGE = "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>";
const isLook = (request: Request) => request.method === "GET" && request.url.includes("/machines");
const isDelete = (request: Request) => request.method === "DELETE";

for (
  const [who, answer] of Object.entries({
    "the API's own words": { body: NO_SUCH },
    "a proxy's page": { body: PAGE, headers: { "content-type": "text/html" } },
    "nothing at all": { body: "" },
  })
) {
  for (const status of [404, 410]) {
    Deno.test(`a DELETE answered ${status} with ${who}, of a machine that is there, is no success`, async () => {
      const { dc, sim } = await world({ machines: machines(3) });
      sim.faults.add({ do: "status", status, ...answer, when: isDelete });
      const report = await dc.machines({ type: "test" }).delete().run({ throwOnError: false });
      assert.deepEqual(report.members.map(({ fate }) => fate), ["failed", "failed", "failed"]);
      assert.deepEqual(sim.machines().map(({ state }) => state), ["running", "running", "running"]);
    });
  }
}

Deno.test("a machine that somebody else has deleted is skipped", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  const chain = dc.machine("test-0").delete();
  const report = await chain.run({
    throwOnError: false,
    on: (event) => event.type === "planned" && sim.setState(sim.machines()[0]!.id, "deleted"),
  });
  assert.deepEqual(report.skipped.map(({ why }) => why), ["already deleted"]);
});

Deno.test("one look that says gone, where nothing led there, does not end a wait", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  let sent = false;
  const report = await dc.machine("test-0").stop().waitUntil("stopped").run({
    throwOnError: false,
    on(event) {
      if (event.type !== "accepted" || sent) return;
      sent = true;
      sim.faults.add({ do: "status", status: 404, body: NO_SUCH, times: 1, when: isLook });
    },
  });
  assert.equal(sim.faults.struck.status, 1);
  assert.deepEqual(report.failed.map(({ why }) => why), []);
});

Deno.test("a machine that is really gone fails the wait about a second after it is first said", async () => {
  const { dc, sim, clock } = await world({ machines: machines(1), transition: { min: 60_000, max: 60_000 } });
  let goneAt = 0;
  const report = await dc.machine("test-0").stop().waitUntil("stopped").run({
    throwOnError: false,
    on(event) {
      if (event.type !== "accepted") return;
      sim.setState(sim.machines()[0]!.id, "deleted");
      goneAt = clock.now();
    },
  });
  assert.match(report.failed[0]?.why ?? "", /it is gone/);
  assert.ok(clock.now() - goneAt < 5_000, `${clock.now() - goneAt} ms`);
});

Deno.test("a machine that is not shown for a while after it was made is waited for, and acted on", async () => {
  const { dc, sim, clock } = await world({ transition: { min: 8_000, max: 8_000 } });
  let hidden = Infinity;
  sim.faults.add({
    do: "status",
    status: 404,
    body: NO_SUCH,
    when: (request) => clock.now() < hidden && /\/machines\/[0-9a-f-]{36}/.test(request.url),
  });
  const report = await dc.createMachine({ name: "new", image: "base-64-lts", package: "sample-1G" })
    .enableDeletionProtection().waitUntil("running").run({
      throwOnError: false,
      on: (event) => event.type === "accepted" && event.action === "create" && (hidden = clock.now() + 5_000),
    });
  assert.ok((sim.faults.struck.status ?? 0) >= 2, "it was hidden");
  assert.deepEqual(report.failed.map(({ why }) => why), []);
  const [made] = sim.machines();
  assert.deepEqual(sim.executions(made!.id).map(({ action }) => action), [
    "provision",
    "enable_deletion_protection",
  ]);
});

for (const status of [401, 403, 404, 302]) {
  Deno.test(`a single ${status} to a look fails no wait`, async () => {
    const { dc, sim } = await world({ machines: machines(30) });
    let accepted = 0;
    const report = await dc.machines({ type: "test" }).max(30).stop().waitUntil("stopped").run({
      throwOnError: false,
      on(event) {
        if (event.type !== "accepted" || ++accepted < 30) return;
        sim.faults.add({ do: "status", status, body: NO_SUCH, times: 1, when: isLook });
      },
    });
    assert.equal(sim.faults.struck.status, 1);
    assert.deepEqual(report.failed.map(({ why }) => why), []);
  });
}

Deno.test("looks that are refused on and on fail their waits with the reason, and no others", async () => {
  const { dc, sim, clock } = await world({
    machines: {
      count: 6,
      each: (index) => ({ name: `m-${index}`, state: "running", tags: { type: index % 2 ? "odd" : "even" } }),
    },
    transition: { min: 30_000, max: 30_000 },
  });
  const body = { code: "NotAuthorized", message: "you may not list these any more" };
  const began = clock.now();
  sim.faults.add({
    do: "status",
    status: 403,
    body,
    when: (request) => clock.now() > began && isLook(request) && request.url.includes("tag.type=odd"),
  });
  let failedAt = 0;
  const run = (type: string) =>
    dc.machines({ type }).stop().waitUntil("stopped").run({
      throwOnError: false,
      on: (event) => event.type === "failed" && (failedAt ||= clock.now()),
    });
  const [odd, even] = await Promise.all([run("odd"), run("even")]);
  assert.deepEqual(odd.failed.map(({ why }) => /you may not list these any more/.test(why)), [
    true,
    true,
    true,
  ]);
  assert.ok(sim.faults.struck.status! >= 3, `${sim.faults.struck.status} looks`);
  assert.ok(failedAt - began >= 10_000 && failedAt - began < 30_000, `${failedAt - began} ms`);
  assert.deepEqual(even.failed.map(({ why }) => why), []);
});
