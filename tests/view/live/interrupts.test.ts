import assert from "node:assert/strict";
import { defaults } from "../../../lib/engine/run/defaults.ts";
import { Interrupts } from "../../../lib/view/live/interrupts.ts";
import { Farm, type FarmOptions } from "../../engine/farm.ts";
import { jobs } from "../../engine/job.ts";
import { FakeTerminal, HandWall } from "../fake_terminal.ts";

/** Runs with their Ctrl-C in the test's hands. */
async function withInterrupts(
  work: (at: {
    press: () => void;
    listening: () => number;
    exits: number[];
    terminal: FakeTerminal;
    wall: HandWall;
  }) => Promise<void>,
) {
  const listeners: (() => void)[] = [];
  const exits: number[] = [];
  const terminal = new FakeTerminal(100);
  const wall = new HandWall();
  const interrupts = new Interrupts(
    {
      add: (listener) => listeners.push(listener),
      remove: (listener) => listeners.splice(listeners.indexOf(listener), 1),
      exit: (code) => exits.push(code),
    },
    terminal,
    wall,
  );
  const before = defaults.interrupts;
  defaults.interrupts = interrupts.follow;
  try {
    await work({
      press: () => listeners[0]!(),
      listening: () => listeners.length,
      exits,
      terminal,
      wall,
    });
    assert.equal(listeners.length, 0, "still listening after the last run");
  } finally {
    defaults.interrupts = before;
  }
}

const chainOf = (farm: Farm) => jobs(farm.handle).all().pause().waitUntil("paused");
const slow: FarmOptions = { takes: () => 60_000 };

Deno.test("one listener is there while runs go on, and none before and after", async () => {
  await withInterrupts(async ({ listening }) => {
    const farm = new Farm(3);
    let most = 0;
    assert.equal(listening(), 0);
    await Promise.all(
      [1, 2].map(() =>
        chainOf(farm).run({ view: false, throwOnError: false, on: () => most = Math.max(most, listening()) })
      ),
    );
    assert.equal(most, 1);
  });
});

Deno.test("Ctrl-C stops every run and says where each member is", async () => {
  await withInterrupts(async ({ press, terminal, exits }) => {
    const farm = new Farm(6, slow);
    farm.clock.sleep(10_000).then(press);
    const reports = await Promise.all(
      [/[0-3]$/, /[45]$/].map((id) =>
        jobs(farm.handle).where({ id }).pause().waitUntil("paused").run({ view: false, throwOnError: false })
      ),
    );
    for (const report of reports) assert.equal(report.cancelled, "Ctrl-C");
    const screen = terminal.screen().join("\n");
    assert.match(
      screen,
      /muster: 4 of 4 jobs did not finish; their last known states:\n {2}4 pausing: job-0, job-1/,
    );
    assert.match(screen, /muster: 2 of 2 jobs/);
    assert.deepEqual(exits, []);
  });
});

Deno.test("requests in flight are waited for, which is said once; the second Ctrl-C leaves at once with 130", async () => {
  await withInterrupts(async ({ press, terminal, wall, exits }) => {
    const held = Promise.withResolvers<void>();
    const farm = new Farm(3);
    const send = farm.send.bind(farm);
    farm.send = async (request, options) => {
      if (request.method !== "POST") return await send(request, options);
      const { method, path } = request;
      options?.on?.({ type: "send", method, path, attempt: 1, at: farm.clock.now() });
      await held.promise;
      return await send(request); // a write in flight is completed
    };
    const run = chainOf(farm).run({ view: false, throwOnError: false });
    while (farm.requests.length < 1) await farm.clock.sleep(1);
    await farm.clock.sleep(100);
    press();
    await farm.clock.sleep(100);
    wall.pass(60);
    const said = terminal.screen().join(" ");
    assert.match(
      said,
      /stopping: no new requests, waiting for 3 members in flight; Ctrl-C again leaves at once/,
    );
    wall.pass(1000);
    assert.equal(terminal.screen().join(" "), said);
    press();
    assert.deepEqual(exits, [130]);
    assert.match(terminal.screen().join("\n"), /3 working, pause not answered: job-0, job-1, job-2/);
    held.resolve();
    const report = await run;
    assert.equal(report.interrupted.length, 3);
    assert.equal(farm.count("POST"), 3);
  });
});

Deno.test("Ctrl-C before anything was sent says nothing of members", async () => {
  await withInterrupts(async ({ press, terminal }) => {
    const farm = new Farm(3);
    const run = jobs(farm.handle).all().pause().run({
      view: false,
      on: (event) => event.type === "planned" && press(),
    });
    await assert.rejects(run, /Ctrl-C/);
    assert.equal(farm.count("POST"), 0);
    assert.deepEqual(terminal.screen(), []);
  });
});

Deno.test("the process's own listener leaves nothing behind", async () => {
  const before = defaults.interrupts;
  defaults.interrupts = new Interrupts().follow;
  try {
    assert.equal((await chainOf(new Farm(2)).run({ view: false })).succeeded.length, 2);
  } finally {
    defaults.interrupts = before;
  }
});
