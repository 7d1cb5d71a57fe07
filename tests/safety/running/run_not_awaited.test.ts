import assert from "node:assert/strict";
import { doWork, type Rules } from "../../../lib/command/runs/do_work.ts";
import { EXIT } from "../../../lib/command/exit_codes.ts";
import { beginSession } from "../../../lib/engine/run/session.ts";
import { checkSending, sealAfter } from "../../../lib/engine/process/session_rules.ts";
import { all } from "../../../lib/muster.ts";
import { CommandBox, tests } from "../../e2e/command.ts";
import { Farm } from "../../engine/farm.ts";
import { jobs, oneJob } from "../../engine/job.ts";

const RULES: Rules = { plan: false, json: false, quiet: true, journal: false, about: { task: "test" } };

async function ended(work: () => unknown, rules: Partial<Rules> = {}) {
  let err = "", out = "";
  const io = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const { exit, plans, reports } = await doWork(work, { ...RULES, ...rules }, io);
  return { exit, plans, reports, err, out };
}
const quiet = { view: false };
const paused = (farm: Farm) => [...farm.jobs.values()].filter(({ phase }) => phase === "paused").length;
const pausing = (farm: Farm) => jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused");

Deno.test("a run that the task forgot to await is waited for, and the task is told", async () => {
  const farm = new Farm(30);
  const { exit, err, reports } = await ended(() => {
    void pausing(farm).run(quiet);
  });
  assert.equal(exit, EXIT.done);
  assert.equal(paused(farm), 30);
  assert.equal(reports.length, 1);
  assert.match(
    err,
    /the task did not await a run that it started; .*: farm\("test"\)\.jobs\(\{ pool: "blue" \}\)\.pause\(\)/,
  );
});

Deno.test("what is begun after the task returned is waited for as well, one after the other", async () => {
  const farm = new Farm(3);
  const other = new Farm(1); // however slow this machine is, its job is in no other run's hands
  const { exit, err, reports } = await ended(() => {
    const first = pausing(farm).run(quiet);
    void first.then(async () => {
      await jobs(farm.handle, { pool: "blue" }).remove().run(quiet);
      await new Promise((resolve) => setTimeout(resolve, 0));
    });
    setTimeout(() => void oneJob(other.handle, "j0").promote(7).run(quiet), 1);
    return 5;
  });
  assert.equal(exit, EXIT.done, err);
  assert.deepEqual(farm.executed.get("j1"), ["pause", "remove"]);
  assert.equal(reports.length >= 2, true);
  assert.equal(farm.jobs.size, 0);
});

Deno.test("a run that was not awaited and failed is told of, and the exit code is a failure's", async () => {
  const failing = new Farm(3, {
    fault: (request) => {
      if (request.method === "POST") throw new Error("the farm is on fire");
    },
  });
  const { exit, err } = await ended(() => void pausing(failing).run(quiet));
  assert.equal(exit, EXIT.failed);
  assert.match(err, /3 of 3 jobs failed/);

  // Refused before anything was sent, so there is no report of it.
  const farm = new Farm(30);
  const refused = await ended(() => void pausing(farm).remove().run(quiet));
  assert.equal(refused.exit, EXIT.refused, refused.err);
  assert.match(refused.err, /there is no terminal to ask on/);
  assert.equal(farm.count("POST") + farm.count("DELETE"), 0);
});

Deno.test("a failure that the task has dealt with is nobody's", async () => {
  const farm = new Farm(30);
  const { exit, err } = await ended(() => {
    void pausing(farm).remove().run(quiet).catch(() => "seen");
  });
  assert.equal(exit, EXIT.done, err);
  const later = await ended(async () => {
    const run = pausing(farm).remove().run(quiet);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await run.catch(() => "seen late");
  });
  assert.equal(later.exit, EXIT.done, later.err);
  assert.equal(later.err, "");
});

