import assert from "node:assert/strict";
import { all, ConfirmationRequiredError } from "../../../lib/muster.ts";
import { beginSession, type Session } from "../../../lib/engine/run/session.ts";
import type { Question } from "../../../lib/engine/mod.ts";
import { type Farm, Farm as MadeFarm } from "../../engine/farm.ts";
import { jobs } from "../../engine/job.ts";

/** Jobs that are paused, and so may be removed. */
function paused(count: number): Farm {
  const farm = new MadeFarm(0);
  for (let n = 0; n < count; n++) farm.add({ id: `j${n}`, phase: "paused", pool: `pool-${n % 100}` });
  return farm;
}
const batch = (farm: Farm, from: number, count: number) =>
  jobs(farm.handle).where({ id: Array.from({ length: count }, (_, n) => `j${from + n}`) } as never).remove();

async function during(rules: Session, work: () => Promise<void>): Promise<void> {
  const end = beginSession(rules);
  try {
    await work();
  } finally {
    end();
  }
}

Deno.test("a loop over batches of 20 does not empty the account unasked", async () => {
  const farm = paused(120);
  await during({}, async () => {
    await batch(farm, 0, 20).run({ view: false });
    const error = await batch(farm, 20, 20).run({ view: false }).catch((error) => error);
    assert.ok(error instanceof ConfirmationRequiredError, String(error));
    assert.match(error.message, /this task has already destroyed 20/);
    assert.match(error.message, /add --max=40 or --yes/);
  });
  assert.equal(farm.count("DELETE"), 20);
  // The next task starts from zero.
  await during({}, async () => void await batch(farm, 20, 20).run({ view: false }));
  assert.equal(farm.count("DELETE"), 40);
});

Deno.test("chains that run at once count together, and so do those of one all()", async () => {
  const farm = paused(120);
  await during({}, async () => {
    const runs = await Promise.allSettled([
      batch(farm, 0, 15).run({ view: false }),
      batch(farm, 15, 15).run({ view: false }),
      batch(farm, 30, 15).run({ view: false }),
    ]);
    assert.deepEqual(runs.map(({ status }) => status).sort(), ["fulfilled", "rejected", "rejected"]);
    assert.equal(farm.count("DELETE"), 15);
    await assert.rejects(
      all(batch(farm, 60, 4), batch(farm, 64, 4)).run({ view: false }),
      ConfirmationRequiredError,
    );
    await all(batch(farm, 60, 2), batch(farm, 62, 3)).run({ view: false });
  });
  assert.equal(farm.count("DELETE"), 20);
});

Deno.test("in a script without a task the count is that of the process, by server", async () => {
  const [farm, other] = [paused(60), paused(60)];
  await batch(farm, 0, 20).run({ view: false });
  await assert.rejects(batch(farm, 20, 1).run({ view: false }), /this program has already destroyed 20/);
  await batch(other, 0, 20).run({ view: false });
  assert.equal(farm.count("DELETE"), 20);
  // A service that deletes one for each request says so.
  for (let n = 20; n < 25; n++) await batch(farm, n, 1).expect(1).run({ view: false });
  assert.equal(farm.count("DELETE"), 25);
});

Deno.test("what is said of its own neither counts nor is counted", async () => {
  const farm = paused(120);
  await batch(farm, 0, 30).run({ yes: true, view: false });
  await batch(farm, 30, 30).expect(30).run({ view: false });
  await batch(farm, 60, 30).run({ confirm: () => Promise.resolve(true), view: false });
  await batch(farm, 90, 20).run({ view: false });
  assert.equal(farm.count("DELETE"), 110);
});

Deno.test("a larger max is the limit of the whole as well", async () => {
  const farm = paused(120);
  await batch(farm, 0, 40).max(50).run({ view: false });
  await assert.rejects(batch(farm, 40, 20).max(50).run({ view: false }), ConfirmationRequiredError);
  await batch(farm, 40, 10).max(50).run({ view: false });
  assert.equal(farm.count("DELETE"), 50);
});

Deno.test("a count that is said at the command is that of all that the task destroys, not of each of its runs", async () => {
  const farm = paused(60);
  await during({ expect: 1 }, async () => {
    await batch(farm, 0, 1).run({ view: false });
    const error = await batch(farm, 1, 1).run({ view: false }).catch((error) => error);
    assert.ok(error instanceof ConfirmationRequiredError, String(error));
    assert.match(error.message, /this task has already destroyed 1.* add --max=2 or --yes\.$/);
    await assert.rejects(batch(farm, 1, 2).run({ view: false }), /where exactly 1 was expected/);
  });
  assert.equal(farm.count("DELETE"), 1);
  await during({ expect: 1, max: 3 }, async () => {
    for (let n = 1; n < 4; n++) await batch(farm, n, 1).run({ view: false });
  });
  await during({ expect: 30 }, async () => void await batch(farm, 10, 30).run({ view: false }));
  assert.equal(farm.count("DELETE"), 34);
});

Deno.test("what was not destroyed after all is given back", async () => {
  const farm = paused(60);
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(batch(farm, 0, 20).run({ signal: stop.signal, view: false }));
  const broken = {
    planned: () => Promise.reject(new Error("the disk is full")),
    before: () => Promise.resolve(),
    after: () => Promise.resolve(),
    ended: () => Promise.resolve(),
  };
  await assert.rejects(batch(farm, 0, 20).run({ journal: broken, view: false }), /the disk is full/);
  await batch(farm, 20, 20).run({ view: false });
  assert.equal(farm.count("DELETE"), 20);
});

Deno.test("at a terminal the question says what this task destroyed before, and the answer does not count", async () => {
  const farm = paused(60);
  const questions: Question[] = [];
  const confirm = (question: Question) => Promise.resolve(questions.push(question) > 0);
  await during({ confirm }, async () => {
    await batch(farm, 0, 20).run({ view: false });
    await batch(farm, 20, 10).run({ view: false });
    await batch(farm, 30, 10).run({ view: false });
  });
  assert.deepEqual(questions.map(({ count }) => count), [10, 10]);
  assert.match(questions[0]!.text, /remove 10 jobs in test; this task has already destroyed 20/);
  assert.equal(farm.count("DELETE"), 40);
});

Deno.test("who is in two chains that are the same is counted once, in the question and in what is to be said", async () => {
  const farm = paused(30);
  const twice = () => all(batch(farm, 0, 25), batch(farm, 5, 25));
  const error = await twice().run({ view: false }).catch((error) => error);
  assert.match(error.message, /^Cannot remove 30 jobs in test: .* add \.max\(30\)/);
  assert.equal(error.count, 30);
  await twice().run({ max: 30, view: false });
  assert.equal(farm.count("DELETE"), 30);
});

Deno.test("one question covers all plans of a run: places, count and first names", async () => {
  const [one, two] = [paused(30), paused(30)];
  const questions: Question[] = [];
  await all(jobs(one.handle).all().remove(), jobs(two.handle).all().pause()).run({
    throwOnError: false,
    view: false,
    confirm: (question) => Promise.resolve(questions.push(question) > 0),
  });
  await all(jobs(two.handle).all().remove(), batch(two, 0, 5)).run({
    throwOnError: false,
    view: false,
    confirm: (question) => Promise.resolve(questions.push(question) < 0),
  }).catch(() => {});
  assert.deepEqual(questions.map(({ text, count }) => [text, count]), [
    ["remove 30 jobs in test", 30],
    ["remove 30 jobs in test", 30],
  ]);
  assert.deepEqual(questions[0]!.names, ["job-0", "job-1", "job-2", "job-3", "job-4"]);
  assert.equal(two.count("DELETE"), 0);
});
