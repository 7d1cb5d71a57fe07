import assert from "node:assert/strict";
import { all } from "../../../lib/muster.ts";
import { beginSession, session } from "../../../lib/engine/run/session.ts";
import { concealedInSession } from "../../../lib/engine/process/session_rules.ts";
import type { Plan } from "../../../lib/engine/plan/plan.ts";
import { unusual } from "../../../lib/command/runs/past_runs.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";

/** Sets a session while the work runs. */
async function during(rules: Parameters<typeof beginSession>[0], work: () => Promise<void>): Promise<void> {
  const end = beginSession(rules);
  try {
    await work();
  } finally {
    end();
  }
  assert.equal(session(), undefined);
}

Deno.test("where only plans are made, runs give what is predicted, and endpoints send only reads", async () => {
  const { dc, sim } = await world({ machines: machines(3) });
  const tests = dc.machines({ type: "test" });
  const plans: Plan[] = [];
  await during({
    planOnly: true,
    review: (some) => {
      plans.push(...some);
      return Promise.resolve();
    },
  }, async () => {
    const report = await tests.stop().waitUntil("stopped").delete();
    assert.deepEqual(
      report.members.map(({ fate, state }) => [fate, state]),
      Array(3).fill(["succeeded", "deleted"]),
    );
    const skipped = await tests.start().run({ throwOnError: false });
    assert.equal(skipped.skipped.length, 3);
    const [one] = await tests;
    sim.setState(one!.id, "stopped");
    const refused = await dc.machine(one!.id).reboot().run({ throwOnError: false });
    sim.setState(one!.id, "running");
    assert.equal(refused.failed.length, 1);
    await all(tests.stop(), tests.reboot()).run();
    await assert.rejects(dc.request("DELETE", `/machines/${one!.id}`), /only a plan is being made/);
    assert.equal((await dc.request("GET", `/machines/${one!.id}`)).status, 200);
  });
  assert.equal(plans.length, 5);
  assert.equal(sim.writes.length, 0);
  await tests.stop();
  assert.equal(sim.writes.length, 3);
});

Deno.test("what the session says goes before what a run says", async () => {
  const { dc, sim } = await world({ machines: machines(3) });
  const tests = dc.machines({ type: "test" });
  await during({ expect: 2 }, async () => {
    await assert.rejects(tests.delete().run({ expect: 3 }), /exactly 2 were expected/);
  });
  const stop = new AbortController();
  await during({ signal: stop.signal }, async () => {
    stop.abort(new DOMException("Ctrl-C", "AbortError"));
    await assert.rejects(Promise.resolve(tests.delete()), { name: "AbortError" });
  });
  assert.equal(sim.writes.length, 0);
});

Deno.test("secrets of the session are shown nowhere", async () => {
  await during({ secrets: new Set(["hunter2"]) }, () => {
    assert.equal(concealedInSession("a hunter2 b hunter2"), "a … b …");
    return Promise.resolve();
  });
});

Deno.test("only one session at a time", async () => {
  await during({}, () => {
    assert.throws(() => beginSession({}), /there is one already/);
    return Promise.resolve();
  });
});

Deno.test("a task that touches far more members than usual is said to", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const run = async (nth: number, task: string, members: number) => {
      const head = { muster: "journal", version: 1, at: "", about: { task }, chain: "", members };
      await Deno.writeTextFile(`${folder}/${nth}.jsonl`, `${JSON.stringify(head)}\n`);
    };
    await run(1, "cull", 4);
    await run(2, "cull", 3);
    assert.equal(await unusual("cull", 212, folder), undefined); // too few to know
    await run(3, "cull", 2);
    await run(4, "other", 500);
    assert.equal(await unusual("cull", 212, folder), "this task usually touches 4 members, now 212");
    assert.equal(await unusual("cull", 11, folder), undefined);
    assert.equal(await unusual("none", 212, folder), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
