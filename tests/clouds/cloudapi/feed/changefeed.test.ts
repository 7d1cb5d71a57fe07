import assert from "node:assert/strict";
import type { Report } from "../../../../lib/muster.ts";
import { type Change, type CloudApiOptions, feedOpener } from "../../../../lib/sim/mod.ts";
import { endpointOf } from "../../../../lib/clouds/cloudapi/connect.ts";
import { machines, type World, world } from "../world.ts";

const pushed = async (options: CloudApiOptions = {}) => {
  const made = await world(options);
  return { ...made, dc: made.with({ changefeed: feedOpener(made.sim) }) };
};
const asked = ({ sim }: Pick<World, "sim">) => sim.requests.byRoute.changefeed ?? 0;
const upgrade = (request: Request) => request.url.includes("/changefeed");

/**
 * The example of the README. Returns how long machines stayed stopped before their deletion arrived, on average, in
 * milliseconds.
 */
async function line(
  { sim, dc }: Pick<World, "sim" | "dc">,
): Promise<{ report: Report; requests: number; reaction: number }> {
  const report = await dc.machines({ type: "test" }).max(1000).stop().waitUntil("stopped").delete();
  let late = 0;
  for (const { machine, action, at } of sim.writes) {
    if (action !== "destroy") continue;
    const stop = sim.account.machines.get(machine)!.jobs.find((job) => job.action === "stop")!;
    late += at - stop.finished!;
  }
  return { report, requests: sim.requests.total, reaction: late / report.members.length };
}

/** Everything that is wanted of a run, whatever the feed did: every machine stopped, then deleted, once. */
function done({ sim }: Pick<World, "sim">, report: Report): void {
  assert.equal(report.succeeded.length, report.members.length);
  for (const one of report.members) {
    assert.deepEqual(sim.executions(one.id).map(({ action }) => action), ["stop", "destroy"], one.name);
  }
  assert.equal(sim.feed.listeners, 0, "the feed is closed when nobody waits any more");
}

Deno.test("told of changes, a hundred machines take two requests each and next to none to wait", async () => {
  const polling = await world({ machines: machines(100) });
  const told = await pushed({ machines: machines(100) });
  for (const { sim } of [polling, told]) sim.faults.latency = 40;
  const before = await line(polling), now = await line(told);
  done(polling, before.report);
  done(told, now.report);
  assert.ok(now.requests <= 2 * 100 + 5, `${now.requests} requests`);
  assert.ok(now.requests < before.requests, `${now.requests} of ${before.requests}`);
  // One way for the change, one for what follows.
  assert.ok(now.reaction <= 60, `${now.reaction} ms after it stopped, on average`);
  assert.ok(now.reaction < before.reaction / 2, `${now.reaction} of ${before.reaction} ms`);
  assert.equal(now.report.requests.total, now.requests, "the upgrade is counted");
});

Deno.test("one machine's waits are told of as well, and a feed that has told once is relied on", async () => {
  const made = await pushed({ machines: machines(1), transition: { min: 60_000, max: 60_000 } });
  const { sim, dc } = made;
  await dc.machine("test-0").stop().waitUntil("stopped").start().waitUntil("running");
  // A list, two actions; for each wait an upgrade and the look that closes the gap; every 20 s another.
  assert.ok(sim.requests.total <= 3 + 2 * (2 + 4), JSON.stringify(sim.requests.byRoute));
  assert.equal(sim.feed.listeners, 0);
});

for (const status of [404, 500, 503, 403, 302]) {
  Deno.test(`where the changefeed is refused with ${status}, waits ask as before and it is not asked for again`, async () => {
    const polling = await world({ machines: machines(10) });
    const refused = await pushed({ machines: machines(10) });
    refused.sim.faults.add({ do: "status", status, when: upgrade });
    const before = await line(polling), now = await line(refused);
    done(refused, now.report);
    assert.equal(now.requests, before.requests + 1);
    refused.sim.add({ name: "late", tags: { type: "late" } });
    await refused.dc.machines({ type: "late" }).stop().waitUntil("stopped");
    assert.equal(refused.sim.faults.struck.status, 1, "asked once");
  });
}

