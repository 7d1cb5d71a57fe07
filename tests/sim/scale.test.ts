import assert from "node:assert/strict";
import { createCloudApi } from "../../lib/sim/mod.ts";
import { client } from "./signer.ts";

Deno.test("a page of a thousand among ten thousand costs a few milliseconds once it was written", async () => {
  const { call } = await client({ machines: 10_000 });
  for (let offset = 0; offset < 10_000; offset += 1000) await call("GET", `/my/machines?offset=${offset}`);
  const times: number[] = [];
  for (let offset = 0; offset < 10_000; offset += 1000) {
    const began = performance.now();
    const answer = await call("GET", `/my/machines?offset=${offset}`);
    times.push(performance.now() - began);
    assert.equal(answer.body.length, 1000);
  }
  const page = JSON.stringify((await call("GET", "/my/machines?offset=0")).body);
  const alone = Array.from({ length: 10 }, () => {
    const began = performance.now();
    JSON.parse(page);
    return performance.now() - began;
  });
  // Parsing is most of it. The least of ten each, because the machine may be busy.
  const least = Math.min(...times), parsing = Math.min(...alone);
  assert.ok(least < 15 * parsing, `${least.toFixed(1)} ms, of which parsing ${parsing.toFixed(1)} ms`);
});

Deno.test("a hundred thousand machines are seeded at once, and made only when looked at", async () => {
  let made = 0;
  const before = Deno.memoryUsage().heapUsed;
  const began = performance.now();
  const sim = createCloudApi({
    machines: { count: 100_000, each: (i) => (made++, { name: `m${i}`, tags: { n: i } }) },
    verify: false,
  });
  const took = performance.now() - began;
  assert.equal(made, 0);
  // Made one by one they would take several times as long.
  assert.ok(took < 5_000, `${took} ms`);
  assert.ok(Deno.memoryUsage().heapUsed - before < 50e6);
  assert.equal(sim.account.machines.size, 100_000);
  const [first] = sim.account.machines.all();
  assert.equal(sim.account.machines.get(first!.id), first);
  assert.equal(made, 1);
  await Promise.resolve();
});

Deno.test("every machine of a large world has an id and addresses of its own", () => {
  const sim = createCloudApi({ machines: 20_000 });
  const all = [...sim.account.machines.all()];
  assert.equal(new Set(all.map(({ id }) => id.slice(0, 8))).size, 20_000);
  assert.equal(new Set(all.flatMap(({ nics }) => nics.map(({ ip }) => ip))).size, 40_000);
  assert.equal(new Set(all.flatMap(({ nics }) => nics.map(({ mac }) => mac))).size, 40_000);
  for (const machine of all.slice(0, 100)) assert.equal(sim.account.machines.get(machine.id), machine);
});

Deno.test("two thousand machines stop and are polled in a moment of real time", async () => {
  const { sim, call } = await client({ machines: 2000 });
  const running = sim.machines().filter(({ state }) => state === "running").map(({ id }) => id);
  await Promise.all(running.map((id) => call("POST", `/my/machines/${id}?action=stop`)));
  let polls = 0;
  while (sim.machines().some(({ state }) => state !== "stopped")) {
    await sim.world.clock.sleep(5000);
    polls++;
  }
  assert.ok(polls >= 20, "the slow ones take up to 150 seconds");
  assert.equal(sim.writes.length, running.length);
});
