import assert from "node:assert/strict";
import { all, dbaas, dc, fileJournal, resume, TransportError } from "../../../lib/muster.ts";
import { type Clock, systemClock } from "../../../lib/engine/time/clock.ts";
import { VirtualClock } from "../../../lib/sim/clock.ts";
import { doWork, type Rules } from "../../../lib/command/runs/do_work.ts";
import { EXIT } from "../../../lib/command/exit_codes.ts";
import { Farm } from "../../engine/farm.ts";
import { jobs } from "../../engine/job.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";
import { CommandBox } from "../../e2e/command.ts";

/** A server that takes requests and does not answer. */
function silent(clock: Clock, asked = () => {}) {
  let requests = 0;
  const fetch = (_url: unknown, init?: RequestInit) => {
    requests++;
    asked();
    return new Promise<Response>((_, reject) =>
      init?.signal?.addEventListener("abort", () => reject(init.signal!.reason), { once: true })
    );
  };
  const signer = {
    keyId: "/me/keys/de:ad",
    algorithm: "ed25519-sha512",
    sign: () => Promise.resolve(new Uint8Array(64)),
  };
  return {
    requests: () => requests,
    machines: dc({ url: "https://silent.example.com", signer, fetch: fetch as never, clock }).machines({
      type: "test",
    }),
    databases: dbaas({
      authUrl: "https://silent.example.com/v3",
      username: "me",
      password: "x",
      project: "p",
      region: "R",
      fetch: fetch as never,
      clock,
    }).instances().where({ name: "a" }),
  };
}

const RULES: Rules = { plan: false, json: false, quiet: true, journal: false, about: { task: "test" } };

Deno.test("a run against a server that does not answer ends at its time limit, login and planning included", async () => {
  const clock = new VirtualClock();
  const server = silent(clock);
  for (const chain of [server.machines.stop(), server.databases.restart()]) {
    for (
      const begin of [
        () => chain.run({ timeout: "3s", view: false }),
        () => all(chain).run({ timeout: "3s", view: false }),
        () => chain.plan({ timeout: "3s" }),
        () => all(chain).plan({ timeout: 3000 }),
      ]
    ) {
      const began = clock.now();
      const error = await begin().then(() => undefined, (error) => error);
      assert.ok(error instanceof TransportError, String(error));
      assert.match(
        error.message,
        /the server did not answer within the time limit of 3\.0 s\. Nothing was sent/,
      );
      assert.equal(clock.now() - began, 3000);
    }
    const began = clock.now();
    let said = "";
    const io = { out: () => {}, err: (text: string) => void (said += text) };
    for (const plan of [false, true]) {
      const { exit } = await doWork(() => chain, { ...RULES, plan, timeout: 3000 }, io);
      assert.equal(exit, EXIT.unreachable, said);
    }
    assert.equal(clock.now() - began, 6000);
    assert.match(said, /did not answer within the time limit of 3\.0 s/);
  }
  assert.ok(server.requests() > 0);
});

Deno.test("what a command only reads is limited as well", async () => {
  const server = silent(systemClock);
  let said = "";
  const io = { out: () => {}, err: (text: string) => void (said += text) };
  for (
    const work of [
      () => server.machines,
      () => server.machines.count(),
      async () => void await server.machines,
    ]
  ) {
    const began = performance.now();
    const { exit } = await doWork(work, { ...RULES, timeout: 50 }, io);
    assert.equal(exit, EXIT.unreachable, said);
    // Work that was given up is not awaited: its own attempts would take minutes.
    assert.ok(performance.now() - began < 25_000, `${performance.now() - began}`);
  }
  assert.match(said, /the time limit of 50 ms passed/);
});

Deno.test("a signal ends the planning of a run at once", async () => {
  for (const begin of ["run", "plan"] as const) {
    const stop = new AbortController();
    const clock = new VirtualClock();
    const began = clock.now();
    const server = silent(clock, () => stop.abort(new DOMException("enough", "AbortError")));
    await assert.rejects(server.machines.stop()[begin]({ signal: stop.signal }), { name: "AbortError" });
    assert.equal(server.requests(), 1);
    assert.equal(clock.now(), began);
  }
});

