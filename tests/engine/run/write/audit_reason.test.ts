/** A failure that only the API's audit knows of carries the reason that the audit gives. */
import assert from "node:assert/strict";
import { api, type AuditFinding, describe } from "../../../../lib/api/mod.ts";
import { VirtualClock } from "../../../../lib/sim/clock.ts";

interface Vm {
  id: string;
  state: string;
}

/** A cloud whose hypervisor gives up what it was asked to, after two seconds. */
function cloud(why: AuditFinding["why"], { lost = false, resized = false } = {}) {
  const clock = new VirtualClock();
  const record = { id: "vm1", state: "on" };
  const writes: string[] = [];
  let ended: number | undefined, asked = 0;
  const vm = describe({
    kind: "vm",
    path: "/vms",
    state: (vm: Vm) => vm.state,
    states: ["on", "stopping", "off", "resizing", "resized", "gone"],
    drift: { stopping: ["off"], resizing: ["resized"], resized: [] },
    audit: {
      of: ["stop", "resize"],
      read: () =>
        Promise.resolve({
          now: clock.now(),
          entries: ended === undefined ? [] : [
            { at: ended, ok: false, why: typeof why === "function" ? () => (asked++, why()) : why },
          ],
        }),
    },
    actions: {
      stop: { from: ["on"], enters: "stopping" },
      resize: { from: ["on"], enters: "resizing" },
    },
  });
  const fetch = (async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    await Promise.resolve();
    if (request.method === "GET") {
      return Response.json(new URL(request.url).pathname === "/vms" ? [record] : record);
    }
    writes.push(request.url);
    record.state = resized ? "resizing" : "on";
    void clock.sleep(2000).then(() => [record.state, ended] = ["on", clock.now()]);
    if (lost) throw new TypeError("error reading a body from connection: the answer was cut");
    return Response.json(record, { status: 202 });
  }) as typeof globalThis.fetch;
  const vms = api("cloud", { url: "https://cloud.example.com", fetch, clock }).of(vm);
  return { vms, writes, asked: () => asked };
}

const quiet = { view: false, throwOnError: false } as const;

Deno.test("a stop that failed behind the API says why, and a reason that has to be read is read once", async () => {
  const { vms, asked } = cloud(() => Promise.resolve("the hypervisor\nrefused to stop."));
  const report = await vms().all().stop().waitUntil("off").run(quiet);
  assert.match(
    report.failed[0]!.why,
    /^Cannot stop vm vm1: the server's audit says that it failed: the hypervisor\\nrefused to stop\.$/,
  );
  assert.equal(asked(), 1);
});

Deno.test("a reason that may not be read, or is not given, takes nothing from the failure", async () => {
  for (
    const why of [
      () => Promise.reject(new Error("403")),
      () => Promise.resolve(undefined),
      undefined,
      " ",
    ]
  ) {
    const report = await cloud(why).vms().all().stop().waitUntil("off").run(quiet);
    assert.match(report.failed[0]!.why, /says that it failed\.$/);
  }
});

Deno.test("a failure found after a lost answer says why, and is not sent again", async () => {
  const { vms, writes } = cloud("no power", { lost: true });
  const report = await vms().all().stop().waitUntil("off").run(quiet);
  assert.match(report.failed[0]!.why, /the server's audit says that it failed: no power\.$/);
  assert.equal(writes.length, 1);
});

Deno.test("a wait that can no longer be met says why, where the record does not", async () => {
  const { vms } = cloud("No valid host was found", { resized: true });
  const report = await vms().all().resize().waitUntil("resized").run(quiet);
  assert.match(
    report.failed[0]!.why,
    /does not become resized by itself\. Its states were .*The server's audit says why: No valid host was found\.$/,
  );
});
