import assert from "node:assert/strict";
import { client } from "./signer.ts";

async function one() {
  const c = await client({ machines: [{ name: "a" }], lag: { min: 0, max: 0 } });
  const id = c.sim.machines()[0]!.id;
  const stop = (signal?: AbortSignal) =>
    c.call("POST", `/my/machines/${id}?action=stop`, signal === undefined ? {} : { signal });
  return { ...c, id, stop, executed: () => c.sim.executions(id).length };
}

Deno.test("a connection dropped before the write took effect leaves nothing done", async () => {
  const { sim, stop, executed } = await one();
  sim.faults.add({ do: "drop-before", times: 1 });
  await assert.rejects(stop(), (error: Error) => {
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /^error sending request for url .*connection reset by peer$/);
    assert.match((error.cause as Error).message, /reset/);
    return true;
  });
  assert.equal(executed(), 0);
  assert.equal((await stop()).status, 202);
  assert.equal(executed(), 1);
});

Deno.test("a connection dropped after the write took effect looks the same, but it was done", async () => {
  const { sim, stop, executed } = await one();
  sim.faults.add({ do: "drop-after", times: 1 });
  await assert.rejects(stop(), TypeError);
  assert.equal(executed(), 1);
});

Deno.test("a black hole never answers until the caller gives up, and did nothing", async () => {
  const { sim, stop, executed } = await one();
  sim.faults.add({ do: "black-hole" });
  const control = new AbortController();
  const asking = stop(control.signal);
  setTimeout(() => control.abort(new Error("gave up")), 30);
  await assert.rejects(asking, /gave up/);
  assert.equal(executed(), 0);
  sim.faults.clear();
  sim.faults.add({ do: "black-hole-after", times: 1 });
  await assert.rejects(stop(AbortSignal.timeout(30)), { name: "TimeoutError" });
  assert.equal(executed(), 1);
});

Deno.test("error answers come in bursts, with the bodies that a load balancer sends", async () => {
  const { sim, call, executed, stop } = await one();
  sim.faults.add({ do: "status", status: 503, times: 2 });
  sim.faults.add({ do: "status", status: 408, times: 1 });
  assert.deepEqual((await stop()).body.code, "ServiceUnavailable");
  assert.equal((await call("GET", "/my")).status, 503);
  const idle = await call("GET", "/my");
  assert.equal(idle.status, 408);
  assert.equal(idle.body.code, undefined, "no code to go by");
  assert.equal(executed(), 0);
  assert.equal((await call("GET", "/my")).status, 200);
  assert.deepEqual(sim.requests.byStatus, { 200: 1, 408: 1, 503: 2 });
});

Deno.test("an error answer may come although the write was done", async () => {
  const { sim, stop, executed } = await one();
  sim.faults.add({ do: "status-after", status: 500, times: 1 });
  assert.equal((await stop()).status, 500);
  assert.equal(executed(), 1);
});

Deno.test("a rule may say which requests, and how likely", async () => {
  const { sim, call, stop } = await one();
  sim.faults.add({ do: "status", status: 500, when: (request) => request.method === "POST" });
  assert.equal((await call("GET", "/my")).status, 200);
  assert.equal((await stop()).status, 500);
  sim.faults.clear();
  const end = sim.faults.add({ do: "status", status: 502, rate: 0.3 });
  let bad = 0;
  for (let i = 0; i < 200; i++) bad += (await call("GET", "/my/keys")).status === 502 ? 1 : 0;
  assert.ok(bad > 30 && bad < 90, `${bad} of 200`);
  end();
  assert.equal((await call("GET", "/my/keys")).status, 200);
  assert.equal(sim.faults.struck.status, bad + 1);
});

Deno.test("a truncated body ends in an error, a malformed one is no JSON", async () => {
  const { sim, call } = await one();
  sim.faults.add({ do: "truncate", times: 1 });
  await assert.rejects(call("GET", "/my/machines"), /error reading a body/);
  sim.faults.add({ do: "malform", times: 1 });
  assert.match((await call("GET", "/my/machines")).text, /^<html>/);
});

Deno.test("latency passes on the clock, half of it before the request arrives", async () => {
  const { sim, stop, executed, id } = await one();
  sim.faults.latency = 300;
  const began = sim.world.clock.now();
  await stop();
  assert.equal(sim.world.clock.now() - began, 300);
  assert.equal(sim.log.at(-1)!.at - began, 150);
  sim.faults.latency = (request) => request.method === "POST" ? 1000 : 0;
  sim.setState(id, "running");
  const control = new AbortController();
  const asking = stop(control.signal);
  void sim.world.clock.sleep(700).then(() => control.abort(new Error("late")));
  await assert.rejects(asking, /late/);
  assert.equal(executed(), 2, "it had arrived already");
});

Deno.test("an aborted request that had not arrived does nothing", async () => {
  const { sim, stop, executed } = await one();
  sim.faults.latency = 1000;
  const control = new AbortController();
  const asking = stop(control.signal);
  void sim.world.clock.sleep(200).then(() => control.abort(new Error("early")));
  await assert.rejects(asking, /early/);
  assert.equal(executed(), 0);
  await assert.rejects(stop(AbortSignal.abort(new Error("before"))), /before/);
});
