/** Work in flight beside the API's states. */
import assert from "node:assert/strict";
import { api, describe } from "../../lib/api/mod.ts";
import { VirtualClock } from "../../lib/sim/clock.ts";

interface Server {
  id: string;
  status: string;
}

const server = describe({
  kind: "server",
  path: "/servers",
  state: (server: Server) => server.status,
  states: ["RUNNING", "STOPPED", "DELETED"],
  drift: {},
  actions: {
    start: { from: ["STOPPED"], enters: "RUNNING", inFlight: "starting" },
    stop: { from: ["RUNNING"], enters: "STOPPED", inFlight: "stopping" },
  },
});

/** A cloud whose server shows the old state for a while. */
function cloud(takes: number) {
  const clock = new VirtualClock();
  let status = "STOPPED", next = status, at = Infinity;
  const writes: string[] = [];
  const fetch = (async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    await Promise.resolve();
    if (clock.now() >= at) [status, at] = [next, Infinity];
    const record = () => ({ id: "s1", status });
    if (request.method === "GET") {
      return Response.json(new URL(request.url).pathname === "/servers" ? [record()] : record());
    }
    const action = request.url.split("/").at(-1)!;
    writes.push(`${action} while ${status}`);
    [next, at] = [action === "start" ? "RUNNING" : "STOPPED", clock.now() + takes];
    return Response.json(record(), { status: 202 });
  }) as typeof globalThis.fetch;
  return { servers: api("cloud", { url: "https://cloud.example.com", fetch, clock }).of(server), writes };
}

Deno.test("what was started counts as starting until it runs, and is stopped only then", async () => {
  const { servers, writes } = cloud(20_000);
  const report = await servers().all().start().waitUntil("RUNNING").stop().waitUntil("STOPPED").run({
    view: false,
  });
  assert.equal(report.succeeded.length, 1);
  assert.deepEqual(writes, ["start while STOPPED", "stop while RUNNING"]);
});

Deno.test("what is in flight is refused with what to wait for, and nothing is sent", async () => {
  const { servers, writes } = cloud(1000);
  const hasty = servers().all().start() as unknown as ReturnType<typeof servers>;
  const plan = await hasty.stop().plan();
  const why = plan.members[0]!.predictions.at(-1)!.why;
  assert.equal(why, "it is starting, and stop needs RUNNING. Wait until it is RUNNING first");
  const report = await hasty.stop().run({ throwOnError: false, view: false });
  assert.deepEqual([report.succeeded.length, writes], [0, []]);
});

Deno.test("a run that does not wait says that it is on its way", async () => {
  const { servers } = cloud(1000);
  const report = await servers().all().start().run({ view: false });
  assert.equal(report.succeeded[0]!.state, "starting");
});

Deno.test("a name in flight that is a state, or leads nowhere, is refused", () => {
  const act = (action: Record<string, unknown>) =>
  // deno-lint-ignore no-explicit-any
  () => describe({ ...server, path: "/servers", actions: { act: { from: ["STOPPED"], ...action } } } as any);
  assert.throws(
    act({ enters: "RUNNING", inFlight: "STOPPED" }),
    /has to be a name of its own and not a state of the API/,
  );
  assert.throws(act({ inFlight: "starting" }), /does not say with enters where it leads/);
});
