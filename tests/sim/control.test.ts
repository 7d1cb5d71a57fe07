import assert from "node:assert/strict";
import { client } from "./signer.ts";

async function one(spec: Record<string, unknown> = {}) {
  const c = await client({
    machines: [{ name: "a", ...spec }],
    transition: { min: 10_000, max: 10_000 },
    lag: { min: 100, max: 100 },
    slowness: () => 1,
  });
  const id = c.sim.machines()[0]!.id;
  return {
    ...c,
    id,
    act: (action: string) => c.call("POST", `/my/machines/${id}?action=${action}`),
    state: async () => (await c.call("GET", `/my/machines/${id}`)).body.state,
    later: (ms: number) => c.sim.world.clock.sleep(ms),
  };
}

Deno.test("a machine can be made to fail at the end of a job", async () => {
  const { sim, id, act, state, later } = await one();
  await act("stop");
  sim.fail(id);
  await later(5000);
  assert.equal(await state(), "stopping");
  await later(10_000);
  assert.equal(await state(), "failed");
});

Deno.test("a machine can be made to hang, and be let go", async () => {
  const { sim, id, act, state, later } = await one();
  sim.hang(id);
  await act("stop");
  await later(3_600_000);
  assert.equal(await state(), "stopping");
  sim.release(id);
  assert.equal(await state(), "stopped");
});

Deno.test("a hanging machine keeps the jobs behind it waiting", async () => {
  const { sim, id, act, later, call } = await one();
  sim.hang(id);
  await act("stop");
  await call("POST", `/my/machines/${id}/tags`, { body: { a: "b" } });
  await later(60_000);
  assert.deepEqual(sim.machine(id)!.tags, {});
  sim.release(id);
  await later(60_000);
  assert.deepEqual(sim.machine(id)!.tags, { a: "b" });
});

Deno.test("a machine can be offline for a while, and goes on underneath", async () => {
  const { sim, id, act, state, later } = await one();
  await act("stop");
  sim.offline(id, 20_000);
  assert.equal(await state(), "offline");
  await later(15_000);
  assert.equal(await state(), "offline");
  await later(6_000);
  assert.equal(await state(), "stopped");
});

Deno.test("a machine can skip the states in between", async () => {
  const { sim, id, act, state, later } = await one();
  sim.skip(id);
  await act("stop");
  await later(5000);
  assert.equal(await state(), "running");
  await later(6000);
  assert.equal(await state(), "stopped");
});

Deno.test("a state that is set calls off what is under way", async () => {
  const { sim, id, act, state, later } = await one();
  await act("stop");
  sim.setState(id, "unknown");
  assert.equal(await state(), "unknown");
  await later(60_000);
  assert.equal(await state(), "unknown");
  sim.setState(id, "offline");
  assert.equal(await state(), "offline");
  sim.setState(id, "running");
  assert.equal(await state(), "running");
});

Deno.test("machines can be added, changed and removed behind the API's back", async () => {
  const { sim, call, id } = await one();
  const added = sim.add({ name: "late", tags: { type: "test" }, state: "stopped" });
  assert.equal((await call("GET", `/my/machines/${added}`)).body.name, "late");
  assert.equal((await call("GET", "/my/machines?tag.type=test")).body.length, 1);
  sim.change(added, { tags: { type: "prod" } });
  assert.equal((await call("GET", "/my/machines?tag.type=test")).body.length, 0);
  sim.remove(id);
  assert.equal((await call("GET", `/my/machines/${id}`)).status, 404);
  assert.throws(() => sim.setState(id, "running"), RangeError);
});

Deno.test("requests are counted by operation and by status, and logged with their time", async () => {
  const { sim, call, id, later } = await one();
  await call("GET", "/my/machines");
  await call("GET", `/my/machines/${id}`);
  await later(1000);
  await call("GET", `/my/machines/${id}?x=y`);
  await call("GET", "/my/nonsense");
  assert.deepEqual(sim.requests.byMethodAndRoute, {
    "GET ListMachines": 1,
    "GET GetMachine": 2,
    "GET none": 1,
  });
  assert.deepEqual(sim.requests.byRoute, { ListMachines: 1, GetMachine: 2, none: 1 });
  assert.deepEqual(sim.requests.byStatus, { 200: 3, 405: 1 });
  const { at, ...third } = sim.log[2]!;
  assert.deepEqual(third, {
    method: "GET",
    path: `/my/machines/${id}`,
    query: "?x=y",
    route: "GetMachine",
    status: 200,
  });
  assert.equal(at - sim.log[0]!.at, 1000);
  sim.requests.reset();
  assert.equal(sim.requests.total, 0);
});

Deno.test("changes are told when they happen, and nobody keeps the clock going afterwards", async () => {
  const { sim, act, id, later } = await one();
  const began = sim.world.clock.now();
  const told: string[] = [];
  const stop = sim.subscribe((change) => {
    told.push(`${sim.world.clock.now() - began} ${change.resourceState} ${change.changeKind.subResources}`);
    assert.equal(change.changedResourceId, id);
    assert.equal(change.resourceObject.id, id);
    assert.equal(change.published, String(sim.world.clock.now()));
  });
  await act("stop");
  await later(20_000);
  assert.deepEqual(told, ["100 stopping state", "10100 stopped state"]);
  await act("start");
  stop();
  await later(20_000);
  assert.equal(told.length, 2);
});
