import assert from "node:assert/strict";
import { task } from "../../../lib/muster.ts";
import { doWork, type Rules } from "../../../lib/command/runs/do_work.ts";
import { EXIT } from "../../../lib/command/exit_codes.ts";
import { Farm } from "../../engine/farm.ts";
import { jobs } from "../../engine/job.ts";

const RULES: Rules = { plan: false, json: false, quiet: true, journal: false, about: { task: "cull" } };

async function exitOf(work: () => unknown, rules: Partial<Rules> = {}) {
  let err = "";
  const io = { out: () => {}, err: (text: string) => void (err += text) };
  const { exit } = await doWork(work, { ...RULES, ...rules }, io);
  return { exit, err };
}

Deno.test("a task's own yes, a default one, or its own confirm does not speak for the person at the command", async () => {
  const farm = new Farm(0);
  for (let n = 0; n < 30; n++) farm.add({ id: `j${n}`, phase: "paused" });
  const remove = () => jobs(farm.handle, { pool: "blue" }).remove();
  const cull = task({
    description: "Remove jobs",
    args: { sure: { type: "boolean", default: true } },
    run: ({ sure }) => remove().run({ yes: sure, view: false }),
  });
  const confirming = () => remove().run({ confirm: () => Promise.resolve(true), view: false });
  for (const work of [() => cull(), () => remove().run({ yes: true, view: false }), confirming]) {
    const { exit, err } = await exitOf(work);
    assert.equal(exit, EXIT.refused, err);
    assert.equal(farm.count("DELETE"), 0);
    assert.equal((await exitOf(work, { yes: false })).exit, EXIT.refused);
  }
  assert.equal((await exitOf(() => cull({ sure: false }), { yes: true })).exit, EXIT.done);
  assert.equal(farm.count("DELETE"), 30);
});

Deno.test("in a script a run's own yes counts", async () => {
  const farm = new Farm(0);
  for (let n = 0; n < 30; n++) farm.add({ id: `j${n}`, phase: "paused" });
  await jobs(farm.handle, { pool: "blue" }).remove().run({ yes: true, view: false });
  assert.equal(farm.count("DELETE"), 30);
});