Deno.test("a task that throws while runs are under way ends when they have, with its own error", async () => {
  const farm = new Farm(10);
  const { exit, err } = await ended(() => {
    void pausing(farm).run(quiet);
    throw new TypeError("my mistake");
  });
  assert.equal(exit, EXIT.failed);
  assert.match(err, /TypeError: my mistake/);
  assert.equal(paused(farm), 10);
});

Deno.test("one of two runs fails: the other goes on to its end", async () => {
  const farm = new Farm(5);
  const { exit } = await ended(() =>
    Promise.all([oneJob(farm.handle, "none").pause().run(quiet), pausing(farm).run(quiet)])
  );
  assert.notEqual(exit, EXIT.done);
  assert.equal(paused(farm), 5);
});

Deno.test("the plan of a task has the runs that it does not await", async () => {
  const farm = new Farm(3);
  const { exit, plans, err } = await ended(() => {
    void pausing(farm).run(quiet);
    void all(jobs(farm.handle, { pool: "blue" }).promote(3)).run(quiet);
  }, { plan: true });
  assert.equal(exit, EXIT.done, err);
  assert.equal(plans.length, 2);
  assert.equal(farm.count("POST") + farm.count("PUT"), 0);
});

Deno.test("a promise that nobody looks at does not end the process in the middle of a run", async () => {
  const farm = new Farm(5);
  const { exit, err } = await ended(async () => {
    void Promise.reject(new RangeError("nobody looks"));
    await pausing(farm).run(quiet);
  });
  assert.equal(exit, EXIT.failed);
  assert.match(err, /RangeError: nobody looks/);
  assert.equal(paused(farm), 5);
});

Deno.test("a helper that was called without await, and reads before it acts, does all that it does", async () => {
  for (const plan of [false, true]) {
    const farm = new Farm(5);
    const cull = async () => {
      for (const { id } of await jobs(farm.handle, { pool: "blue" })) {
        await oneJob(farm.handle, id);
        await oneJob(farm.handle, id).pause().run(quiet);
      }
    };
    const { exit, err, plans } = await ended(() => void cull(), { plan });
    assert.equal(exit, EXIT.done, err);
    assert.equal(plans.length, 5);
    assert.equal(farm.count("POST"), plan ? 0 : 5);
    assert.match(err, /the task did not await a run/);
  }
});

Deno.test("a read that nobody waits for does not keep a run that was stopped from its end", async () => {
  const farm = new Farm(1, { way: () => ({ there: 1e9, back: 0 }) });
  farm.clock.sleep = () => new Promise(() => {});
  const alive = setInterval(() => {}, 10); // because the request's connection keeps the process alive
  const { exit } = await ended(() => {
    void oneJob(farm.handle, "j0").then(() => {});
    setTimeout(() => Deno.kill(Deno.pid, "SIGTERM"), 20);
  });
  clearInterval(alive);
  assert.equal(exit, EXIT.terminated);
});

Deno.test("the same of the command, whose handle has yet to be opened", async () => {
  await using box = await CommandBox.make({ machines: tests(3) });
  await box.task(
    "forgetful",
    `import { dc, task } from "muster:";
     const from = dc(${JSON.stringify(box.server.url)});
     async function halt() {
       for (const { id } of await from.machines({ type: "test" })) await from.machine(id).stop();
     }
     export default task({ description: "x", run: () => void halt() });`,
  );
  const { code, err } = await box.run(["run", "forgetful"]);
  assert.equal(code, EXIT.done, err);
  assert.equal(box.writes, 3);
  assert.match(err, /the task did not await a run/);
});

Deno.test("what asks for a write when the session is over is refused, where the process ends with it", () => {
  const write = { method: "DELETE", path: "/machines/x" } as const;
  sealAfter("the task had come to its end before");
  try {
    beginSession({})();
    assert.throws(() => checkSending(write), /Cannot send DELETE .*the task had come to its end before/);
    beginSession({})();
  } finally {
    sealAfter(undefined);
    beginSession({})();
  }
  checkSending(write);
});