Deno.test("an upgrade that is never answered holds nothing up, and ends with the waits", async () => {
  const polling = await world({ machines: machines(10) });
  const silent = await pushed({ machines: machines(10) });
  silent.sim.faults.add({ do: "black-hole", when: upgrade });
  const before = await line(polling), now = await line(silent);
  done(silent, now.report);
  assert.equal(now.report.duration, before.report.duration);
});

Deno.test("a server that refuses for haste or for the clock is asked again later", async () => {
  const made = await pushed({ machines: machines(5), transition: { min: 30_000, max: 40_000 } });
  made.sim.faults.add({ do: "status", status: 429, times: 1, when: upgrade });
  made.sim.faults.add({ do: "status", status: 400, times: 1, when: upgrade });
  done(made, (await line(made)).report);
  assert.equal(asked(made), 1, "the third time");
});

Deno.test("a feed that breaks in the middle of waits is opened again, and nothing is missed", async () => {
  const made = await pushed({ machines: machines(40), transition: { min: 5_000, max: 60_000 } });
  const { sim, clock } = made;
  let drops = 0;
  const breaking = (async () => {
    for (; drops < 6; drops++) {
      await clock.sleep(7_000);
      sim.feed.drop();
    }
  })();
  const { report, requests } = await line(made);
  await breaking;
  done(made, report);
  assert.ok(report.duration < 60_000 + 5_000, `${report.duration} ms`);
  assert.ok(asked(made) >= 4, "opened again");
  assert.ok(requests <= 2 * 40 + 45, `${requests} requests: ${JSON.stringify(sim.requests.byRoute)}`);
});

Deno.test("a feed that is open and silent costs nothing but itself", async () => {
  const polling = await world({ machines: machines(20) });
  const silent = await pushed({ machines: machines(20) });
  silent.sim.feed.tamper = () => {};
  const before = await line(polling), now = await line(silent);
  done(silent, now.report);
  assert.ok(now.reaction <= before.reaction * 1.5 + 50, `${now.reaction} instead of ${before.reaction} ms`);
});

Deno.test("a feed that falls silent is found out by the next look, within twenty seconds", async () => {
  const made = await pushed({ machines: machines(20), transition: { min: 10_000, max: 12_000 } });
  // Reports machines that are stopping, and never that they have stopped.
  made.sim.feed.tamper = (change, pass) => change.resourceState === "stopping" && pass(change);
  const { report } = await line(made);
  done(made, report);
  assert.ok(report.duration <= 12_000 + 22_000, `${report.duration} ms`);
});

const strange: Record<string, (change: Change, pass: (change: Change) => void, world: World) => void> = {
  "without the machine": (change, pass) => pass({ ...change, resourceObject: undefined as never }),
  "with half a machine": (change, pass) => {
    const { id, name, state } = change.resourceObject;
    pass({ ...change, resourceObject: { id, name, state } });
  },
  "with the states at odds": (change, pass) => pass({ ...change, resourceState: "stopped" }),
  "of a state nobody knows": (change, pass) => pass({ ...change, resourceState: "stropped" }),
  "with another machine in it": (change, pass) =>
    pass({ ...change, resourceObject: { ...change.resourceObject, id: crypto.randomUUID() } }),
  "without a time": (change, pass) => pass({ ...change, published: "soon" }),
  "with the machine as of long ago": (change, pass) =>
    pass({
      ...change,
      resourceState: "stopped",
      resourceObject: { ...change.resourceObject, state: "stopped", updated: "2020-01-01T00:00:00.000Z" },
    }),
  "three times": (change, pass) => [1, 2, 3].forEach(() => pass(change)),
  "late, and so after later ones": (change, pass, { clock }) => {
    const slow = change.resourceState === "stopping";
    void clock.sleep(slow ? 8_000 : 10).then(() => pass(change));
  },
  "that are no JSON objects": (change, pass) => {
    for (const odd of [null, 7, [], "x", {}]) pass(odd as never);
    pass(change);
  },
  "of other things": (change, pass) =>
    pass({ ...change, changeKind: { resource: "server" as never, subResources: ["state"] } }),
};
for (const [what, tamper] of Object.entries(strange)) {
  Deno.test(`messages ${what} end no wait wrongly, and hang none`, async () => {
    const made = await pushed({ machines: machines(15), transition: { min: 3_000, max: 9_000 } });
    // A machine that was reported as stopped too early would still be running when it is deleted.
    const when = new Map<string, unknown>();
    made.sim.faults.add({
      do: "delay",
      ms: 0,
      when: (request) => {
        const id = request.url.split("/").at(-1)!;
        if (request.method === "DELETE") when.set(id, made.sim.machine(id)?.state);
        return false;
      },
    });
    made.sim.feed.tamper = (change, pass) => tamper(change, pass, made);
    const { report } = await line(made);
    done(made, report);
    assert.deepEqual([...new Set(when.values())], ["stopped"]);
    assert.ok(report.duration < 9_000 + 22_000, `${report.duration} ms`);
  });
}

