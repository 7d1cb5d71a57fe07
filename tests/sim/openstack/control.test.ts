import assert from "node:assert/strict";
import { session } from "./session.ts";

const restart = { restart: {} };

Deno.test("a doomed restart ends in ERROR with its fault, and reset leaves the fault standing", async () => {
  const demo = await session({ instances: [{ name: "a" }], transition: 1000 });
  const { id } = demo.sim.instance("a")!;
  demo.sim.fail(id, "The disk is full.");
  assert.equal((await demo.call("POST", `/instances/${id}/action`, restart)).status, 202);
  demo.sim.advance(5000);
  const { instance } = (await demo.call("GET", `/instances/${id}`)).json;
  assert.deepEqual([
    instance.status,
    instance.operating_status,
    instance.fault.message,
    instance.fault.details,
  ], [
    "ERROR",
    "",
    "The disk is full.",
    null,
  ]);
  const admin = await demo.as("admin");
  assert.match((await admin.call("GET", `/instances/${id}`)).json.instance.fault.details, /Traceback/);
  demo.sim.setState(id, "ACTIVE");
  assert.ok((await demo.call("GET", `/instances/${id}`)).json.instance.fault, "a fault is sticky");
});

Deno.test("a hanging transition ends only when it is released", async () => {
  const demo = await session({ instances: [{ name: "a" }], transition: 1000 });
  const { id } = demo.sim.instance("a")!;
  demo.sim.hang(id);
  await demo.call("POST", `/instances/${id}/action`, restart);
  demo.sim.advance(1e9);
  assert.equal(demo.sim.instance("a")!.status, "REBOOT");
  demo.sim.release(id);
  assert.deepEqual([demo.sim.instance("a")!.status, demo.sim.instance("a")!.operatingStatus], [
    "ACTIVE",
    "RESTARTING",
  ]);
  demo.sim.advance(5000);
  assert.equal(demo.sim.instance("a")!.operatingStatus, "HEALTHY");
});

Deno.test("a lost answer does not undo the write, and a lost request does nothing", async () => {
  const demo = await session({ instances: [{ name: "a" }] });
  const { id } = demo.sim.instance("a")!;
  demo.sim.faults.add({ do: "drop-before", times: 1 });
  await assert.rejects(demo.call("POST", `/instances/${id}/action`, restart), TypeError);
  assert.deepEqual(demo.sim.executions(id), []);
  demo.sim.faults.add({ do: "drop-after", times: 1 });
  await assert.rejects(demo.call("POST", `/instances/${id}/action`, restart), TypeError);
  assert.deepEqual(demo.sim.executions(id).map((one) => one.action), ["restart"]);
});

Deno.test("a black hole ends with the caller's patience, and a malformed answer is no JSON", async () => {
  const demo = await session();
  demo.sim.faults.add({ do: "black-hole", times: 1 });
  const giveUp = new AbortController();
  const asked = demo.sim.fetch(`${demo.base}/instances`, { signal: giveUp.signal });
  giveUp.abort(new Error("enough"));
  await assert.rejects(asked, /enough/);
  demo.sim.faults.add({ do: "malform", times: 1 });
  const answer = await demo.sim.fetch(`${demo.base}/instances`, { headers: { "x-auth-token": demo.token } });
  await assert.rejects(answer.json(), SyntaxError);
  demo.sim.faults.add({ do: "status", status: 503, times: 1, headers: { "retry-after": "1" } });
  const busy = await demo.call("GET", "/instances");
  assert.deepEqual([busy.status, busy.headers.get("retry-after")], [503, "1"]);
  demo.sim.faults.add({ do: "truncate", times: 1 });
  const half = await demo.sim.fetch(`${demo.base}/flavors`, { headers: { "x-auth-token": demo.token } });
  await assert.rejects(half.text(), TypeError);
});

Deno.test("equal seeds give equal worlds, and latency passes on the clock", async () => {
  const run = async (seed: number) => {
    const demo = await session({ seed, latency: 40, transition: 60_000 });
    const made = await demo.call("POST", "/instances", {
      instance: { name: "x", flavorRef: "1", volume: { size: 1 } },
    });
    const { id } = made.json.instance;
    while ((await demo.call("GET", `/instances/${id}`)).json.instance.status === "BUILD") {
      await demo.sim.clock.sleep(1000);
    }
    return [id, demo.sim.clock.now(), demo.sim.requests.total];
  };
  assert.deepEqual(await run(7), await run(7));
  assert.notDeepEqual(await run(7), await run(8));
});

Deno.test("a status nobody knows is shown as it is", async () => {
  const demo = await session({ instances: [{ name: "a", status: "PONDERING" }] });
  assert.equal((await demo.call("GET", "/instances")).json.instances[0].status, "PONDERING");
});