Deno.test("a run that has been planned in time is stopped by what is left of it", async () => {
  const { dc, clock } = await world({ machines: machines(3) });
  const began = clock.now();
  const report = await dc.machines({ type: "test" }).stop().waitUntil("stopped").start().waitUntil("running")
    .run({ timeout: "2s", throwOnError: false, view: false });
  assert.match(report.cancelled!, /the run's time limit of 2\.0 s passed/);
  assert.equal(report.interrupted.length, 3);
  assert.ok(clock.now() - began <= 2100, `${clock.now() - began}`);
});

Deno.test("a question that nobody answers is over with the run's time, and nothing is sent", async () => {
  const farm = new Farm(30);
  const chain = jobs(farm.handle).all().pause().waitUntil("paused").remove();
  const never = (_question: unknown, signal?: AbortSignal) =>
    new Promise<boolean>((resolve) =>
      signal!.addEventListener("abort", () => resolve(false), { once: true })
    );
  await assert.rejects(
    chain.run({ confirm: never, timeout: "5s", view: false }),
    /the run's time limit of 5\.0 s passed before there was an answer. Nothing was sent./,
  );
  assert.equal(farm.count("POST") + farm.count("DELETE"), 0);
});

Deno.test("resuming is limited as a whole", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { dc, sim, with: other, clock } = await world({ machines: machines(3) });
    const path = `${folder}/a.jsonl`;
    const stop = new AbortController();
    await dc.machines({ type: "test" }).stop().waitUntil("stopped").start().run({
      journal: fileJournal(path),
      throwOnError: false,
      view: false,
      signal: stop.signal,
      on: (event) => event.type === "accepted" && stop.abort(),
    });
    const writes = sim.writes.length;
    let deaf = true;
    const fetch = ((url: string, init: RequestInit) =>
      deaf
        ? new Promise((_, reject) =>
          init.signal?.addEventListener("abort", () =>
            reject(init.signal!.reason), { once: true })
        )
        : sim.fetch(url, init)) as unknown as typeof globalThis.fetch;
    const began = clock.now();
    // The journal belongs to this server, whose simulator this is, as its key shows.
    const handle = {
      endpoint: async () => ({ ...await other({ fetch }).endpoint(), key: (await dc.endpoint()).key }),
      machine: (which: string) => dc.machine(which),
    };
    await assert.rejects(
      resume(path, { handles: [handle], timeout: "3s", view: false }),
      /the server did not answer within the time limit of 3\.0 s/,
    );
    // Until the handle is known the system's clock is used.
    const took = clock.now() - began;
    assert.ok(took <= 3000 && took > 2800, `${took}`);
    assert.equal(sim.writes.length, writes);
    deaf = false;
    await resume(path, { handles: [handle], timeout: "10m", view: false });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a wait whose looks all failed says so, and why", async () => {
  let broken = false;
  const farm = new Farm(2, {
    fault: (request) => {
      if (request.method === "POST") broken = true;
      else if (broken) return "drop";
    },
  });
  const report = await jobs(farm.handle).all().pause().waitUntil("paused", { timeout: "30s" })
    .run({ throwOnError: false, view: false });
  assert.match(
    report.failed[0]!.why,
    /it could not be read since then \(the last attempt: Cannot reach the farm/,
  );
});

Deno.test("the command with --timeout=3s ends after it", async () => {
  // Takes connections, and says nothing.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) open.push(connection);
  })();
  try {
    await using box = await CommandBox.make();
    const url = `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
    const began = performance.now();
    const { code, err } = await box.run(
      ["do", `dc(${JSON.stringify(url)}).machines({ type: "test" }).stop()`, "--yes", "--timeout=3s"],
      { permissions: ["--allow-net", "--allow-env", "--allow-read", "--allow-write"] },
    );
    assert.equal(code, EXIT.unreachable, err);
    assert.match(err, /did not answer within the time limit of 3\.0 s/);
    // Its attempts by themselves would go on for two minutes.
    assert.ok(performance.now() - began < 45_000);
  } finally {
    listener.close();
    await accepting.catch(() => {});
    for (const connection of open) connection.close();
  }
});