Deno.test("what is told of an earlier stop does not end the wait for this one", async () => {
  const { sim, dc, clock } = await pushed({
    machines: machines(1),
    transition: { min: 10_000, max: 10_000 },
  });
  const told: Change[] = [];
  const keep = sim.subscribe((change) => told.push(structuredClone(change)));
  await dc.machine("test-0").stop().waitUntil("stopped").start().waitUntil("running");
  keep();
  const old = told.find(({ resourceState }) => resourceState === "stopped")!;
  // From now on it only reports that the machine was stopped: once as before, then as if published just now.
  let now = 0;
  sim.feed.tamper = (_, pass) => {
    pass(old);
    pass({ ...old, published: String(clock.now() + now++) });
  };
  const began = clock.now();
  const report = await dc.machine("test-0").stop().waitUntil("stopped").run();
  assert.equal(report.succeeded.length, 1);
  assert.ok(clock.now() - began >= 10_000, `it took ${clock.now() - began} ms`);
});

Deno.test("what is told of an earlier reboot does not end the wait for this one", async () => {
  const { sim, dc, clock } = await pushed({
    machines: machines(1),
    transition: { min: 10_000, max: 10_000 },
    lag: { min: 1_000, max: 1_000 },
  });
  const told: Change[] = [];
  const keep = sim.subscribe((change) => told.push(structuredClone(change)));
  await dc.machine("test-0").reboot().waitUntil("running");
  keep();
  const waiting = dc.machine("test-0").reboot().waitUntil("running").run();
  const began = clock.now();
  while (sim.feed.listeners === 0) await clock.sleep(10);
  // Before anything happens, all messages about the last reboot are pushed once more.
  sim.feed.tamper = (_, pass) => told.forEach(pass);
  for (const one of sim.account.machines.all()) sim.feed.publish(one, ["state"]);
  sim.feed.tamper = undefined;
  await waiting;
  assert.ok(clock.now() - began >= 10_000, `it took ${clock.now() - began} ms`);
  assert.deepEqual(sim.executions(sim.machines()[0]!.id).map(({ action }) => action), ["reboot", "reboot"]);
});

Deno.test("a list that is behind what was told does not turn a wait back", async () => {
  const { sim, dc } = await pushed({ machines: machines(30), transition: { min: 2_000, max: 2_500 } });
  // Looks take three seconds, longer than a reboot.
  sim.faults.latency = (request) => request.method === "GET" && !upgrade(request) ? 3_000 : 20;
  const report = await dc.machines({ type: "test" }).max(30).reboot().waitUntil("running", { every: 100 });
  assert.equal(report.succeeded.length, 30);
  for (const one of report.members) {
    assert.deepEqual(one.path.at(-1)?.state, "running");
    assert.ok(one.path.length >= 3, one.path.map(({ state }) => state).join(" → "));
  }
});

Deno.test("a wait for something the feed does not tell of is looked at as before", async () => {
  const made = await pushed({ machines: machines(3) });
  const { dc, sim } = made;
  await dc.machines({ type: "test" }).reboot().waitUntil("running");
  const report = await dc.machines({ type: "test" }).resize("sample-2G").waitUntil("running");
  assert.equal(report.succeeded.length, 3);
  assert.ok(report.duration < 4_000, `${report.duration} ms`);
  assert.equal(sim.feed.listeners, 0);
});

Deno.test("waits that say how often are looked at as often, told or not", async () => {
  const made = await pushed({ machines: machines(2), transition: { min: 30_000, max: 30_000 } });
  const { sim, dc } = made;
  await dc.machines({ type: "test" }).stop().waitUntil("stopped", { every: "1s" });
  assert.ok((sim.requests.byRoute.ListMachines ?? 0) >= 28, JSON.stringify(sim.requests.byRoute));
});

Deno.test("machines that are deleted, and machines that are made, are told of", async () => {
  const { sim, dc } = await pushed({ machines: machines(10) });
  const stopping = dc.machines({ type: "test" }).stop().waitUntil("stopped").delete().waitUntil("deleted");
  const report = await stopping;
  assert.equal(report.succeeded.length, 10);
  assert.ok(sim.requests.total <= 2 * 10 + 8, JSON.stringify(sim.requests.byRoute));
  const made = await dc.createMachine({ name: "new", image: "base-64-lts", package: "sample-1G" })
    .waitUntil("running");
  assert.equal(made.succeeded.length, 1);
  assert.equal(sim.feed.listeners, 0);
});

Deno.test("cancelled, a run lets go of the feed at once", async () => {
  const { sim, dc, clock } = await pushed({
    machines: machines(10),
    transition: { min: 60_000, max: 60_000 },
  });
  const stop = new AbortController();
  void clock.sleep(5_000).then(() => {
    assert.equal(sim.feed.listeners, 1);
    stop.abort(new Error("enough"));
  });
  const chain = dc.machines({ type: "test" }).stop().waitUntil("stopped");
  const report = await chain.run({ signal: stop.signal, throwOnError: false });
  assert.equal(report.interrupted.length, 10);
  assert.equal(sim.feed.listeners, 0);
});

Deno.test("the feed is left alone where it is switched off, and where requests have a way of their own", async () => {
  for (const options of [{}, { changefeed: false }, { changefeed: true }]) {
    const made = await world({ machines: machines(2) });
    await made.with(options).machines({ type: "test" }).stop().waitUntil("stopped");
    assert.equal(asked(made), 0, JSON.stringify(options));
  }
});

Deno.test("the feed is for machines only, and never over a connection whose certificate is not checked", () => {
  const signer = () => Promise.reject(new Error("nobody signs here"));
  const at = (url: string, insecure: boolean, kind = "machine") =>
    endpointOf({ name: "x", url, account: "my", signer, insecure }, {}).changes?.(kind) !== undefined;
  assert.equal(at("https://cloud.invalid", false), true);
  assert.equal(at("https://cloud.invalid", true), false);
  assert.equal(at("http://cloud.invalid", true), true, "there is no certificate");
  assert.equal(at("https://cloud.invalid", false, "image"), false);
});

Deno.test("the upgrade is signed like any request, acts with the roles, and is written about without its signature", async () => {
  const { sim, with: open } = await world({ machines: machines(1) });
  const lines: string[] = [];
  const { writeSync } = Deno.stderr;
  Deno.stderr.writeSync = (bytes) => (lines.push(new TextDecoder().decode(bytes)), bytes.length);
  try {
    const opening: URL[] = [];
    const opener = feedOpener(sim);
    const handle = open({
      debug: true,
      roles: ["ops"],
      changefeed: (options, listener) => {
        opening.push(options.url);
        assert.match(options.headers.authorization!, /^Signature keyId=/);
        return opener(options, listener);
      },
    });
    await handle.machine("test-0").stop().waitUntil("stopped").run({ throwOnError: false }).catch(() => {});
    for (const url of opening) assert.equal(url.search, "?as-role=ops");
  } finally {
    Deno.stderr.writeSync = writeSync;
  }
  for (const line of lines) assert.doesNotMatch(line, /signature=|Signature keyId/i);
});
